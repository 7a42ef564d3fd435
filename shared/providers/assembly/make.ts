// What is made for each of the words that may be asked.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { cuesOf, srtOf, vttOf } from "../../drama/subtitles.ts";
import { framesIn } from "../../drama/times.ts";
import type { Assembly, Pan, Subtitles } from "../../ports/assembly.ts";
import { makeCut } from "./cut.ts";
import { makeEpisode } from "./episode.ts";
import { frameOf } from "./frame.ts";
import { makePoster } from "./poster.ts";
import { makeShot } from "./shots.ts";
import type { Work } from "./work.ts";

/** Answers the name of the file, within the folder. */
export async function make(work: Work, assembly: Assembly): Promise<string> {
  switch (assembly.make) {
    case "pan":
      return makePan(work, assembly);
    case "frame":
      await frameOf(work, assembly.clip, assembly.atMs, "frame.png");
      return "frame.png";
    case "poster":
      return makePoster(work, assembly);
    case "cut":
      return makeCut(work, assembly);
    case "episode":
      return makeEpisode(work, assembly);
    case "subtitles":
      return makeSubtitles(work, assembly);
  }
}

async function makePan(work: Work, pan: Pan): Promise<string> {
  const frames = framesIn(pan.durationMs);
  const shot = { ...pan, frames, captions: [] };
  await makeShot(work, shot, "pan.mp4", (count) => work.progress((100 * count) / frames));
  return "pan.mp4";
}

async function makeSubtitles(work: Work, { format, lines, size }: Subtitles): Promise<string> {
  const cues = cuesOf(lines, size);
  const name = `words.${format}`;
  await writeFile(path.join(work.folder, name), format === "srt" ? srtOf(cues) : vttOf(cues));
  return name;
}
