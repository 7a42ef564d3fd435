// Checks a signed file by what the standards say (C2PA 2.2, ISO 19566-5, RFC 9052), with nothing of the library that has signed it.
import { createHash, verify, X509Certificate } from "node:crypto";
import { decode, encode, Tagged } from "cborg";

/** A box of JUMBF by its label, with what stands in it. */
interface Box {
  label: string;
  /** All behind the header, as hashes of it are made. */
  contents: Buffer;
  children: Box[];
  /** Of its one content box that is no description and no box of boxes. */
  data: Buffer;
}

export interface Checked {
  /** Assertions by their labels, decoded. */
  assertions: Record<string, unknown>;
  claim: Record<string, unknown>;
  signer: X509Certificate;
  /** Labels of all manifests; the last one is the active one. */
  manifests: string[];
  /** DER of the time stamp, and what it is of; null: there is none. */
  stamp: { token: Uint8Array; of: Uint8Array } | null;
}

/** Throws what is wrong with it: of the signature, of an assertion's hash, of the file's. */
export function checkSigned(file: Buffer): Checked {
  const { store, start, end } = storeIn(file);
  const manifests = boxesIn(store)[0]?.children ?? fail("there is no store");
  const active = manifests.at(-1) ?? fail("there is no manifest");
  const claimBox = childOf(active, "c2pa.claim.v2");
  const { signer, stamp } = checkSignature(childOf(active, "c2pa.signature").data, claimBox.data);
  const claim = asMap(decodeAll(claimBox.data));
  const assertions: Record<string, unknown> = {};
  const listed = [claim.created_assertions, claim.gathered_assertions].flatMap((each) =>
    Array.isArray(each) ? each : [],
  );
  for (const reference of listed.map(asMap)) {
    const label = String(reference.url).split("/").at(-1) ?? "";
    const box = childOf(childOf(active, "c2pa.assertions"), label);
    if (!sha256(box.contents).equals(bytes(reference.hash))) fail(`an assertion has another hash: ${label}`);
    assertions[label] = box.data.length > 0 && box.data[0] !== 0x7b ? decodeAll(box.data) : box.data;
  }
  checkBinding(file, assertions, { start, end });
  return { assertions, claim, signer, manifests: manifests.map(({ label }) => label), stamp };
}

/** RFC 9052, 4.4, with the claim as the detached payload; the chain stands in `x5chain` (RFC 9360). */
function checkSignature(cose: Buffer, claim: Buffer): Pick<Checked, "signer" | "stamp"> {
  const [protectedBytes, open, payload, signature] = decode(cose, { ...options, tags: { 18: (of) => of() } });
  if (payload !== null) fail("the claim stands in its signature");
  const head = decode(protectedBytes, options) as Map<number, unknown>;
  const chain = [head.get(33)].flat().map((each) => new X509Certificate(bytes(each)));
  const signer = chain[0] ?? fail("there is no certificate");
  for (const [i, each] of chain.entries()) {
    const next = chain[i + 1];
    if (next && !each.verify(next.publicKey)) fail("a certificate is not of the next one");
  }
  const toBeSigned = encode(["Signature1", bytes(protectedBytes), new Uint8Array(), new Uint8Array(claim)]);
  if (!verifies(Number(head.get(1)), signer, toBeSigned, bytes(signature))) fail("the signature is not of this claim");
  const stamps = (open as Map<unknown, unknown>).get("sigTst2");
  const [token] = stamps instanceof Map ? stamps.get("tstTokens") : [];
  // C2PA 2.2, 10.3.2.5: the clock has seen the signature, as CBOR has it, in the place of what is signed.
  const seen = ["CounterSignature", bytes(protectedBytes), new Uint8Array(), encode(new Uint8Array(signature))];
  return { signer, stamp: token ? { token: bytes(token.get("val")), of: encode(seen) } : null };
}

/** Of COSE's registry: what the numbers are. */
function verifies(
  algorithm: number,
  { publicKey: key }: X509Certificate,
  data: Uint8Array,
  signature: Buffer,
): boolean {
  const hash = { [-7]: "sha256", [-35]: "sha384", [-36]: "sha512" }[algorithm];
  if (hash) return verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, signature);
  if (algorithm === -8) return verify(null, data, key, signature);
  if (algorithm === -37) return verify("sha256", data, { key, padding: 6, saltLength: 32 }, signature);
  return fail(`there is no algorithm ${algorithm}`);
}

/** All of the file counts but the manifest itself. */
function checkBinding(file: Buffer, assertions: Record<string, unknown>, store: { start: number; end: number }): void {
  const ofBoxes = assertions["c2pa.hash.bmff.v3"];
  if (ofBoxes) checkBoxes(file, asMap(ofBoxes));
  else checkBytes(file, assertions, store);
}

function checkBytes(file: Buffer, assertions: Record<string, unknown>, store: { start: number; end: number }): void {
  const { exclusions, hash } = asMap(assertions["c2pa.hash.data"] ?? fail("nothing binds the file"));
  const [only, ...others] = (exclusions as unknown[]).map(asMap);
  const [from, to] = [Number(only?.start), Number(only?.start) + Number(only?.length)];
  const around = store.end - store.start;
  if (others.length > 0 || from > store.start || to < store.end || to - from > around + 64 + around / 100)
    fail("something beside the manifest is left out of the hash");
  if (!sha256(file.subarray(0, from), file.subarray(to)).equals(bytes(hash))) fail("the file has another hash");
}

const leftOut = ["ftyp", "mfra", "free", "skip"];

/** C2PA 2.2, 18.7 (version 3): each box that counts, behind eight bytes that say where it stands. */
function checkBoxes(file: Buffer, { hash }: Record<string, unknown>): void {
  const all = createHash("sha256");
  for (let at = 0; at < file.length; ) {
    const stated = file.readUInt32BE(at);
    const size = stated === 1 ? Number(file.readBigUInt64BE(at + 8)) : stated || file.length - at;
    const type = file.toString("latin1", at + 4, at + 8);
    const isManifest = type === "uuid" && file.toString("hex", at + 8, at + 12) === "d8fec3d6";
    if (!isManifest && !leftOut.includes(type)) {
      const place = Buffer.alloc(8);
      place.writeBigUInt64BE(BigInt(at));
      all.update(place).update(file.subarray(at, at + size));
    }
    at += size;
  }
  if (!all.digest().equals(bytes(hash))) fail("the film has another hash");
}

/** In all formats but GIF, whose blocks are short, and large JPEGs, it stands in one piece. */
function storeIn(file: Buffer): { store: Buffer; start: number; end: number } {
  const start = file.indexOf("jumb") - 4;
  if (start < 0 || file.toString("latin1", start + 12, start + 16) !== "jumd")
    fail("there is no manifest in one piece");
  const end = start + file.readUInt32BE(start);
  return { store: file.subarray(start, end), start, end };
}

/** ISO 19566-5, A.1: boxes of boxes begin with their description. */
function boxesIn(list: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < list.length; ) {
    const size = list.readUInt32BE(at);
    if (size < 8) fail("a box has no size");
    if (list.toString("latin1", at + 4, at + 8) === "jumb") boxes.push(superbox(list.subarray(at + 8, at + size)));
    at += size;
  }
  return boxes;
}

function superbox(contents: Buffer): Box {
  const described = contents.readUInt32BE(0);
  const [type, rest] = [contents.subarray(8, described), contents.subarray(described)];
  const label = type.toString("utf8", 17, type.indexOf(0, 17));
  const isOfBoxes = rest.toString("latin1", 4, 8) === "jumb";
  const data = isOfBoxes || rest.length === 0 ? Buffer.alloc(0) : rest.subarray(8, rest.readUInt32BE(0));
  return { label, contents, children: isOfBoxes ? boxesIn(rest) : [], data };
}

function childOf({ label: name, children }: Box, label: string): Box {
  return children.find((each) => each.label === label) ?? fail(`${name} has no ${label}`);
}

const options = { useMaps: true, allowIndefinite: true, tags: Tagged.preserve(0, 1, 18) };

/** Maps with texts as keys become objects. */
function decodeAll(data: Buffer): unknown {
  return plain(decode(data, options));
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, each]) => [name, plain(each)]));
  if (value instanceof Tagged) return plain(value.value);
  return Array.isArray(value) ? value.map(plain) : value;
}

function asMap(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : fail("a map is missing");
}

function bytes(value: unknown): Buffer {
  return value instanceof Uint8Array ? Buffer.from(value) : fail("bytes are missing");
}

function sha256(...parts: Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function fail(words: string): never {
  throw new Error(words);
}
