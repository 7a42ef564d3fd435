// Pictures by name: whole PNGs, each with bytes of its own.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { tinyPng } from "../jobs/tiny-png.ts";

const SIGNATURE_AND_HEADER_BYTES = 33;
const COMMENT_REPEATS = 300;

/** About 20 KB, or so many times as much; the same name is always the same picture. */
export function pictureOf(name: string, times = 1): Uint8Array {
  const text = `Comment\0${createHash("sha256")
    .update(name)
    .digest("hex")
    .repeat(times * COMMENT_REPEATS)}`;
  const comment = chunk("tEXt", Buffer.from(text, "latin1"));
  const [head, rest] = [SIGNATURE_AND_HEADER_BYTES, SIGNATURE_AND_HEADER_BYTES];
  return Buffer.concat([tinyPng.subarray(0, head), comment, tinyPng.subarray(rest)]);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
