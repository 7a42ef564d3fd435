// GET /productions/{id}/export: what a production has made: as a list, as one file, as an editor's timeline, or the subtitles of an episode.
import * as z from "zod/mini";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { asWholeNumber } from "../../shared/http/list-query.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { exportedOrMade, exportedTexts } from "../../shared/http/openapi/shapes/production-export.ts";
import { preferredWaitMs } from "../../shared/http/request-headers.ts";
import { bare, exportAnswer, ok } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { followJob } from "../../shared/jobs/reading/follow.ts";
import { exportArchive, exportTimeline } from "../../shared/productions/exporting/export-as.ts";
import { exportProduction } from "../../shared/productions/reading/export.ts";
import { findProduction } from "../../shared/productions/reading/find.ts";
import { subtitlesOf } from "../../shared/productions/reading/subtitles.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

const query = z.strictObject({
  format: z._default(z.enum(["json", "zip", "fcpxml", "otio", "jianying", "srt", "vtt"]), "json"),
  episode: z
    ._default(
      z.pipe(
        z.string().check(z.regex(/^([1-9]|1[0-9]|20)$/, "must be the number of an episode, from 1 to 20")),
        z.transform(Number),
      ),
      1,
    )
    .register(
      z.globalRegistry,
      asWholeNumber({ minimum: 1, maximum: 20, description: "Of subtitles and of editors' timelines." }),
    ),
});

const contentTypes = {
  srt: "application/x-subrip; charset=utf-8",
  vtt: "text/vtt; charset=utf-8",
  fcpxml: "application/xml; charset=utf-8",
  otio: "application/vnd.opentimelineio+json; charset=utf-8",
};

async function exportOwn(call: Accepted<undefined, typeof query>) {
  const { query, params, user, headers, signal } = call;
  const { format, episode } = query;
  const production = await findProduction(requestRuntime(), { userId: user.id, productionId: params.id ?? "" });
  if (format === "json") return ok(await exportProduction(requestRuntime(), production));
  if (format === "zip" || format === "jianying") {
    await requireFitStore(requestRuntime());
    const exported = await exportArchive(productionRuntime(), production, { format, episode });
    // Also one that was asked for before is waited for: who comes back wants the file.
    const asNew = { ...exported, isNew: true };
    return exportAnswer(await followJob(requestRuntime(), asNew, { waitMs: preferredWaitMs(headers), signal }));
  }
  const text =
    format === "srt" || format === "vtt"
      ? await subtitlesOf(requestRuntime(), production, { format, episode })
      : await exportTimeline(productionRuntime(), production, { format, episode });
  const name = `episode-${episode}.${format}`;
  return bare(contentTypes[format], text, { "content-disposition": `attachment; filename="${name}"` });
}

export const handler = httpFunction(
  requestRuntime,
  {
    query,
    auth: "user",
    summary:
      "What a production has made: as a list, as one file, as an editor's timeline, or the subtitles of an episode.",
    description: [
      "`json`: each file with its URL, sha256, model, prompt, seed and price.",
      "`zip`: every file of a production that has ended, with the screenplay and how each was made. It is a job, since it may be gigabytes: 202 while it is made, then 200 with `outputs[0].url`; the same export is the same job, its file is kept for a day, and it counts as storage. 409 while the production is under way.",
      "`jianying`: likewise, a draft of JianYing or CapCut for one episode, with the files that it shows; unpack it into the program's folder of drafts.",
      "`fcpxml` (Final Cut Pro XML 1.10) and `otio` (OpenTimelineIO): an episode as a timeline of clips, lines and music that points to the kept files; with a private store its URLs hold for an hour.",
      "`srt` and `vtt`: the file itself; 404 while the episode has none.",
    ].join("\n\n"),
    headers: ["Prefer"],
    answers: () => ({
      200: [exportedOrMade, ...exportedTexts],
      202: [shownJob, "The file is being made; ask again, or follow the job at Location."],
    }),
    errors: ["conflict", "too_large", "insufficient_credits", "storage_full"],
  },
  exportOwn,
);
