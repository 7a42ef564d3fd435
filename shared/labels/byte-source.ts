// The bytes of a file in order, pulled as they are needed: what writers and readers of marks are written with.
import { refusal } from "../media/refusal.ts";

/** The most that is ever asked for in one piece. */
const MAX_TAKE_BYTES = 16 * 1024 * 1024;

export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #bytes: Buffer = Buffer.alloc(0);
  #hasEnded = false;

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#chunks = body[Symbol.asyncIterator]();
  }

  /** The next `count` bytes, or fewer when the file ends, without reading them. */
  async peek(count: number): Promise<Buffer> {
    await this.#fill(count);
    return this.#bytes.subarray(0, count);
  }

  /** Exactly `count` bytes. */
  async take(count: number): Promise<Buffer> {
    if (count > MAX_TAKE_BYTES) throw refusal("The file has a part that is too large to be looked into.");
    await this.#fill(count);
    if (this.#bytes.length < count) throw cutShort();
    return this.#consume(count);
  }

  /** Exactly `count` bytes, in pieces as they come. */
  async *pass(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      await this.#fill(1);
      if (this.#bytes.length === 0) throw cutShort();
      const piece = this.#consume(Math.min(left, this.#bytes.length));
      left -= piece.length;
      yield piece;
    }
  }

  async skip(count: number): Promise<void> {
    for await (const _ of this.pass(count));
  }

  async *rest(): AsyncGenerator<Buffer> {
    while (!(await this.atEnd())) yield this.#consume(this.#bytes.length);
  }

  async atEnd(): Promise<boolean> {
    await this.#fill(1);
    return this.#bytes.length === 0;
  }

  /** Nothing more is read: what lies behind the body is let go of. */
  async close(): Promise<void> {
    if (!this.#hasEnded) await this.#chunks.return?.();
  }

  #consume(count: number): Buffer {
    const piece = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return piece;
  }

  async #fill(count: number): Promise<void> {
    const parts: Buffer[] = this.#bytes.length === 0 ? [] : [this.#bytes];
    let length = this.#bytes.length;
    while (length < count && !this.#hasEnded) {
      const next = await this.#chunks.next();
      if (next.done) this.#hasEnded = true;
      else {
        parts.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
        length += next.value.byteLength;
      }
    }
    const [only, ...more] = parts;
    // Most of a film comes and goes in whole chunks: those are not copied.
    if (only) this.#bytes = more.length === 0 ? only : Buffer.concat(parts, length);
  }
}

/** Reads a body by a source that is let go of however the reading ends. */
export async function* reading(
  body: AsyncIterable<Uint8Array>,
  read: (source: ByteSource) => AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(body);
  try {
    yield* read(source);
  } finally {
    await source.close();
  }
}

function cutShort(): Error {
  return refusal("The file is cut short.");
}
