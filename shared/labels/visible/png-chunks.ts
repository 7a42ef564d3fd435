// What a PNG says of its colours beside an ICC profile, which decoders pass over and encoders do not write. https://www.w3.org/TR/png-3/
import { open, rename } from "node:fs/promises";

const HEADER_END = 33;
const colours: readonly string[] = ["cICP", "gAMA", "cHRM", "sRGB", "pHYs"];

/** Puts them into the file at `to` as they stand in the one at `from`. Throws for an animation, of which only the first picture was read. */
export async function withColours(from: string, to: string): Promise<void> {
  const own = await chunksOf(from);
  if (own.some(({ type }) => type === "acTL")) throw new Error("it is an animated PNG");
  const there = new Set((await chunksOf(to)).map(({ type }) => type));
  const wanted = own.filter(({ type }) => colours.includes(type) && !there.has(type)).map(({ bytes }) => bytes);
  if (wanted.length === 0) return;
  await insert(to, Buffer.concat(wanted));
}

interface Chunk {
  type: string;
  /** All of it; only of those that are small. */
  bytes: Buffer;
}

const FRAME = 12;
const MAX_BYTES = 256;

/** Those in front of the picture's data. */
async function chunksOf(path: string): Promise<Chunk[]> {
  const file = await open(path);
  try {
    const chunks: Chunk[] = [];
    for (let at = 8; ; ) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, at);
      if (bytesRead < FRAME) return chunks;
      const size = FRAME + buffer.readUInt32BE(0);
      const type = buffer.toString("latin1", 4, 8);
      if (type === "IDAT") return chunks;
      chunks.push({ type, bytes: size <= bytesRead ? buffer.subarray(0, size) : Buffer.alloc(0) });
      at += size;
    }
  } finally {
    await file.close();
  }
}

async function insert(path: string, chunks: Buffer): Promise<void> {
  const [source, target] = [await open(path), await open(`${path}.new`, "wx")];
  try {
    const head = Buffer.alloc(HEADER_END);
    await source.read(head, 0, HEADER_END, 0);
    await target.writeFile(Buffer.concat([head, chunks]));
    await target.writeFile(source.createReadStream({ start: HEADER_END, autoClose: false }));
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
  await rename(`${path}.new`, path);
}
