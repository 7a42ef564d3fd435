// What requests for pictures and videos have in common: how they are to look, or a file that exists already.
import * as z from "zod";
import { inputs } from "./inputs.ts";
import { said, words } from "./said.ts";

const { prompt, provider, model, seed, ...aside } = said;

export const seen = {
  ...{ prompt: prompt.optional(), provider, model },
  operation: z
    .enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"])
    .default("generate"),
  negativePrompt: words(1000).optional(),
  n: z.int().min(1).max(4).optional(),
  ...{ seed, inputs },
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
  ...aside,
};

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

export function requireNothingElse(
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
