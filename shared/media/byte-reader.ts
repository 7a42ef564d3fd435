// Lets a parser be written top to bottom although the bytes arrive in pieces of any size.
import { refusal } from "./refusal.ts";

/** A parser in progress: it yields whenever it has to wait for more bytes, and returns what it found. */
export type Parser<T> = Generator<undefined, T, undefined>;

/** The most bytes that one `take` may ask for, and so the most that are ever kept from one chunk to the next. */
export const MAX_TAKE_BYTES = 4096;

/** Reads of one file. A WebM of five hours with clusters of unknown size makes fewer; a file of nothing but empty parts must not cost minutes. */
const MAX_READS = 10_000_000;

/** Where a file only tells of its picture: texts, EXIF, XMP. Offsets in the file; `end` is behind the last byte. */
export interface Aside {
  start: number;
  end: number;
}

/** The bytes of one file, in order. Whatever is read behind the file's end is refused as cut short. */
export class ByteReader {
  readonly #limitBytes: number;
  readonly #asides: Aside[];
  #bytes: Buffer = Buffer.alloc(0);
  #offset = 0;
  #position = 0;
  #promisedBytes = 0;
  #reads = 0;
  #hasEnded = false;

  /** `limitBytes`: the file cannot be longer; a part that would reach further is refused when its header is read. `asides`: told of here, in order. */
  constructor(limitBytes: number, asides: Aside[] = []) {
    this.#limitBytes = limitBytes;
    this.#asides = asides;
  }

  /** Hands over the next bytes; the parser has to be resumed afterwards, and the chunk is free again when it yields. */
  feed(chunk: Uint8Array): void {
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#bytes = this.#bytes.length === 0 ? fresh : Buffer.concat([this.#bytes, fresh]);
  }

  /** Nothing follows. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Offset in the file of the next byte. */
  get position(): number {
    return this.#position;
  }

  /** Exactly `count` bytes, at most MAX_TAKE_BYTES. They are valid until the next read. */
  *take(count: number): Parser<Buffer> {
    this.#countRead();
    while (this.#available < count) yield* this.#more();
    return this.#consume(count);
  }

  *byte(): Parser<number> {
    return (yield* this.take(1)).readUInt8();
  }

  /** The next `count` bytes, or fewer when the file ends, without reading them. */
  *peek(count: number): Parser<Buffer> {
    while (this.#available < count && !this.#hasEnded) yield* this.#more();
    return Buffer.from(this.#bytes.subarray(this.#offset, this.#offset + count));
  }

  /** The next `count` bytes only tell of the picture: no part of it, nor anything that a program would run. */
  aside(count: number): void {
    this.#asides.push({ start: this.#position, end: this.#position + count });
  }

  /** Whatever has come by now, at least a byte. Asked for when the file is not at its end. Valid until the next read. */
  *some(): Parser<Buffer> {
    this.#countRead();
    while (this.#available === 0) yield* this.#more();
    return this.#consume(this.#available);
  }

  *skip(count: number): Parser<void> {
    yield* this.pieces(count, () => {});
  }

  /** Skips `count` bytes and shows them piece by piece. */
  *pieces(count: number, visit: (piece: Buffer) => void): Parser<void> {
    this.#countRead();
    this.promise(this.#position + count);
    let left = count;
    while (left > this.#available) {
      left -= this.#available;
      visit(this.#consume(this.#available));
      yield* this.#more();
    }
    visit(this.#consume(left));
  }

  /** Skips `count` bytes, or fewer when the file ends; returns how many were left out. */
  *skipUpTo(count: number): Parser<number> {
    let left = count;
    while (left > 0 && !(yield* this.atEnd())) {
      left -= this.#consume(Math.min(left, this.#available)).length;
    }
    return left;
  }

  /** Skips up to and including the next byte of this value. */
  *skipPast(value: number): Parser<void> {
    this.#countRead();
    let found = this.#bytes.indexOf(value, this.#offset);
    while (found < 0) {
      this.#consume(this.#available);
      yield* this.#more();
      found = this.#bytes.indexOf(value, this.#offset);
    }
    this.#consume(found + 1 - this.#offset);
  }

  /** Shows each row of a table: `rows` and the offset at which one begins. However long the table is, little of it is kept. */
  *table(count: number, rowBytes: number, visit: (rows: Buffer, offset: number) => void): Parser<void> {
    this.promise(this.#position + count * rowBytes);
    for (let left = count; left > 0; ) {
      const rows = yield* this.take(Math.min(left, Math.floor(MAX_TAKE_BYTES / rowBytes)) * rowBytes);
      for (let offset = 0; offset < rows.length; offset += rowBytes) visit(rows, offset);
      left -= rows.length / rowBytes;
    }
  }

  /** Skips to the end of the file, and refuses more than `maxBytes` there. */
  *skipRest(maxBytes: number): Parser<void> {
    const end = this.#position;
    while (!(yield* this.atEnd())) {
      this.#consume(this.#available);
      if (this.#position - end > maxBytes)
        throw refusal(`More than ${maxBytes} bytes follow behind the file's own end.`);
    }
  }

  /** Whether nothing is left to read. A file that ends before what it promised is refused as cut short. */
  *atEnd(): Parser<boolean> {
    while (this.#available === 0 && !this.#hasEnded) yield* this.#more();
    if (this.#available > 0) return false;
    if (this.#position < this.#promisedBytes) throw this.#cut();
    return true;
  }

  /** The file itself says that it has at least so many bytes. Checked at once against the limit, and again at the end. */
  promise(bytes: number): void {
    if (bytes > this.#limitBytes) {
      throw refusal(`The file says that it goes on to byte ${bytes}, but it has or may have only ${this.#limitBytes}.`);
    }
    this.#promisedBytes = Math.max(this.#promisedBytes, bytes);
  }

  get #available(): number {
    return this.#bytes.length - this.#offset;
  }

  #consume(count: number): Buffer {
    const bytes = this.#bytes.subarray(this.#offset, this.#offset + count);
    this.#offset += count;
    this.#position += count;
    return bytes;
  }

  /** Waits. The unread rest is copied, because a chunk belongs to others once it has been passed on. */
  *#more(): Parser<void> {
    if (this.#hasEnded) throw this.#cut();
    this.#bytes = Buffer.from(this.#bytes.subarray(this.#offset));
    this.#offset = 0;
    yield;
  }

  #countRead(): void {
    this.#reads += 1;
    if (this.#reads > MAX_READS) throw refusal("The file has more parts than any real one.");
  }

  #cut(): Error {
    return refusal(`The file is cut short: it ends after ${this.#position + this.#available} bytes.`);
  }
}
