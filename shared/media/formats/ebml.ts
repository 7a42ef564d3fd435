// EBML, the binary XML of which WebM files are made: RFC 8794.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged } from "../refusal.ts";

export interface Element {
  /** With its length marker, as specifications write it: 0x1a45dfa3. */
  id: number;
  /** Offset in the file behind its last byte; Infinity when its size is not known. */
  end: number;
}

/** By id; each reads as much of its element as it needs. The others are skipped. */
export type ElementReaders = { [id: number]: (element: Element) => Parser<void> };

/** The next element of a parent that ends at `end`, or null behind the last one. */
export function* nextElement(reader: ByteReader, end: number): Parser<Element | null> {
  if (reader.position >= end || (end === Number.POSITIVE_INFINITY && (yield* reader.atEnd()))) return null;
  const id = yield* readId(reader);
  const size = yield* readSize(reader);
  const element = { id, end: reader.position + size };
  if (size < Number.POSITIVE_INFINITY) {
    reader.promise(element.end);
    if (element.end > end) throw damaged("WebM", "an element reaches beyond the one that holds it");
  }
  return element;
}

/**
 * Whether none of these elements comes next, nor the beginning of one that was cut. Where sizes are not known, only that tells the end of what is
 * a file from what stands behind it.
 */
export function* lacksElement(reader: ByteReader, ids: readonly number[]): Parser<boolean> {
  const head = (yield* reader.peek(4)).toString("hex");
  return head !== "" && !ids.map((id) => id.toString(16)).some((id) => id.startsWith(head) || head.startsWith(id));
}

/** Reads the elements within an element of known size. */
export function* readChildren(reader: ByteReader, parent: Element, readers: ElementReaders): Parser<void> {
  if (parent.end === Number.POSITIVE_INFINITY) throw damaged("WebM", "an element has no size");
  for (;;) {
    const element = yield* nextElement(reader, parent.end);
    if (!element) break;
    yield* readElement(reader, element, readers);
  }
}

export function* readElement(reader: ByteReader, element: Element, readers: ElementReaders): Parser<void> {
  const read = Object.hasOwn(readers, element.id) ? readers[element.id] : undefined;
  if (read) yield* read(element);
  if (element.end === Number.POSITIVE_INFINITY) throw damaged("WebM", "an element has no size");
  if (reader.position > element.end) throw damaged("WebM", "an element is too short for what it holds");
  yield* reader.skip(element.end - reader.position);
}

/** 7.2: up to eight bytes; none means 0. */
export function* readUnsigned(reader: ByteReader, element: Element): Parser<number> {
  const bytes = yield* takeAll(reader, element, 8);
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** 7.3: none, four or eight bytes. */
export function* readFloat(reader: ByteReader, element: Element): Parser<number> {
  const bytes = yield* takeAll(reader, element, 8);
  if (bytes.length === 4) return bytes.readFloatBE();
  return bytes.length === 8 ? bytes.readDoubleBE() : 0;
}

/** 7.4: zeros may follow. */
export function* readText(reader: ByteReader, element: Element): Parser<string> {
  const bytes = yield* takeAll(reader, element, 64);
  return bytes.toString("latin1").replace(/\0+$/, "");
}

function* takeAll(reader: ByteReader, element: Element, maxBytes: number): Parser<Buffer> {
  const bytes = element.end - reader.position;
  if (bytes > maxBytes) throw damaged("WebM", "a value is longer than its kind may be");
  return yield* reader.take(bytes);
}

/** 5: one to four bytes; the leading zero bits say how many follow. */
function* readId(reader: ByteReader): Parser<number> {
  const first = yield* reader.byte();
  const more = Math.clz32(first) - 24;
  if (more > 3) throw damaged("WebM", "something stands where an element should begin");
  return more === 0 ? first : first * 256 ** more + (yield* reader.take(more)).readUIntBE(0, more);
}

/** 4: one to eight bytes, likewise. All ones mean that the size is not known: Infinity. Blocks write their track so, too. */
export function* readSize(reader: ByteReader): Parser<number> {
  const first = yield* reader.byte();
  const more = Math.clz32(first) - 24;
  if (more > 7) throw damaged("WebM", "an element has no valid size");
  let size = first & (0x7f >> more);
  for (const byte of yield* reader.take(more)) size = size * 256 + byte;
  return size === 2 ** (7 * (more + 1)) - 1 ? Number.POSITIVE_INFINITY : size;
}
