// What a caller may ask for: the schemas of the generation requests.
import * as z from "zod";
import type { JsonValue } from "../ports/table.ts";
import { id } from "./openapi/shapes/common.ts";
import { text } from "./text.ts";
import { fileUrl, webUrl } from "./url.ts";

const MAX_METADATA_BYTES = 4096;

const prompt = text({ min: 1, max: 4000 }).refine((value) => value.trim() !== "", {
  error: "must have a character that is not white space",
});

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
  provider: text({ min: 1, max: 64 }).optional(),
  model: text({ min: 1, max: 128 })
    .optional()
    .meta({ description: "As `GET /ai/models` names it. `sketch-fail` and others there end as their names say." }),
  operation: z
    .enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"])
    .default("generate"),
  negativePrompt: text({ min: 1, max: 1000 }).optional(),
  n: z.int().min(1).max(4).optional(),
  seed: z.int().min(0).max(2147483647).optional(),
  inputs: z.array(input).max(5).optional().meta({
    description: "Pictures to work on: JPEG, PNG or WebP. The first one is the one that an operation changes.",
  }),
  style: text({ min: 1, max: 100 })
    .optional()
    .meta({ description: "In words: `watercolour`. For `generate`, `edit` and `style_transfer`." }),
  enhancement: text({ min: 1, max: 100 }).optional().meta({
    description: "Colours and light, in words: `vivid`, `warm`, `brighter shadows`. Not for `background_removal`.",
  }),
  quality: text({ min: 1, max: 20 }).optional().meta({
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
    .optional(),
  imageUrl: fileUrl.optional(),
};

const videoOnly = {
  durationSec: z.int().min(1).max(60).optional(),
  ratio: z
    .string()
    .regex(/^[1-9][0-9]?:[1-9][0-9]?$/, { error: 'must be a ratio, like "16:9"' })
    .optional(),
  resolution: z
    .string()
    .regex(/^[1-9][0-9]{2,3}p$/, { error: 'must be a number of lines, like "720p"' })
    .optional(),
  videoUrl: fileUrl.optional(),
};

export const imageRequest = z
  .strictObject({ ...common, ...imageOnly })
  .superRefine((value, context) => requireNothingElse(value, "imageUrl", value.imageUrl, context));
export const videoRequest = z
  .strictObject({ ...common, ...videoOnly })
  .superRefine((value, context) => requireNothingElse(value, "videoUrl", value.videoUrl, context));

/** Either of both, and which. */
export const quoteRequest = z
  .strictObject({ type: z.enum(["image", "video"]).default("image"), ...common, ...imageOnly, ...videoOnly })
  .superRefine((value, context) => {
    const [foreign, urlKey] =
      value.type === "image" ? ([videoOnly, "imageUrl"] as const) : ([imageOnly, "videoUrl"] as const);
    for (const key of Object.keys(foreign)) {
      if (value[key as keyof typeof value] === undefined) continue;
      context.addIssue({ code: "custom", path: [key], message: `is not known for the type ${value.type}` });
    }
    requireNothingElse(value, urlKey, value[urlKey], context);
  });

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
