// The subtitles of an episode as a file of either kind. They are kept as WebVTT, which can say what it is; SubRip is made of it.
import { AppError } from "../../errors/app-error.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import { readText } from "../plans.ts";
import type { Production } from "../production.ts";
import { readNodes } from "./export.ts";

/** `not_found` while the episode has none. */
export async function subtitlesOf(
  deps: Pick<RequestDeps, "table" | "store">,
  production: Production,
  { format, episode }: { format: "srt" | "vtt"; episode: number },
): Promise<string> {
  const nodes = await readNodes(deps, production);
  const found = nodes.find(({ kind, id }) => kind === "subtitles" && id.startsWith(`subtitles-e${episode}-`));
  const text = found?.output ? await readText(deps, found.output.key) : null;
  if (text === null) throw new AppError("not_found");
  return format === "vtt" ? text : srtOf(text);
}

const timing = /^(\d+:)?(\d\d:\d\d)\.(\d{3}) --> (\d+:)?(\d\d:\d\d)\.(\d{3})/;

function srtOf(vtt: string): string {
  const cues = vtt.split(/\n{2,}/).flatMap((block) => {
    const lines = block.split("\n").filter((line) => line !== "");
    const at = lines.findIndex((line) => timing.test(line));
    if (at < 0 || lines[0]?.startsWith("NOTE")) return [];
    const [, h1 = "00:", m1, ms1, h2 = "00:", m2, ms2] = timing.exec(lines[at] ?? "") ?? [];
    return [[`${h1}${m1},${ms1} --> ${h2}${m2},${ms2}`, ...lines.slice(at + 1).map(plain)].join("\n")];
  });
  return cues.map((cue, i) => `${i + 1}\n${cue}\n`).join("\n");
}

/** What players would take for markup is written with other signs. */
function plain(line: string): string {
  return line.replaceAll("&lt;", "‹").replaceAll("&gt;", "›").replaceAll("&amp;", "&");
}
