// Serves films of any size: a short film's head and index, and in between as much media data as is wanted, each film with its own.
import { createHash, type Hash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { largeBoxHeader, pick } from "../media/iso-surgery.ts";
import { fixture } from "../media/media-samples.ts";
import { type Origin, startOrigin } from "../servers/origin.ts";

export interface MovieOrigin extends Origin {
  /** By the number of the film. */
  urls: string[];
  sha256: string[];
  /** Of each film. */
  totalBytes: number;
}

const MiB = 1024 * 1024;
const shortFilm = await fixture("moov-at-end.mp4");

/** Nothing of any film comes before all of them are asked for: so they stream at the same time. */
export async function startMovieOrigin(films: number, mediaMebibytes: number): Promise<MovieOrigin> {
  const head = Buffer.concat([pick(shortFilm, "ftyp"), largeBoxHeader("mdat", mediaMebibytes * MiB)]);
  const tail = pick(shortFilm, "moov");
  const totalBytes = head.length + mediaMebibytes * MiB + tail.length;
  const media = Array.from({ length: films }, (_, n) => Buffer.alloc(MiB, n + 1));
  const asked = new Set<string>();
  const allAsked = Promise.withResolvers<void>();
  function* film(n: number): Generator<Buffer> {
    yield head;
    for (let sent = 0; sent < mediaMebibytes; sent++) yield media[n] ?? Buffer.alloc(0);
    yield tail;
  }
  const origin = await startOrigin(async ({ url: path = "" }, response) => {
    asked.add(path);
    if (asked.size === films) allAsked.resolve();
    await allAsked.promise;
    response.writeHead(200, { "content-type": "video/mp4", "content-length": totalBytes });
    // Whoever breaks off is not worth a word: the test then fails over there.
    await pipeline(Readable.from(film(Number(path.slice(1)))), response).catch(() => undefined);
  });
  const hashes = media.map((chunk) => digest(createHash("sha256").update(head), chunk, mediaMebibytes, tail));
  return { ...origin, urls: media.map((_, n) => `${origin.url}/${n}`), sha256: hashes, totalBytes };
}

function digest(hash: Hash, chunk: Buffer, times: number, tail: Buffer): string {
  for (let done = 0; done < times; done++) hash.update(chunk);
  return hash.update(tail).digest("hex");
}
