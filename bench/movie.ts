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

const film = new URL("../test/media/fixtures/moov-at-end.mp4", import.meta.url);

export async function movieOf(mediaBytes: number): Promise<Movie> {
  const bytes = await readFile(film);
  const head = Buffer.concat([pick(bytes, "ftyp"), largeBoxHeader("mdat", mediaBytes)]);
  const tail = pick(bytes, "moov");
  return { head, mediaBytes, tail, totalBytes: head.length + mediaBytes + tail.length };
}
