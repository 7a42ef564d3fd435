// fal's calls to us: signed with one of the keys that it publishes.
import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import type { VendorConfig } from "../../config/vendors.ts";
import type { CallbackNews, VendorCall } from "../../ports/provider.ts";
import { callVendor, parsed } from "../calling/call-vendor.ts";
import { listAt, textAt } from "../calling/json.ts";
import { baseOf, QUEUE } from "./call.ts";

const PUBLISHED = "https://rest.fal.ai/.well-known/jwks.json";
/** Vendor documentation, webhooks: keys may be kept for 24 hours; a call is refused that is more than 300 s from now. */
const MAX_AGE_MS = 24 * 60 * 60_000;
const WINDOW_MS = 300_000;
/** A signature that no key explains may be of a new key; forged ones do not make us ask more often than this. */
const MIN_AGE_MS = 60_000;

interface Keys {
  keys: readonly KeyObject[];
  fetchedAt: number;
}

/** Null when it is not genuine, or too old. Throws when the vendor's keys are not to be had. */
export function callbackReader(config: VendorConfig) {
  let kept: Keys | null = null;

  async function keysAt(now: number, maxAgeMs: number, signal: AbortSignal): Promise<Keys> {
    const age = kept ? now - kept.fetchedAt : Number.POSITIVE_INFINITY;
    if (kept && age >= 0 && age <= maxAgeMs) return kept;
    kept = { keys: await fetchKeys(config, signal), fetchedAt: now };
    return kept;
  }

  return async (call: VendorCall, signal: AbortSignal): Promise<CallbackNews | null> => {
    const { headers, body, receivedAt } = call;
    const [id, user, timestamp, hex] = ["request-id", "user-id", "timestamp", "signature"].map(
      (name) => headers[`x-fal-webhook-${name}`],
    );
    if (!id || user === undefined || !/^\d{1,12}$/.test(timestamp ?? "") || !/^[0-9a-f]{128}$/i.test(hex ?? ""))
      return null;
    if (Math.abs(receivedAt - Number(timestamp) * 1000) > WINDOW_MS) return null;
    const digest = createHash("sha256").update(body).digest("hex");
    const message = Buffer.from([id, user, timestamp, digest].join("\n"));
    const signature = Buffer.from(hex ?? "", "hex");
    const isBy = ({ keys }: Keys) => keys.some((key) => verify(null, message, key, signature));
    const known = await keysAt(receivedAt, MAX_AGE_MS, signal);
    if (!isBy(known) && !isBy(await keysAt(receivedAt, MIN_AGE_MS, signal))) return null;
    const about = textAt(parsed(Buffer.from(body).toString()), "request_id") ?? id;
    return { taskIds: [about] };
  };
}

async function fetchKeys(config: VendorConfig, signal: AbortSignal): Promise<readonly KeyObject[]> {
  const { status, json } = await callVendor({ method: "GET", url: keysUrl(config), headers: {}, signal });
  const keys = listAt(json, "keys").flatMap(keyOf);
  if (status !== 200 || keys.length === 0) throw new Error(`fal's keys are not to be had (HTTP ${status})`);
  return keys;
}

/** What stands in for the vendor's queue publishes its keys itself. */
function keysUrl(config: VendorConfig): string {
  const { origin } = new URL(baseOf(config));
  return origin === QUEUE ? PUBLISHED : `${origin}/.well-known/jwks.json`;
}

function keyOf(jwk: unknown): KeyObject[] {
  if (textAt(jwk, "kty") !== "OKP" || textAt(jwk, "crv") !== "Ed25519") return [];
  try {
    return [createPublicKey({ key: jwk as JsonWebKey, format: "jwk" })];
  } catch {
    return [];
  }
}
