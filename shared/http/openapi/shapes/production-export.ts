// What a production has made, as its export tells it.
import * as z from "zod";
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
  width: count.nullable(),
  height: count.nullable(),
  durationMs: count.nullable(),
  degraded: z.string().nullable().meta({ description: "Why it is less than what was wanted." }),
  isStale: z.boolean().meta({
    description:
      "It was made in an earlier round, of parts that have been made anew since; it is shown until a resume makes it.",
  }),
  from: z.array(z.string()).meta({ description: "Parts that it was made from." }),
  madeBy: z
    .strictObject({
      jobId: z.string(),
      provider: providerName,
      model: modelName,
      prompt: z.string(),
      instruction: z.string().nullable(),
      seed: count.nullable(),
      cost: count,
      at: time.nullable(),
    })
    .nullable()
    .meta({ description: "Null when its job is no longer there." }),
});

const exportedProduction = z
  .strictObject({ production: shownProduction, projectId: id, files: z.array(file) })
  .meta({ id: "ProductionExport" });

/** `json`, or the job that has made a file. */
export const exportedOrMade = z.union([exportedProduction, shownJob]).meta({ id: "ProductionExportOrJob" });

const textFile = (contentType: string, description: string) => ({
  contentType,
  schema: z.string().meta({ description }),
});

export const exportedTexts = [
  textFile("text/vtt", "WebVTT."),
  textFile("application/x-subrip", "SubRip."),
  textFile("application/xml", "Final Cut Pro XML."),
  textFile("application/vnd.opentimelineio+json", "OpenTimelineIO."),
];
