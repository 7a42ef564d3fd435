// The codings of HTTP that are decoded: gzip, deflate, br and zstd, each as servers really send it.
import {
  constants,
  crc32,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { decompress, type Engine } from "./fetch-engine.ts";
import type { Input } from "./fetch-input.ts";

/** Keeps an engine with what is destroyed when the fetch ends. */
export type Hold = <T extends Engine>(engine: T) => T;
type Coding = (input: Input, hold: Hold) => AsyncGenerator<Uint8Array>;

export const codings: Readonly<Record<string, Coding>> = { gzip, deflate, br, zstd };

const isGzip = (head: Buffer) => head[0] === 0x1f && head[1] === 0x8b;

/** RFC 1952. One member or several; what follows them and is none is left alone, as browsers and gzip itself leave it. */
async function* gzip(input: Input, hold: Hold): AsyncGenerator<Uint8Array> {
  if (!isGzip(await input.peek(2))) return yield* asItIs(input);
  do {
    yield* member(input, hold);
  } while (isGzip(await input.peek(2).catch(() => Buffer.alloc(0))));
}

/** Node's own gunzip takes anything behind a member for a damaged one, and gives out nothing of either. */
async function* member(input: Input, hold: Hold): AsyncGenerator<Uint8Array> {
  await skipHeader(input);
  let sum = 0;
  let size = 0;
  for await (const chunk of decompress(input, hold(createInflateRaw()))) {
    sum = crc32(chunk, sum);
    size += chunk.byteLength;
    yield chunk;
  }
  const trailer = await input.take(8);
  if (trailer.readUInt32LE(0) !== sum || trailer.readUInt32LE(4) !== size % 2 ** 32) {
    throw new Error("The checksum of a gzip member is wrong.");
  }
}

/** RFC 1952, 2.3.1: what FLG says that the header has. */
const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16 };

async function skipHeader(input: Input): Promise<void> {
  const header = await input.take(10);
  const [, , method, flag = 0] = header;
  if (method !== 8) throw new Error("A gzip member is not deflated.");
  if (flag & flags.extra) await input.take((await input.take(2)).readUInt16LE(0));
  if (flag & flags.name) await skipText(input);
  if (flag & flags.comment) await skipText(input);
  if (flag & flags.headerCrc) await input.take(2);
}

/** Up to the zero that ends it. */
async function skipText(input: Input): Promise<void> {
  for (;;) {
    const chunk = await input.next();
    if (chunk === null) throw new Error("The input ends in the header of a gzip member.");
    const end = chunk.indexOf(0);
    if (end === -1) continue;
    input.unread(chunk.subarray(end + 1));
    return;
  }
}

/** RFC 9110, 8.4.1.2: within zlib's wrapper, but some servers send the bare stream. */
async function* deflate(input: Input, hold: Hold): AsyncGenerator<Uint8Array> {
  const head = await input.peek(2);
  if (head.length === 0) return;
  // RFC 1950, 2.2: CM is 8, and both bytes together are a multiple of 31.
  const isWrapped = head.length === 2 && ((head[0] ?? 0) & 15) === 8 && head.readUInt16BE(0) % 31 === 0;
  yield* decompress(input, hold(isWrapped ? createInflate() : createInflateRaw()));
}

async function* br(input: Input, hold: Hold): AsyncGenerator<Uint8Array> {
  if ((await input.peek(1)).length > 0) yield* decompress(input, hold(createBrotliDecompress()));
}

// RFC 9659, 3: the window of this coding is at most 8 MB, so that the memory for it is, too.
const zstdParams = { [constants.ZSTD_d_windowLogMax]: 23 };

/** RFC 8878, 3.1: frames, some of them to be skipped. Node's own stream stops behind the first one of a chunk. */
async function* zstd(input: Input, hold: Hold): AsyncGenerator<Uint8Array> {
  if (!isZstd(await input.peek(4))) return yield* asItIs(input);
  do {
    yield* decompress(input, hold(createZstdDecompress({ params: zstdParams })));
  } while (isZstd(await input.peek(4).catch(() => Buffer.alloc(0))));
}

function isZstd(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32LE(0);
  return magic === 0xfd2fb528 || (magic >= 0x184d2a50 && magic <= 0x184d2a5f);
}

/** Bytes that were never encoded, whatever the header says: an object that was stored with the wrong one, or one coding too many. */
async function* asItIs(input: Input): AsyncGenerator<Uint8Array> {
  for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) yield chunk;
}
