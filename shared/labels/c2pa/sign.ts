// Signing: a marked file gets a manifest of C2PA. What is written counts only when it reads back as valid.
import { constants, createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";
import type { FileAsset } from "@contentauth/c2pa-node/dist/Reader.js";
import type { CallbackSigner, SigningAlgorithm } from "@contentauth/c2pa-node/dist/Signer.js";
import { manifestOf, type Statement } from "./manifest.ts";
import { loading, readManifest } from "./read.ts";

export interface SignerOptions {
  /** PEM: the signer's own certificate, and behind it those up to a root, which may be missing. */
  certificates: string;
  /** PEM, PKCS #8 or of its own kind. */
  privateKey: string;
  algorithm: SigningAlgorithm;
  /** RFC 3161: who says when it was signed; null: nobody. */
  tsaUrl: string | null;
  /** Default: 10 s. */
  tsaPatienceMs?: number;
}

export interface SigningOrder {
  contentType: string;
  /** The file that is to be signed, without any manifest. */
  input: string;
  /** The file that somebody else had signed, as it came; null: nobody has. */
  parent: string | null;
  /** Names of files that are not there yet: of the signed one, of those of tries that fail another one. */
  outputs: { stamped: string; plain: string };
  says: Omit<Statement, "hasParent">;
}

export interface SignedFile {
  path: string;
  /** Why nobody else says when it was signed, although that was asked for; null when all is well. */
  unstamped: unknown;
}

export interface Signer {
  /** Throws when there is no signed file that reads back as valid: the certificate has run out, the file cannot be signed, the library is missing. */
  sign(order: SigningOrder): Promise<SignedFile>;
}

/** The library needs about as much memory as a file is large, and the disk holds it three times: larger ones are not signed. */
export const MAX_SIGNED_BYTES = 64 * 1024 * 1024;
const TSA_PATIENCE_MS = 10_000;
/** Of a signature and its headers; of a time stamp with its certificates, of which the largest known have 6 KB. */
const SIGNATURE_BYTES = 2048;
const STAMP_BYTES = 12_288;

/** A time stamp is asked for all the same: only a file's own addresses are not. */
const settings = JSON.stringify({
  core: { allowed_network_hosts: [], backing_store_memory_threshold_in_mb: 8 },
  builder: { thumbnail: { enabled: false } },
  // Read back below, with nothing left out.
  verify: { remote_manifest_fetch: false, ocsp_fetch: false, verify_after_sign: false },
});

export function createSigner(options: SignerOptions): Signer {
  const key = createPrivateKey(options.privateKey);
  const certificates = Buffer.from(options.certificates);
  const oneByOne = queue();

  async function signerWith(tsaUrl: string | null): Promise<CallbackSigner> {
    const { CallbackSigner } = await loading(import("@contentauth/c2pa-node/dist/Signer.js"));
    const { algorithm: alg } = options;
    const reserveSize = SIGNATURE_BYTES + certificates.length + (tsaUrl ? STAMP_BYTES : 0);
    const config = { alg, certs: [certificates], reserveSize, directCoseHandling: false, ...(tsaUrl && { tsaUrl }) };
    return CallbackSigner.newSigner(config, async (data) => rawSignature(alg, key, data));
  }

  async function write(order: SigningOrder, path: string, tsaUrl: string | null): Promise<void> {
    const { contentType: mimeType, input, parent, says } = order;
    const { Builder } = await loading(import("@contentauth/c2pa-node/dist/Builder.js"));
    const builder = Builder.withJson(manifestOf({ ...says, hasParent: parent !== null }), settings);
    if (parent !== null) {
      builder.setIntent("edit");
      const ingredient = { title: says.title, relationship: "parentOf" };
      await builder.addIngredient(JSON.stringify(ingredient), { path: parent, mimeType });
    }
    const [from, to]: [FileAsset, FileAsset] = [
      { path: input, mimeType },
      { path, mimeType },
    ];
    await builder.signAsync(await signerWith(tsaUrl), from, to).catch(asDisk);
    const found = await readManifest(path, { contentType: mimeType });
    if (found?.state !== "valid" && found?.state !== "trusted")
      throw new Error(`the signature does not read back: ${found?.failures.join(", ") ?? "there is none"}`);
  }

  async function signed(order: SigningOrder): Promise<SignedFile> {
    const { stamped, plain } = order.outputs;
    const { tsaUrl, tsaPatienceMs = TSA_PATIENCE_MS } = options;
    let unstamped: unknown = null;
    if (tsaUrl !== null) {
      try {
        await within(tsaPatienceMs, write(order, stamped, tsaUrl));
        return { path: stamped, unstamped };
      } catch (error) {
        unstamped = error;
      }
    }
    // What is wrong with the file or the certificate shows here again.
    await write(order, plain, null);
    return { path: plain, unstamped };
  }

  return { sign: (order) => oneByOne(() => signed(order)) };
}

/** As Node says it: a disk that is full says nothing of the file. */
function asDisk(error: unknown): never {
  if (!/StorageFull|No space left/.test(String(error))) throw error;
  throw Object.assign(new Error("The disk is full.", { cause: error }), { code: "ENOSPC", syscall: "write" });
}

/** C2PA 2.2, 13.2, as COSE has it: of elliptic curves the two numbers one behind the other. */
function rawSignature(algorithm: SigningAlgorithm, key: KeyObject, data: Buffer): Buffer {
  if (algorithm === "ed25519") return signBytes(null, data, key);
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm !== "ps256") return signBytes(hash, data, { key, dsaEncoding: "ieee-p1363" });
  return signBytes(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
}

/** Two at once would take twice the memory. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** The library waits for a clock for ever; nothing stops it, and what it still writes lies under a name that nobody reads. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`there was no time stamp within ${ms} ms`)), ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
