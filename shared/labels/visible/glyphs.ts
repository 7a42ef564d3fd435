// Which characters a font has: what it lacks would be drawn as an empty box, without an error.
import { type FileHandle, open } from "node:fs/promises";

/** The characters of the text that the font has no glyph for, each once. Throws when it is no font. https://learn.microsoft.com/typography/opentype/spec/cmap */
export async function missingCharacters(fontFile: string, text: string): Promise<string[]> {
  const file = await open(fontFile);
  try {
    const ranges = rangesOf(await characterMap(file));
    const has = (code: number) => ranges.some(([first, last]) => first <= code && code <= last);
    return [...new Set(text)].filter((character) => !has(character.codePointAt(0) ?? 0));
  } finally {
    await file.close();
  }
}

const HEADER_BYTES = 12;
const RECORD_BYTES = 16;

async function characterMap(file: FileHandle): Promise<Buffer> {
  const count = (await bytesAt(file, 0, HEADER_BYTES)).readUInt16BE(4);
  const directory = await bytesAt(file, HEADER_BYTES, count * RECORD_BYTES);
  for (let at = 0; at < directory.length; at += RECORD_BYTES) {
    if (directory.toString("latin1", at, at + 4) !== "cmap") continue;
    return bytesAt(file, directory.readUInt32BE(at + 8), directory.readUInt32BE(at + 12));
  }
  throw new Error("the font has no table of characters");
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new Error("the font ends early");
  return buffer;
}

type Range = [first: number, last: number];

/** Of format 12 where there is one, which has all of Unicode; else of format 4, which has its first plane. */
function rangesOf(map: Buffer): Range[] {
  const tables = Array.from({ length: map.readUInt16BE(2) }, (_, i) => map.subarray(map.readUInt32BE(4 + 8 * i + 4)));
  const whole = tables.find((table) => table.readUInt16BE(0) === 12);
  if (whole) {
    const groups = Array.from({ length: whole.readUInt32BE(12) }, (_, i) => 16 + 12 * i);
    return groups.map((at) => [whole.readUInt32BE(at), whole.readUInt32BE(at + 4)]);
  }
  const plane = tables.find((table) => table.readUInt16BE(0) === 4);
  if (!plane) throw new Error("the font's table of characters is of an unknown format");
  const count = plane.readUInt16BE(6) / 2;
  return Array.from({ length: count }, (_, i) => [
    plane.readUInt16BE(16 + 2 * count + 2 * i),
    plane.readUInt16BE(14 + 2 * i),
  ]);
}
