// What a caller may ask for: the schemas of the generation requests.
import * as z from "zod";
import { text } from "./text.ts";

const MAX_METADATA_BYTES = 4096;

const prompt = text({ min: 1, max: 4000 }).refine((value) => value.trim() !== "", {
  error: "must have a character that is not white space",
});

const metadata = z
  .record(z.string(), z.json())
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES, {
    error: `must not be larger than ${MAX_METADATA_BYTES} bytes of JSON`,
  });

const common = {
  prompt: prompt.optional(),
  provider: text({ min: 1, max: 64 }).optional(),
  model: text({ min: 1, max: 128 }).optional(),
  operation: z
    .enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"])
    .default("generate"),
  negativePrompt: text({ min: 1, max: 1000 }).optional(),
  n: z.int().min(1).max(4).optional(),
  seed: z.int().min(0).max(2147483647).optional(),
  style: text({ min: 1, max: 100 }).optional(),
  dryRun: z.boolean().default(false),
  metadata: metadata.optional(),
};

const image = z.strictObject({
  ...common,
  size: z
    .string()
    .regex(/^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$/, { error: 'must be a width and a height in pixels, like "1024x1024"' })
    .optional(),
  imageUrl: z.string().min(1).optional(),
});

const video = z.strictObject({
  ...common,
  durationSec: z.int().min(1).max(60).optional(),
  ratio: z
    .string()
    .regex(/^[1-9][0-9]?:[1-9][0-9]?$/, { error: 'must be a ratio, like "16:9"' })
    .optional(),
  resolution: z
    .string()
    .regex(/^[1-9][0-9]{2,3}p$/, { error: 'must be a number of lines, like "720p"' })
    .optional(),
  videoUrl: z.string().min(1).optional(),
});

export const imageRequest = image.superRefine((value, context) =>
  requireOneSource(value, "imageUrl", value.imageUrl, context),
);
export const videoRequest = video.superRefine((value, context) =>
  requireOneSource(value, "videoUrl", value.videoUrl, context),
);

/** What says how to generate has no sense for a file that exists already. */
const onlyForGenerating = [
  "provider",
  "model",
  "n",
  "negativePrompt",
  "seed",
  "style",
  "size",
  "durationSec",
  "ratio",
  "resolution",
] as const;

function requireOneSource(
  value: { prompt?: string | undefined; dryRun: boolean; operation: string },
  urlKey: "imageUrl" | "videoUrl",
  url: string | undefined,
  context: z.RefinementCtx,
): void {
  const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if (url === undefined) {
    if (value.prompt === undefined) refuse("prompt", `is required, unless ${urlKey} names a file to keep`);
    return;
  }
  for (const key of onlyForGenerating) {
    if (Object.hasOwn(value, key) && value[key as keyof typeof value] !== undefined) {
      refuse(key, `cannot be given together with ${urlKey}: nothing is generated`);
    }
  }
  if (value.operation !== "generate") refuse("operation", `cannot be given together with ${urlKey}`);
  if (value.dryRun) refuse("dryRun", `cannot be given together with ${urlKey}: there is nothing to draw instead`);
}
