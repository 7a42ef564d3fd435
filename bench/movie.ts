// A real MP4 of any size: a short film's head and index, and in between as much media data as is wanted, all zero.
import { readFile } from "node:fs/promises";
import { largeBoxHeader, pick } from "../test/media/iso-surgery.ts";

export interface Movie {
  head: Buffer;
  /** Zeros between head and tail. */
  mediaBytes: number;
  tail: Buffer;
  totalBytes: number;
}

const fixtures = new URL("../test/media/fixtures/", import.meta.url);

/** `isFront`: its index stands in front of its media data. */
export async function movieOf(mediaBytes: number, { isFront = false } = {}): Promise<Movie> {
  const bytes = await readFile(new URL(isFront ? "faststart.mp4" : "moov-at-end.mp4", fixtures));
  if (isFront) {
    const front = Buffer.concat([pick(bytes, "ftyp"), pick(bytes, "moov"), largeBoxHeader("mdat", mediaBytes)]);
    return { head: front, mediaBytes, tail: Buffer.alloc(0), totalBytes: front.length + mediaBytes };
  }
  const head = Buffer.concat([pick(bytes, "ftyp"), largeBoxHeader("mdat", mediaBytes)]);
  const tail = pick(bytes, "moov");
  return { head, mediaBytes, tail, totalBytes: head.length + mediaBytes + tail.length };
}
