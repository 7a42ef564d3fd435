// The bytes of JSON in whatever pieces they come: one by one outside of strings, a chunk at a time within them.

export interface JsonBytes {
  /** Null at the end. */
  peek(): Promise<number | null>;
  next(): Promise<number | null>;
  /**
   * Inside a string: what comes next as it is written, one character a byte, at most up to the end of its chunk, with no escape cut in two;
   * and whether the closing quote came behind it. Throws at the end.
   */
  part(): Promise<{ written: string; isLast: boolean }>;
  /** Lets the body go, and waits for nothing. */
  close(): void;
}

const [QUOTE, BACKSLASH, U] = [0x22, 0x5c, 0x75];

export function jsonBytes(body: AsyncIterable<Uint8Array>): JsonBytes {
  const chunks = body[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  let at = 0;

  async function peek(): Promise<number | null> {
    while (at >= chunk.length) {
      const { done, value } = await chunks.next();
      if (done) return null;
      chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      at = 0;
    }
    return chunk[at] ?? null;
  }

  async function next(): Promise<number | null> {
    const byte = await peek();
    if (byte !== null) at++;
    return byte;
  }

  async function character(): Promise<string> {
    const byte = await next();
    if (byte === null) throw cutOff();
    return String.fromCharCode(byte);
  }

  /** Goes on into the next chunk. */
  async function escaped(): Promise<string> {
    let written = (await character()) + (await character());
    while (written[1] === "u" && written.length < ESCAPE_LENGTH) written += await character();
    return written;
  }

  return {
    peek,
    next,
    async part() {
      if ((await peek()) === null) throw cutOff();
      const from = at;
      let end = placeOf(chunk, QUOTE, at);
      for (let found = placeOf(chunk, BACKSLASH, at); found < end; found = placeOf(chunk, BACKSLASH, at)) {
        at = found + (chunk[found + 1] === U ? ESCAPE_LENGTH : 2);
        if (at > chunk.length) {
          at = found;
          return { written: chunk.toString("latin1", from, found) + (await escaped()), isLast: false };
        }
        if (at > end) end = placeOf(chunk, QUOTE, at);
      }
      const written = chunk.toString("latin1", from, end);
      const isLast = end < chunk.length;
      at = isLast ? end + 1 : end;
      return { written, isLast };
    },
    close() {
      void chunks.return?.().catch(() => undefined);
    },
  };
}

const ESCAPE_LENGTH = "\\u0000".length;

/** Its end when it is not there. */
function placeOf(chunk: Buffer, byte: number, from: number): number {
  const found = chunk.indexOf(byte, from);
  return found < 0 ? chunk.length : found;
}

function cutOff(): Error {
  return new Error("a vendor's answer ends in the middle of a text");
}
