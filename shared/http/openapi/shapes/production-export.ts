// What a production has made, as its export tells it.
import * as z from "zod/mini";
import { contentType, count, id, mediaType, modelName, providerName, time } from "./common.ts";
import { shownJob } from "./job.ts";
import { shownProduction } from "./production.ts";

const file = z.strictObject({
  node: z.string(),
  kind: z.string(),
  type: mediaType,
  url: z.string(),
  key: z.string(),
  size: count,
  contentType,
  sha256: z.string(),
  width: z.nullable(count),
  height: z.nullable(count),
  durationMs: z.nullable(count),
  degraded: z.nullable(z.string()).register(z.globalRegistry, { description: "Why it is less than what was wanted." }),
  isStale: z.boolean().register(z.globalRegistry, {
    description:
      "It was made in an earlier round, of parts that have been made anew since; it is shown until a resume makes it.",
  }),
  from: z.array(z.string()).register(z.globalRegistry, { description: "Parts that it was made from." }),
  madeBy: z
    .nullable(
      z.strictObject({
        jobId: z.string(),
        provider: providerName,
        model: modelName,
        prompt: z.string(),
        instruction: z.nullable(z.string()),
        seed: z.nullable(count),
        cost: count,
        at: z.nullable(time),
      }),
    )
    .register(z.globalRegistry, { description: "Null when its job is no longer there." }),
});

const exportedProduction = z
  .strictObject({ production: shownProduction, projectId: id, files: z.array(file) })
  .register(z.globalRegistry, { id: "ProductionExport" });

/** `json`, or the job that has made a file. */
export const exportedOrMade = z
  .union([exportedProduction, shownJob])
  .register(z.globalRegistry, { id: "ProductionExportOrJob" });

const textFile = (contentType: string, description: string) => ({
  contentType,
  schema: z.string().register(z.globalRegistry, { description }),
});

export const exportedTexts = [
  textFile("text/vtt", "WebVTT."),
  textFile("application/x-subrip", "SubRip."),
  textFile("application/xml", "Final Cut Pro XML."),
  textFile("application/vnd.opentimelineio+json", "OpenTimelineIO."),
];
