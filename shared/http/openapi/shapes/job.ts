// A job, as every answer, event and webhook shows it.
import * as z from "zod";
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
export const progress = z.int().min(0).max(100);

const asShown =
  "Pixels as shown: turned as EXIF or the video's matrix says, with the shape of the video's pixels. An image has at most 64 megapixels. Null for a text and for a sound.";

const output = z
  .strictObject({
    index: count,
    type: mediaType,
    url: z.string().meta({ format: "uri", description: "In the operator's own store; needs no Authorization." }),
    thumbnailUrl: z.string().nullable().meta({
      format: "uri",
      description:
        "A WebP of at most 512 pixels a side, for walls of many: of a picture, of an animation's first frame, or of a still of a video. A picture of no more than that and of 128 KiB is its own. Null where there is none: of texts and sounds, of files before version 0.2, and where no ffmpeg makes stills.",
    }),
    key: z.string(),
    size: count.meta({ description: "Bytes." }),
    contentType,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    width: count.nullable().meta({ description: asShown }),
    height: count.nullable().meta({ description: asShown }),
    durationMs: count.nullable().meta({
      description:
        "Of a sound, of a video's longest track, or of one pass of an animation, whose frames of 10 ms or less count 100 ms, as browsers show them. Null for a still image and for a text.",
    }),
    visibleLabel: z.boolean().meta({ description: "Whether a label was drawn into it that everybody can see." }),
    createdAt: time,
  })
  .meta({ id: "Output" });

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
    stage: z.enum(["input", "output"]).optional().meta({
      description:
        "Of `moderation_blocked` when this server's own check of content has refused it: the prompt and inputs, before any provider was called, or what was made. Absent when the provider has refused.",
    }),
    categories: z
      .array(z.string())
      .optional()
      .meta({ description: "With `stage`: what was found, in the words of the service that has looked." }),
  })
  .meta({ id: "JobError" });

/** What was asked for beside the prompt; which of it depends on the kind of job. */
const params = z.looseObject({
  n: z.int().optional(),
  negativePrompt: z.string().optional(),
  seed: z.int().optional(),
  style: z.string().optional(),
  enhancement: z.string().optional(),
  inputs: z
    .array(z.looseObject({}))
    .optional()
    .meta({ description: "As they were named; of a `data:` URL only its type." }),
  size: pixelSize.optional(),
  durationSec: z.int().optional(),
  ratio: ratioText.optional(),
  resolution: resolutionText.optional(),
  quality: qualityName.optional(),
  visibleLabel: z.literal(false).optional(),
  imageUrl: z.string().optional(),
  videoUrl: z.string().optional(),
  sound: z.string().optional(),
  voice: z.string().optional(),
  mood: z.string().optional(),
  title: z.string().optional(),
  language: z.string().optional(),
  genre: z.string().optional(),
  episodes: z.int().optional(),
  scenesPerEpisode: z.int().optional(),
});

export const shownJob = z
  .strictObject({
    id: z.string().regex(jobIdPattern).meta({ format: "uuid" }),
    type: mediaType,
    operation: z.enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"]),
    status: jobStatus,
    stage: jobStage,
    progress,
    provider: providerName,
    model: modelName,
    fallbackFrom: z.strictObject({ provider: providerName, model: modelName }).optional().meta({
      description:
        "Whose the job was at first: that one failed or stayed away, and the job went to another model that its operator named for such a case, for the same price. Absent when nothing of that kind happened.",
    }),
    prompt: z.string(),
    params,
    dryRun: z.boolean(),
    metadata: z.record(z.string(), z.json()).nullable().meta({ description: "As it was sent." }),
    cost: count.meta({ description: "Credits: held while the job is unfinished, then what it has cost." }),
    round: z.int().min(1),
    attempts: count,
    outputs: z.array(output),
    resultUrls: z.array(z.string()),
    error: jobError.nullable(),
    project: z
      .strictObject({
        id,
        draft: id.optional(),
        sceneId: z.string().optional(),
        state: z.enum(["pending", "applied", "proposed", "gone"]),
      })
      .optional()
      .meta({
        description:
          "What the output is for. The job reads as completed when the project has it (`applied`), has got another screenplay meanwhile (`proposed`: choose it by the draft of this job's id), or is not there any more (`gone`). Absent where a job is for itself.",
      }),
    providerCancel: z.enum(["requested", "done", "too_late", "unknown"]).optional(),
    createdAt: time,
    startedAt: time.nullable(),
    completedAt: time.nullable(),
    updatedAt: time,
  })
  .meta({ id: "Job" });
