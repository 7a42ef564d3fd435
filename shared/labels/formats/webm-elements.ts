// Elements of EBML, RFC 8794, as writers need them: their headers in a stream, all of those in a buffer, and new ones.
import { crc32 } from "node:zlib";
import { damaged } from "../../media/refusal.ts";
import type { ByteSource } from "../byte-source.ts";

export const VOID = 0xec;
export const CRC = 0xbf;

const MAX_HEADER_BYTES = 12;
/** In one list, of which the longest has a cue for each second of many hours; each costs some hundred bytes of memory. */
const MAX_ELEMENTS = 100_000;

export interface ElementHeader {
  /** With its length marker, as specifications write it: 0x1a45dfa3. */
  id: number;
  idBytes: number;
  /** How many bytes tell the size. */
  sizeBytes: number;
  /** Without its header. Infinity when it is not known. */
  size: number;
  headerBytes: number;
}

/** Of the element that comes next, without taking it. Null where none can begin. */
export async function peekElement(source: ByteSource): Promise<ElementHeader | null> {
  return headerIn(await source.peek(MAX_HEADER_BYTES), 0);
}

/** Null where none begins, or its header is cut. */
export function headerIn(bytes: Buffer, at: number): ElementHeader | null {
  const idBytes = Math.clz32(bytes[at] ?? 0) - 23;
  const sizeBytes = Math.clz32(bytes[at + idBytes] ?? 0) - 23;
  const headerBytes = idBytes + sizeBytes;
  if (idBytes > 4 || sizeBytes > 8 || at + headerBytes > bytes.length) return null;
  const size = sizeIn(bytes.subarray(at + idBytes, at + headerBytes));
  if (size > Number.MAX_SAFE_INTEGER && size !== Number.POSITIVE_INFINITY) return null;
  return { id: bytes.readUIntBE(at, idBytes), idBytes, sizeBytes, size, headerBytes };
}

/** All ones: not known. */
function sizeIn(bytes: Buffer): number {
  const first = (bytes[0] ?? 0) & (0xff >> bytes.length);
  const size = bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, first);
  return size === 2 ** (7 * bytes.length) - 1 ? Number.POSITIVE_INFINITY : size;
}

export interface FlatElement extends ElementHeader {
  /** Offset in the buffer. */
  start: number;
  contents: Buffer;
  /** With its header. */
  bytes: Buffer;
}

export function elementsIn(list: Buffer): FlatElement[] {
  const elements: FlatElement[] = [];
  for (let at = 0; at < list.length; ) {
    const header = headerIn(list, at);
    const end = header ? at + header.headerBytes + header.size : 0;
    if (!header || end > list.length) throw damagedWebm("an element reaches beyond the one that holds it");
    if (elements.length === MAX_ELEMENTS) throw damagedWebm("a list of elements is longer than any");
    const bytes = list.subarray(at, end);
    elements.push({ ...header, start: at, bytes, contents: bytes.subarray(header.headerBytes) });
    at = end;
  }
  return elements;
}

/** `sizeBytes`: at least so many tell its size. */
export function element(id: number, contents: Buffer, sizeBytes = 1): Buffer {
  return Buffer.concat([elementHeader(id, contents.length, sizeBytes), contents]);
}

/** The same element with other children; a checksum in front of them is that of what it holds now. RFC 8794, 11.3.1. */
export function withChildren({ id, sizeBytes }: ElementHeader, children: readonly Buffer[]): Buffer {
  const [first, ...others] = children;
  if (first?.[0] !== CRC || first.length !== 6) return element(id, Buffer.concat(children), sizeBytes);
  const checksum = Buffer.from(first);
  const rest = Buffer.concat(others);
  checksum.writeUInt32LE(crc32(rest), 2);
  return element(id, Buffer.concat([checksum, rest]), sizeBytes);
}

export function elementHeader(id: number, size: number, sizeBytes = 1): Buffer {
  const idBytes = Math.ceil((32 - Math.clz32(id)) / 8);
  const bytes = Buffer.alloc(idBytes);
  bytes.writeUIntBE(id, 0, idBytes);
  return Buffer.concat([bytes, sizeField(size, sizeBytes)]);
}

/** Exactly so many bytes, at least two, which nobody reads. */
export function voidOf(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const sizeBytes = length < 127 ? 1 : 8;
  elementHeader(VOID, length - 1 - sizeBytes, sizeBytes).copy(bytes);
  return bytes;
}

export function unsignedIn(contents: Buffer): number {
  return contents.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** `width`: at least so many bytes. */
export function unsigned(value: number, width = 1): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  const first = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(Math.max(0, Math.min(first < 0 ? 7 : first, 8 - width)));
}

export function damagedWebm(flaw: string) {
  return damaged("WebM", flaw);
}

function sizeField(size: number, sizeBytes: number): Buffer {
  let length = sizeBytes;
  // All ones would mean that it is not known.
  while (size >= 2 ** (7 * length) - 1) length += 1;
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt(size) | (1n << BigInt(7 * length)));
  return field.subarray(8 - length);
}
