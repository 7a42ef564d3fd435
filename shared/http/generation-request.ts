// What a caller may ask for: the schemas of the generation requests.
import * as z from "zod";
import { languageOf, limits, SHORTEST_SCENE_SEC } from "../drama/wish.ts";
import type { MadeKind } from "../ports/provider.ts";
import type { JsonValue } from "../ports/table.ts";
import { genres, languages, moods, type Sound, voices } from "../ports/wishes.ts";
import { id } from "./id.ts";
import { describe } from "./issues.ts";
import { text } from "./text.ts";
import { fileUrl, webUrl } from "./url.ts";

const MAX_METADATA_BYTES = 4096;

/** Something has to be said in it. */
const words = (max: number) =>
  text({ min: 1, max }).refine((value) => value.trim() !== "", {
    error: "must have a character that is not white space",
  });

const prompt = words(4000);

/** What came out of JSON is JSON: to look at each value again would only cost. */
const anyJson = z.unknown() as z.ZodType<JsonValue>;

/** Its size comes before its keys. */
const metadata = z
  .unknown()
  .refine((value) => Buffer.byteLength(JSON.stringify(value ?? null)) <= MAX_METADATA_BYTES, {
    error: `must not be larger than ${MAX_METADATA_BYTES} bytes of JSON`,
    abort: true,
  })
  .pipe(z.record(z.string(), anyJson))
  .meta({ type: "object", additionalProperties: true });

/** A picture to work on. */
const input = z.union([
  z.strictObject({ uploadId: id }).meta({ description: "A ready upload of the caller." }),
  z
    .strictObject({ jobId: id, index: z.int().min(0).max(3) })
    .meta({ description: "An output of a completed job of the caller." }),
  z
    .strictObject({ url: fileUrl })
    .meta({ description: "http, https or data: fetched once, before the first attempt, and kept with the job." }),
]);

const common = {
  prompt: prompt.optional(),
  provider: words(64)
    .optional()
    .meta({ description: "As `GET /ai/models` names it; absent, the model's, or the one that is configured." }),
  model: words(128)
    .optional()
    .meta({ description: "As `GET /ai/models` names it. `sketch-fail` and others there end as their names say." }),
  operation: z
    .enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"])
    .default("generate"),
  negativePrompt: words(1000).optional(),
  n: z.int().min(1).max(4).optional(),
  seed: z.int().min(0).max(2147483647).optional(),
  inputs: z.array(input).max(5).optional().meta({
    description: "Pictures to work on: JPEG, PNG or WebP. The first one is the one that an operation changes.",
  }),
  style: words(100)
    .optional()
    .meta({ description: "In words: `watercolour`. For `generate`, `edit` and `style_transfer`." }),
  enhancement: words(100).optional().meta({
    description: "Colours and light, in words: `vivid`, `warm`, `brighter shadows`. Not for `background_removal`.",
  }),
  quality: words(20).optional().meta({
    description: "For models that have tiers of it, such as `low`, `medium` and `high`: `GET /ai/models` names them.",
  }),
  visibleLabel: z.boolean().optional().meta({
    description:
      "False: the outputs are wanted without the label that everybody can see, where the operator draws one and lets users do without; who declines it is logged. What is written into the file stays.",
  }),
  dryRun: z.boolean().default(false),
  metadata: metadata.optional(),
  webhookUrl: webUrl.optional(),
};

const imageOnly = {
  size: z
    .string()
    .regex(/^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$/, { error: 'must be a width and a height in pixels, like "1024x1024"' })
    .optional()
    .meta({ description: "Width and height in pixels: `1024x1024`. `GET /ai/models` lists each model's `sizes`." }),
  imageUrl: fileUrl.optional(),
};

const LONGEST_VIDEO_SEC = 60;
const LONGEST_MUSIC_SEC = 300;

const videoOnly = {
  durationSec: z.int().min(1).max(LONGEST_VIDEO_SEC).optional(),
  ratio: z
    .string()
    .regex(/^[1-9][0-9]?:[1-9][0-9]?$/, { error: 'must be a ratio, like "16:9"' })
    .optional()
    .meta({ description: "Width to height: `16:9`. `GET /ai/models` lists each model's `ratios`." }),
  resolution: z
    .string()
    .regex(/^[1-9][0-9]{2,3}p$/, { error: 'must be a number of lines, like "720p"' })
    .optional()
    .meta({ description: "Lines: `720p`. `GET /ai/models` lists each model's `resolutions`." }),
  videoUrl: fileUrl.optional(),
};

export const imageRequest = z
  .strictObject({ ...common, ...imageOnly })
  .superRefine((value, context) => requireNothingElse(value, "imageUrl", value.imageUrl, context));
export const videoRequest = z
  .strictObject({ ...common, ...videoOnly })
  .superRefine((value, context) => requireNothingElse(value, "videoUrl", value.videoUrl, context));

const textOnly = {
  title: words(limits.title).optional(),
  language: z.enum(languages).optional().meta({ description: "Absent: the prompt's." }),
  genre: z.enum(genres).optional().meta({ description: "Absent: `drama`." }),
  episodes: z.int().min(1).max(limits.episodes).optional().meta({ description: "Absent: 1." }),
  scenesPerEpisode: z.int().min(1).max(limits.scenes).optional().meta({ description: "Absent: 3." }),
};

const { provider, model, seed, inputs, dryRun, webhookUrl } = common;

export const screenplayRequest = z
  .strictObject({
    ...{ prompt, ...textOnly, provider, model, seed, inputs, dryRun, metadata: metadata.optional(), webhookUrl },
    durationSec: z.int().min(limits.shortestEpisode).max(limits.longestEpisode).optional().meta({
      description: "Of one episode, whose scenes share it. Absent: 60.",
    }),
  })
  .superRefine(requireTimeForScenes);

const heardOnly = { prompt, provider, model, seed, dryRun, metadata: metadata.optional(), webhookUrl };

const speechOnly = {
  voice: words(64)
    .optional()
    .meta({
      description: `One of ${voices.join(", ")}, which each model has a voice for, or a voice by the vendor's own name. Absent: woman.`,
    }),
};

const musicOnly = {
  mood: z.enum(moods).optional().meta({ description: "Absent: `calm`." }),
};

export const speechRequest = z.strictObject({ ...heardOnly, ...speechOnly });

export const musicRequest = z.strictObject({
  ...{ ...heardOnly, ...musicOnly },
  durationSec: z.int().min(1).max(LONGEST_MUSIC_SEC).optional().meta({ description: "Absent: 30." }),
});

export function speechGeneration({ voice = "woman", ...request }: z.output<typeof speechRequest>) {
  return { ...request, operation: "generate" as const, sound: { kind: "speech" as const, voice } };
}

export function musicGeneration({
  mood = "calm",
  durationSec = USUAL.musicSec,
  ...request
}: z.output<typeof musicRequest>) {
  return { ...request, operation: "generate" as const, durationSec, sound: { kind: "music" as const, mood } };
}

/** A screenplay that is asked for, as a generation of the type text. */
export function screenplayGeneration({ prompt, ...request }: z.output<typeof screenplayRequest>) {
  const { title, language, genre, episodes, scenesPerEpisode, durationSec, ...others } = request;
  return {
    ...others,
    prompt,
    operation: "generate" as const,
    screenplay: {
      language: language ?? languageOf(prompt),
      genre: genre ?? "drama",
      episodes: episodes ?? 1,
      scenesPerEpisode: scenesPerEpisode ?? USUAL.scenes,
      durationSec: durationSec ?? USUAL.durationSec,
      ...(title !== undefined && { title }),
    },
  };
}

const USUAL = { scenes: 3, durationSec: 60, musicSec: 30 } as const;

function requireTimeForScenes(
  {
    durationSec = USUAL.durationSec,
    scenesPerEpisode = USUAL.scenes,
  }: { durationSec?: number | undefined; scenesPerEpisode?: number | undefined },
  context: z.RefinementCtx,
): void {
  if (durationSec >= SHORTEST_SCENE_SEC * scenesPerEpisode) return;
  const message = `is too short for ${scenesPerEpisode} scenes of at least ${SHORTEST_SCENE_SEC} seconds`;
  context.addIssue({ code: "custom", path: ["durationSec"], message });
}

/** What its route takes. */
const ofRoute: Readonly<Record<Exclude<MadeKind, "audio"> | Sound["kind"], z.ZodType>> = {
  image: imageRequest,
  video: videoRequest,
  text: screenplayRequest,
  speech: speechRequest,
  music: musicRequest,
};

/** Any of them, and which: what its route refuses is refused here, by the same names. */
export const quoteRequest = z
  .strictObject({
    type: z.enum(["image", "video", "text", "audio"]).default("image"),
    sound: z.enum(["speech", "music"]).optional().meta({ description: "Of the type audio. Absent: `speech`." }),
    ...{ ...common, ...imageOnly, ...videoOnly, ...textOnly, ...speechOnly, ...musicOnly },
    operation: common.operation.unwrap().optional().meta({ description: "Absent: `generate`." }),
    durationSec: z
      .int()
      .min(1)
      .max(limits.longestEpisode)
      .optional()
      .meta({
        description: `Of a video, at most ${LONGEST_VIDEO_SEC}; of music, at most ${LONGEST_MUSIC_SEC}; or of one episode, at least ${limits.shortestEpisode}.`,
      }),
  })
  .superRefine(({ type, sound, ...asked }, context) => {
    const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: "custom", path, message });
    if (sound !== undefined && type !== "audio") refuse(["sound"], `is not known for the type ${type}`);
    const kind = type === "audio" ? (sound ?? "speech") : type;
    for (const issue of ofRoute[kind].safeParse(asked, { error: describe }).error?.issues ?? []) {
      if (issue.code !== "unrecognized_keys") refuse(issue.path, issue.message);
      else for (const key of issue.keys) refuse([...issue.path, key], `is not known for ${kind}`);
    }
  });

/** As what it would be asked for. */
export function quotedGeneration({ type, sound, voice, mood, ...request }: z.output<typeof quoteRequest>) {
  if (type === "image" || type === "video") return { ...request, operation: request.operation ?? "generate" };
  if (type === "audio") {
    const { prompt = "", provider, model, seed, dryRun, metadata, webhookUrl, durationSec } = request;
    const heard = { prompt, provider, model, seed, dryRun, metadata, webhookUrl };
    return sound === "music" ? musicGeneration({ ...heard, mood, durationSec }) : speechGeneration({ ...heard, voice });
  }
  const { prompt = "", title, language, genre, episodes, scenesPerEpisode, durationSec } = request;
  const { provider, model, seed, inputs, dryRun, metadata, webhookUrl } = request;
  return screenplayGeneration({
    ...{ prompt, title, language, genre, episodes, scenesPerEpisode, durationSec },
    ...{ provider, model, seed, inputs, dryRun, metadata, webhookUrl },
  });
}

/** What says how to generate has no sense for a file that exists already. */
const onlyForGenerating = [
  "provider",
  "model",
  "n",
  "negativePrompt",
  "seed",
  "style",
  "enhancement",
  "inputs",
  "size",
  "durationSec",
  "ratio",
  "resolution",
  "quality",
] as const;

function requireNothingElse(
  value: { dryRun: boolean; operation: string },
  urlKey: "imageUrl" | "videoUrl",
  url: string | undefined,
  context: z.RefinementCtx,
): void {
  const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  // What an operation needs is said where operations are known.
  if (url === undefined) return;
  for (const key of onlyForGenerating) {
    if (Object.hasOwn(value, key) && value[key as keyof typeof value] !== undefined) {
      refuse(key, `cannot be given together with ${urlKey}: nothing is generated`);
    }
  }
  if (value.operation !== "generate") refuse("operation", `cannot be given together with ${urlKey}`);
  if (value.dryRun) refuse("dryRun", `cannot be given together with ${urlKey}: there is nothing to draw instead`);
}
