// Whether a webhook is from this server: Standard Webhooks, with the browser's and Node's own cryptography.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { DreamFactoryError } from "./errors.ts";
import type { JobWebhookEvent, ProductionWebhookEvent } from "./generated/schema.ts";

/** By its `type`: how a job or a production has ended. */
export type WebhookEvent = JobWebhookEvent | ProductionWebhookEvent;

export interface VerifyOptions {
  /** Older or newer messages are refused: somebody may have kept them. Default 300. */
  toleranceSeconds?: number;
  /** Epoch milliseconds. */
  now?: () => number;
}

type HeaderBag = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The message, when it is signed with the secret, or one of them while it is rotated; else throws `not_verified`. `body`: as it came, not parsed and
 * written anew. A message may come several times: drop those whose `webhook-id` is known.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: HeaderBag,
  secrets: string | readonly string[],
  { toleranceSeconds = 300, now = Date.now }: VerifyOptions = {},
): Promise<WebhookEvent> {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    headerOf(headers, name),
  );
  if (!id || !timestamp || !signatures) throw refusal("A header of Standard Webhooks is missing.");
  const ageSeconds = now() / 1000 - Number(timestamp);
  if (!/^\d+$/.test(timestamp) || Math.abs(ageSeconds) > toleranceSeconds) throw refusal("It is too old, or too new.");
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const given = signatures.split(" ").flatMap((each) => bytesOf(/^v1,(.+)$/.exec(each)?.[1]));
  for (const secret of [secrets].flat()) {
    const [raw] = bytesOf(secret.replace(/^whsec_/, ""));
    if (!raw) throw new TypeError("The secret is no base64: send it as GET /webhooks/secret answers it.");
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    // Compares in constant time.
    for (const each of given) if (await crypto.subtle.verify("HMAC", key, each, signed)) return JSON.parse(text);
  }
  throw refusal("No signature fits.");
}

function headerOf(headers: HeaderBag, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = headers[name];
  return typeof value === "string" ? value : value?.[0];
}

/** Empty when it is no base64. */
function bytesOf(base64: string | undefined): Uint8Array<ArrayBuffer>[] {
  if (base64 === undefined) return [];
  try {
    return [Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))];
  } catch {
    return [];
  }
}

function refusal(message: string): DreamFactoryError {
  return new DreamFactoryError({ type: "not_verified" }, message);
}
