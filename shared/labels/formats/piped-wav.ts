// A WAV that was written into a pipe: whoever wrote it did not know yet how long it would be. Its sound goes on to the end of the file.
import { isUnknownLength } from "../../media/formats/wav.ts";
import { ByteSource, reading } from "../byte-source.ts";
import type { Reopen } from "../carrier.ts";

/** Where a length stands that is wrong, and what it has to be. */
interface Correction {
  at: number;
  length: number;
}

/** The file with its lengths, found in one pass where they are missing; any other one as it is. */
export async function withLengths(open: Reopen): Promise<Reopen> {
  const corrections = await correctionsOf(open());
  return corrections.length === 0 ? open : () => corrected(open(), corrections);
}

async function correctionsOf(body: AsyncIterable<Uint8Array>): Promise<Correction[]> {
  const source = new ByteSource(body);
  try {
    let at = (await source.take(12)).length;
    for (;;) {
      const header = await source.peek(8);
      if (header.length < 8) return [];
      await source.skip(8);
      const length = header.readUInt32LE(4);
      if (header.toString("latin1", 0, 4) === "data") {
        if (!isUnknownLength(length)) return [];
        const soundBytes = await countRest(source);
        return [
          { at: 4, length: at + soundBytes },
          { at: at + 4, length: soundBytes },
        ];
      }
      const padded = length + (length % 2);
      at += 8 + padded;
      await source.skip(padded);
    }
  } finally {
    await source.close();
  }
}

async function countRest(source: ByteSource): Promise<number> {
  let bytes = 0;
  for await (const piece of source.rest()) bytes += piece.length;
  return bytes;
}

function corrected(body: AsyncIterable<Uint8Array>, corrections: readonly Correction[]): AsyncIterable<Uint8Array> {
  return reading(body, async function* (source) {
    let position = 0;
    for (const { at, length } of corrections) {
      yield* source.pass(at - position);
      await source.skip(4);
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(length);
      yield bytes;
      position = at + 4;
    }
    yield* source.rest();
  });
}
