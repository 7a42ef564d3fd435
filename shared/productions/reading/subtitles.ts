// The subtitles of an episode, as they are kept: a file of each format.
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
  const found = nodes.find(({ id }) => id === `subtitles-e${episode}-${format}`);
  const text = found?.output ? await readText(deps, found.output.key) : null;
  if (text === null) throw new AppError("not_found");
  return text;
}
