// GET /productions/{id}/export: what a production has made, with what each file was made of; or the subtitles of an episode.
import * as z from "zod";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { asWholeNumber } from "../../shared/http/list-query.ts";
import { exportedProduction, subtitleFile } from "../../shared/http/openapi/shapes/production-export.ts";
import { bare, ok } from "../../shared/http/results.ts";
import { exportProduction } from "../../shared/productions/reading/export.ts";
import { findProduction } from "../../shared/productions/reading/find.ts";
import { subtitlesOf } from "../../shared/productions/reading/subtitles.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

const query = z.strictObject({
  format: z.enum(["json", "srt", "vtt"]).default("json"),
  episode: z
    .string()
    .regex(/^([1-9]|1[0-9]|20)$/, "must be the number of an episode, from 1 to 20")
    .transform(Number)
    .default(1)
    .meta(asWholeNumber({ minimum: 1, maximum: 20, description: "Of subtitles." })),
});

const contentTypes = { srt: "application/x-subrip; charset=utf-8", vtt: "text/vtt; charset=utf-8" };

async function exportOwn({ query: { format, episode }, params: { id = "" }, user }: Accepted<undefined, typeof query>) {
  const production = await findProduction(requestRuntime(), { userId: user.id, productionId: id });
  if (format === "json") return ok(await exportProduction(requestRuntime(), production));
  const text = await subtitlesOf(requestRuntime(), production, { format, episode });
  const name = `episode-${episode}.${format}`;
  return bare(contentTypes[format], text, { "content-disposition": `attachment; filename="${name}"` });
}

export const handler = httpFunction(
  requestRuntime,
  {
    query,
    auth: "user",
    summary: "All files of a production, with what they were made of; or the subtitles of one of its episodes.",
    description:
      "`json`: each file with its URL, sha256, model, prompt, seed and price. `srt` and `vtt`: the file itself; 404 while the episode has none.",
    answers: () => ({ 200: [exportedProduction, subtitleFile] }),
  },
  exportOwn,
);
