// RIFF: chunks in a file that states its length first. So a chunk can be left out, or added, only by who has seen all of them before.
import { refusal } from "../../media/refusal.ts";
import { ByteSource, reading } from "../byte-source.ts";
import type { Reopen } from "../carrier.ts";

export interface Chunk {
  type: string;
  length: number;
  /** Type and length as they stand. */
  header: Buffer;
  /** With a padding of one byte, which may be missing behind the last one. */
  paddedLength: number;
}

const HEADER_BYTES = 12;
/** Of what was written to a pipe: whoever wrote it did not know. */
const UNKNOWN = 0xffff_ffff;

/**
 * Each chunk is read, passed on or skipped before the next is asked for. The source stands behind the file's header. One that is `isOpen` is
 * the last: the file has ended when it does, whatever is said of its length.
 */
export async function* chunksOf(
  source: ByteSource,
  riff: Buffer,
  isOpen: (chunk: Pick<Chunk, "type" | "length">) => boolean = () => false,
): AsyncGenerator<Chunk> {
  const stated = riff.readUInt32LE(4);
  const isUnknown = stated === UNKNOWN || stated === 0;
  let left = isUnknown ? Number.POSITIVE_INFINITY : stated + 8 - HEADER_BYTES;
  while (left >= 8 && !(await source.atEnd())) {
    const header = await source.take(8);
    const length = header.readUInt32LE(4);
    const type = header.toString("latin1", 0, 4);
    if (isOpen({ type, length })) {
      yield { type, length, header, paddedLength: length };
      return;
    }
    if (length === UNKNOWN)
      throw refusal("The file does not say how long its parts are: nothing can be put behind them.");
    if (length + 8 > left) throw refusal("The file is damaged: a chunk reaches beyond what holds it.");
    const paddedLength = Math.min(length + (length % 2), left - 8);
    yield { type, length, header, paddedLength };
    left -= 8 + paddedLength;
  }
}

export interface Changes {
  /** Chunks before all others, and behind them. */
  first?: readonly Buffer[];
  last: readonly Buffer[];
  /** What stands in a chunk's place, header and padding and all, once it has been read; empty to leave it out. Null: it stays, and was not read. */
  edit(chunk: Chunk, source: ByteSource): Promise<Buffer | null>;
}

/** The file with its chunks changed and its length set right, in two passes. What lies behind its stated end stays there. */
export async function* rewritten(open: Reopen, { first = [], last, edit }: Changes): AsyncGenerator<Uint8Array> {
  const added = Buffer.concat([...first, ...last]).length;
  const length = HEADER_BYTES - 8 + added + (await editedLength(open(), edit));
  if (length >= UNKNOWN) throw refusal("The file is too long for a further chunk.");
  yield* reading(open(), async function* (source) {
    const riff = await source.take(HEADER_BYTES);
    const header = Buffer.from(riff);
    header.writeUInt32LE(length, 4);
    yield header;
    yield* first;
    for await (const chunk of chunksOf(source, riff)) {
      const edited = await edit(chunk, source);
      if (edited) yield edited;
      else yield* unchanged(chunk, source);
    }
    yield* last;
    yield* source.rest();
  });
}

async function editedLength(body: AsyncIterable<Uint8Array>, edit: Changes["edit"]): Promise<number> {
  const source = new ByteSource(body);
  let sum = 0;
  for await (const chunk of chunksOf(source, await source.take(HEADER_BYTES))) {
    const edited = await edit(chunk, source);
    sum += edited?.length ?? 8 + chunk.length + (chunk.length % 2);
    if (!edited) await source.skip(chunk.paddedLength);
  }
  await source.close();
  return sum;
}

async function* unchanged({ header, length, paddedLength }: Chunk, source: ByteSource): AsyncGenerator<Uint8Array> {
  yield header;
  yield* source.pass(paddedLength);
  // Where another chunk follows now, the padding may not be missing.
  if (paddedLength < length + (length % 2)) yield Buffer.alloc(1);
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(8 + data.length + (data.length % 2));
  bytes.write(type, 0, "latin1");
  bytes.writeUInt32LE(data.length, 4);
  bytes.set(data, 8);
  return bytes;
}

/** The data of a chunk that is read as a whole, and its padding behind it. */
export async function takeData({ length, paddedLength }: Chunk, source: ByteSource): Promise<Buffer> {
  return (await source.take(paddedLength)).subarray(0, length);
}
