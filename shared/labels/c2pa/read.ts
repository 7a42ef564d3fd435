// What a file's manifest of C2PA says, and whether it is true. Nothing is ever asked of the network on a file's behalf.
import type { ManifestStore, StoredManifest } from "@contentauth/c2pa-node/dist/Reader.js";

/**
 * - `trusted`: as `valid`, and whoever has signed is one of those who are trusted.
 * - `valid`: the file is as it was signed; by whom is only what the certificate says.
 * - `invalid`: the file or its manifest has been altered, or was never in order: `failures`.
 * - `unreadable`: there is something that is no manifest, or the file is damaged, or of a format in which none is looked for: `failures`.
 * - `remote_only`: the file only names a place where its manifest is said to be.
 */
export type ManifestState = "trusted" | "valid" | "invalid" | "unreadable" | "remote_only";

export interface FoundManifest {
  state: ManifestState;
  /** The organisation in the certificate of who has signed last, else its common name; null where it cannot be read. */
  signer: string | null;
  /** The program that made the last manifest, with its version. */
  generator: string | null;
  /** A whole URI of IPTC's news codes: the last one that an action of the last manifest names, else one of another manifest. */
  sourceType: string | null;
  /** When a trusted clock has seen the signature, as ISO 8601; null without one. */
  signedAt: string | null;
  /** Codes of C2PA 2.2, 15.2, such as `assertion.dataHash.mismatch`; for what is unreadable, the reader's own words. */
  failures: string[];
}

export interface ReadManifestOptions {
  /** Of the file, such as `image/png`. */
  contentType: string;
  /** PEM: the roots whose signers are trusted; without any nobody is. */
  trustAnchors?: string;
}

/** The module that reads is optional, and is not here: nobody can say what the file's manifest is worth. */
export class NoC2paLibrary extends Error {
  override readonly name = "NoC2paLibrary";
}

/**
 * Reads all of the file: one by its path is held in memory no more than once. Null: it has no manifest. Throws NoC2paLibrary; nothing that is in
 * a file makes it throw.
 */
export async function readManifest(
  file: string | Uint8Array,
  { contentType, trustAnchors }: ReadManifestOptions,
): Promise<FoundManifest | null> {
  const { Reader } = await loading(import("@contentauth/c2pa-node/dist/Reader.js"));
  const asset =
    typeof file === "string"
      ? { path: file, mimeType: contentType }
      : { buffer: Buffer.from(file.buffer, file.byteOffset, file.byteLength), mimeType: contentType };
  try {
    const reader = await Reader.fromAsset(asset, offline(trustAnchors));
    return reader && foundIn(reader.json());
  } catch (error) {
    // Which of c2pa-rs's errors it is stands in its name.
    if (String(error).includes("RemoteManifestUrl")) return { ...nothing, state: "remote_only", failures: [] };
    return { ...nothing, state: "unreadable", failures: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The machine code is only loaded by the first call of what is in a part; whether it can be is found out here. */
export async function loading<T>(part: Promise<T>): Promise<T> {
  try {
    const [loaded, { getNeonBinary }] = await Promise.all([part, import("@contentauth/c2pa-node/dist/binary.js")]);
    getNeonBinary();
    return loaded;
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new NoC2paLibrary(`@contentauth/c2pa-node cannot be loaded: ${words}`, { cause });
  }
}

/** c2pa-rs would follow addresses that stand in a file: of manifests, of certificates' states, of identities. */
function offline(trustAnchors?: string): string {
  return JSON.stringify({
    core: { allowed_network_hosts: [], backing_store_memory_threshold_in_mb: 8 },
    verify: { remote_manifest_fetch: false, ocsp_fetch: false },
    ...(trustAnchors ? { trust: { user_anchors: trustAnchors } } : {}),
  });
}

const nothing = { signer: null, generator: null, sourceType: null, signedAt: null };

const states = { Trusted: "trusted", Valid: "valid", Invalid: "invalid" } as const;

function foundIn({ active_manifest, manifests = {}, ...store }: ManifestStore): FoundManifest {
  const { [active_manifest ?? ""]: active, ...others } = manifests;
  const { activeManifest, ingredientDeltas = [] } = store.validation_results ?? {};
  const statuses = [activeManifest, ...ingredientDeltas.map(({ validationDeltas }) => validationDeltas)];
  const failures = statuses.flatMap((each) => each?.failure ?? []).map(({ code }) => code);
  if (!active) return { ...nothing, state: "unreadable", failures: failures.length > 0 ? failures : ["claim.missing"] };
  const { issuer, common_name: commonName, time } = active.signature_info ?? {};
  return {
    state: states[store.validation_state ?? "Invalid"],
    signer: issuer ?? commonName ?? null,
    generator: generatorOf(active),
    sourceType: sourceTypeOf(active) ?? Object.values(others).map(sourceTypeOf).find(Boolean) ?? null,
    signedAt: time ?? null,
    failures: [...new Set(failures)],
  };
}

function generatorOf({ claim_generator_info: [info] = [], claim_generator: text }: StoredManifest): string | null {
  if (!info) return text ?? null;
  return info.version ? `${info.name} ${info.version}` : info.name;
}

/** C2PA 2.2, 18.14: actions stand in the order in which they were done. */
function sourceTypeOf({ assertions = [] }: StoredManifest): string | null {
  const lists = assertions.filter(({ label }) => label.startsWith("c2pa.actions")).map(({ data }) => actionsOf(data));
  const named = lists.flat().map((action) => textOf(action, "digitalSourceType"));
  return named.findLast((each) => each !== null) ?? null;
}

function actionsOf(data: unknown): unknown[] {
  const actions = typeof data === "object" && data !== null && "actions" in data ? data.actions : null;
  return Array.isArray(actions) ? actions : [];
}

function textOf(of: unknown, name: string): string | null {
  if (typeof of !== "object" || of === null) return null;
  const value: unknown = Reflect.get(of, name);
  return typeof value === "string" ? value : null;
}
