import { crc32, deflateSync } from "node:zlib";

/** A PNG of one grey pixel, whole and valid: the smallest file that counts as an output. */
export const tinyPng: Uint8Array = tinyPngSaying();

/** The same, which says something that nobody sees: files that say different things are different ones. */
export function tinyPngSaying(words?: string): Uint8Array {
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
    ...(words === undefined ? [] : [chunk("tEXt", Buffer.from(`Comment\0${words}`, "latin1"))]),
    chunk("IDAT", deflateSync(Buffer.from([0, 127]))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}
