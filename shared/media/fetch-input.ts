// Bytes in order, for decoders: whatever has come next, some bytes to look at, or so many of them.

export interface Input {
  /** What has come next; null at the end. */
  next(): Promise<Buffer | null>;
  /** Gives back what was not needed. */
  unread(bytes: Buffer): void;
  /** The next `count` bytes, which stay; fewer at the end. */
  peek(count: number): Promise<Buffer>;
  /** The next `count` bytes. Throws when there are fewer. */
  take(count: number): Promise<Buffer>;
  /** The next `count` bytes as they come. Throws when there are fewer. */
  pass(count: number): AsyncGenerator<Buffer>;
}

const TOO_EARLY = "The input ends too early.";

export function inputFrom(source: AsyncIterable<Uint8Array>): Input {
  const chunks = source[Symbol.asyncIterator]();
  let waiting: Buffer = Buffer.alloc(0);

  async function receive(): Promise<Buffer | null> {
    const { done, value } = await chunks.next();
    return done ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }

  async function next(): Promise<Buffer | null> {
    if (waiting.length === 0) return receive();
    const all = waiting;
    waiting = Buffer.alloc(0);
    return all;
  }

  async function peek(count: number): Promise<Buffer> {
    while (waiting.length < count) {
      const more = await receive();
      if (more === null) break;
      waiting = Buffer.concat([waiting, more]);
    }
    return waiting.subarray(0, count);
  }

  async function take(count: number): Promise<Buffer> {
    const taken = await peek(count);
    if (taken.length < count) throw new Error(TOO_EARLY);
    waiting = waiting.subarray(count);
    return taken;
  }

  async function* pass(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      const chunk = await next();
      if (chunk === null) throw new Error(TOO_EARLY);
      if (chunk.length > left) unread(chunk.subarray(left));
      yield chunk.subarray(0, left);
      left -= chunk.length;
    }
  }

  function unread(bytes: Buffer): void {
    waiting = Buffer.concat([bytes, waiting]);
  }

  return { next, unread, peek, take, pass };
}
