// The label that everybody can see, drawn into a file on its way: before anything is written into it, as it changes what is shown.
import { createReadStream } from "node:fs";
import { rename, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { inspectMedia } from "../../media/inspect.ts";
import { sidesOf } from "../../media/sides.ts";
import type { MediaKind } from "../../ports/provider.ts";
import type { Reopen } from "../carrier.ts";
import { carrierOf } from "../formats.ts";
import type { Problem } from "../mark.ts";
import { withDisk, writeBeginning } from "../on-disk.ts";
import { drawOnFilm, type FilmTools } from "./films.ts";
import { drawOnImage } from "./images.ts";

/** What is to be drawn, on whose behalf, and until when. */
export interface VisibleLabel {
  text: string;
  kind: MediaKind;
  /** A file that it cannot be drawn into may not be kept. */
  isRequired: boolean;
  /** Waits until it is its user's turn. */
  turn(act: () => Promise<void>, piece: { isLong: boolean }): Promise<void>;
  /** It could not be drawn, although it should. Awaited before a byte of the file is passed on; not called where it is required. */
  undrawn(): Promise<void>;
  /** It is drawn, whatever came of it before. Awaited before a byte of the file is passed on; not called where it is required. */
  drawn(): Promise<void>;
  /** The file that it was drawn into was not kept: another one was there before. */
  overtaken(): Promise<void>;
  signal: AbortSignal;
}

export interface Drawn {
  body: AsyncIterable<Uint8Array>;
  /** Known as soon as the body has passed on anything: why it is the file as it came; null where the label is there. */
  problem(): Problem | null;
  /** The labels of others that the file came with. Drawing leaves them out. */
  aigc(): string[];
}

/** Of the disk's free bytes, what the file may have that is drawn into: it lies there beside the new one, and again with its mark. */
const SHARE_OF_DISK = 0.25;

/** A picture of the most pixels takes half a gigabyte while it is drawn on. */
const oneAtATime = pLimit(1);

/** The file with the label; where that cannot be done, as it came. Throws what the body throws, and the signal's reason. */
export function drawn(body: AsyncIterable<Uint8Array>, visible: VisibleLabel, films: FilmTools): Drawn {
  let problem: Problem | null = null;
  let aigc: string[] = [];
  const drawing = withDisk(async function* (spool) {
    const { read: original, rest } = await writeBeginning(spool, "original", body, await roomFor());
    try {
      if (rest) throw new Error("the disk has no room for it");
      aigc = await labelsIn(original);
      await drawInto(spool.folder, visible, films);
    } catch (cause) {
      visible.signal.throwIfAborted();
      problem = { reason: `The visible label could not be drawn into a file: ${visible.kind}`, cause };
      if (!visible.isRequired) await visible.undrawn();
      yield* original();
      if (rest) yield* rest;
      return;
    }
    if (!visible.isRequired) await visible.drawn();
    yield* spool.read(spool.path("drawn"))();
  });
  return { body: drawing, problem: () => problem, aigc: () => aigc };
}

async function roomFor(): Promise<number> {
  const { bavail, bsize } = await statfs(tmpdir());
  return Math.floor(SHARE_OF_DISK * bavail * bsize);
}

async function labelsIn(original: Reopen): Promise<string[]> {
  for await (const head of original()) return (await carrierOf(Buffer.from(head))?.read(original()))?.aigc ?? [];
  return [];
}

async function drawInto(folder: string, visible: VisibleLabel, films: FilmTools): Promise<void> {
  const { text, kind, signal } = visible;
  const [from, to] = [join(folder, "original"), join(folder, "drawn")];
  if (kind === "image") return visible.turn(() => oneAtATime(() => drawOnImage(from, to, text)), { isLong: false });
  const { body, result } = inspectMedia(createReadStream(from), { expect: kind, maxBytes: Number.POSITIVE_INFINITY });
  for await (const _ of body) signal.throwIfAborted();
  const { extension } = result();
  // The ending tells the program what to write.
  const written = `drawn.${extension}`;
  const film = { extension, ...sidesOf(result()), folder, from: "original", to: written };
  await visible.turn(() => drawOnFilm(film, text, films, signal), { isLong: true });
  await rename(join(folder, written), to);
}
