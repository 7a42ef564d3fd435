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
import { type Input, inputFrom } from "./fetch-input.ts";

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

/** RFC 8878, 3.1: frames, some of them to be skipped. What follows them and is none is left alone. */
async function* zstd(input: Input, hold: Hold): AsyncGenerator<Uint8Array> {
  if (!isZstd(await input.peek(4))) return yield* asItIs(input);
  do {
    const frame = inputFrom(zstdFrame(input));
    yield* decompress(frame, hold(createZstdDecompress({ params: zstdParams })));
  } while (isZstd(await input.peek(4).catch(() => Buffer.alloc(0))));
}

const ZSTD_MAGIC = 0xfd2fb528;

function isZstd(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32LE(0);
  return magic === ZSTD_MAGIC || isSkippable(magic);
}

const isSkippable = (magic: number) => magic >= 0x184d2a50 && magic <= 0x184d2a5f;

/** The bytes of one frame. Only its blocks tell where it ends: Node's stream reads on when that is where a chunk ends, too. */
async function* zstdFrame(input: Input): AsyncGenerator<Uint8Array> {
  const magic = await input.take(4);
  yield magic;
  if (isSkippable(magic.readUInt32LE(0))) {
    const length = await input.take(4);
    yield length;
    return yield* input.pass(length.readUInt32LE(0));
  }
  const descriptor = await input.take(1);
  yield descriptor;
  const [flags = 0] = descriptor;
  const isSingle = (flags & 32) !== 0;
  const windowBytes = isSingle ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  yield* input.pass(windowBytes + dictionaryBytes + sizeBytes);
  for (let isLast = false; !isLast; ) {
    const header = await input.take(3);
    yield header;
    const block = header.readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const isRepeated = ((block >> 1) & 3) === 1;
    yield* input.pass(isRepeated ? 1 : block >> 3);
  }
  const hasChecksum = (flags & 4) !== 0;
  yield* input.pass(hasChecksum ? 4 : 0);
}

/** Bytes that were never encoded, whatever the header says: an object that was stored with the wrong one, or one coding too many. */
async function* asItIs(input: Input): AsyncGenerator<Uint8Array> {
  for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) yield chunk;
}
