// A job, as every answer, event and webhook shows it.
import * as z from "zod/mini";
import { jobIdPattern } from "../../../ports/ids.ts";
import {
  contentType,
  count,
  id,
  mediaType,
  modelName,
  pixelSize,
  providerName,
  qualityName,
  ratioText,
  resolutionText,
  time,
} from "./common.ts";

export const jobStatus = z.enum(["pending", "processing", "completed", "failed", "cancelled"]);
export const jobStage = z.enum(["queued", "submitted", "generating", "transferring", "storing", "done"]);
export const progress = z.int().check(z.minimum(0), z.maximum(100));

const asShown =
  "Pixels as shown: turned as EXIF or the video's matrix says, with the shape of the video's pixels. An image has at most 64 megapixels. Null for a text and for a sound.";

const output = z
  .strictObject({
    index: count,
    type: mediaType,
    url: z.string().register(z.globalRegistry, {
      format: "uri",
      description: "In the operator's own store; needs no Authorization.",
    }),
    thumbnailUrl: z.nullable(z.string()).register(z.globalRegistry, {
      format: "uri",
      description:
        "A WebP of at most 512 pixels a side, for walls of many: of a picture, of an animation's first frame, or of a still of a video. A picture of no more than that and of 128 KiB is its own. Null where there is none: of texts and sounds, of files before version 0.2, and where no ffmpeg makes stills.",
    }),
    key: z.string(),
    size: count.clone().register(z.globalRegistry, { description: "Bytes." }),
    contentType,
    sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    width: z.nullable(count).register(z.globalRegistry, { description: asShown }),
    height: z.nullable(count).register(z.globalRegistry, { description: asShown }),
    durationMs: z.nullable(count).register(z.globalRegistry, {
      description:
        "Of a sound, of a video's longest track, or of one pass of an animation, whose frames of 10 ms or less count 100 ms, as browsers show them. Null for a still image and for a text.",
    }),
    visibleLabel: z
      .boolean()
      .register(z.globalRegistry, { description: "Whether a label was drawn into it that everybody can see." }),
    createdAt: time,
  })
  .register(z.globalRegistry, { id: "Output" });

const jobError = z
  .strictObject({
    type: z.enum([
      "provider_error",
      "moderation_blocked",
      "invalid_output",
      "fetch_refused",
      "fetch_failed",
      "deadline_exceeded",
      "provider_unknown",
      "storage_full",
      "internal",
    ]),
    message: z.string(),
    retryable: z.boolean(),
    stage: z.optional(z.enum(["input", "output"])).register(z.globalRegistry, {
      description:
        "Of `moderation_blocked` when this server's own check of content has refused it: the prompt and inputs, before any provider was called, or what was made. Absent when the provider has refused.",
    }),
    categories: z.optional(z.array(z.string())).register(z.globalRegistry, {
      description: "With `stage`: what was found, in the words of the service that has looked.",
    }),
  })
  .register(z.globalRegistry, { id: "JobError" });

/** What was asked for beside the prompt; which of it depends on the kind of job. */
const params = z.looseObject({
  n: z.optional(z.int()),
  negativePrompt: z.optional(z.string()),
  seed: z.optional(z.int()),
  style: z.optional(z.string()),
  enhancement: z.optional(z.string()),
  inputs: z
    .optional(z.array(z.looseObject({})))
    .register(z.globalRegistry, { description: "As they were named; of a `data:` URL only its type." }),
  size: z.optional(pixelSize),
  durationSec: z.optional(z.int()),
  ratio: z.optional(ratioText),
  resolution: z.optional(resolutionText),
  quality: z.optional(qualityName),
  visibleLabel: z.optional(z.literal(false)),
  imageUrl: z.optional(z.string()),
  videoUrl: z.optional(z.string()),
  sound: z.optional(z.string()),
  voice: z.optional(z.string()),
  mood: z.optional(z.string()),
  title: z.optional(z.string()),
  language: z.optional(z.string()),
  genre: z.optional(z.string()),
  episodes: z.optional(z.int()),
  scenesPerEpisode: z.optional(z.int()),
});

export const shownJob = z
  .strictObject({
    id: z.string().check(z.regex(jobIdPattern)).register(z.globalRegistry, { format: "uuid" }),
    type: mediaType,
    operation: z.enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"]),
    status: jobStatus,
    stage: jobStage,
    progress,
    provider: providerName,
    model: modelName,
    fallbackFrom: z.optional(z.strictObject({ provider: providerName, model: modelName })).register(z.globalRegistry, {
      description:
        "Whose the job was at first: that one failed or stayed away, and the job went to another model that its operator named for such a case, for the same price. Absent when nothing of that kind happened.",
    }),
    prompt: z.string(),
    params,
    dryRun: z.boolean(),
    metadata: z.nullable(z.record(z.string(), z.json())).register(z.globalRegistry, { description: "As it was sent." }),
    cost: count
      .clone()
      .register(z.globalRegistry, { description: "Credits: held while the job is unfinished, then what it has cost." }),
    round: z.int().check(z.minimum(1)),
    attempts: count,
    outputs: z.array(output),
    resultUrls: z.array(z.string()),
    error: z.nullable(jobError),
    project: z
      .optional(
        z.strictObject({
          id,
          draft: z.optional(id),
          sceneId: z.optional(z.string()),
          state: z.enum(["pending", "applied", "proposed", "gone"]),
        }),
      )
      .register(z.globalRegistry, {
        description:
          "What the output is for. The job reads as completed when the project has it (`applied`), has got another screenplay meanwhile (`proposed`: choose it by the draft of this job's id), or is not there any more (`gone`). Absent where a job is for itself.",
      }),
    providerCancel: z.optional(z.enum(["requested", "done", "too_late", "unknown"])),
    createdAt: time,
    startedAt: z.nullable(time),
    completedAt: z.nullable(time),
    updatedAt: time,
  })
  .register(z.globalRegistry, { id: "Job" });
