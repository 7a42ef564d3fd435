// What requests for pictures and videos have in common: how they are to look, or a file that exists already.
import * as z from "zod/mini";
import { inputs } from "./inputs.ts";
import { said, words } from "./said.ts";

export const operation = z.enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"]);

const { prompt, provider, model, seed, ...aside } = said;

export const seen = {
  ...{ prompt: z.optional(prompt), provider, model },
  operation: z._default(operation, "generate"),
  negativePrompt: z.optional(words(1000)),
  n: z.optional(z.int().check(z.minimum(1), z.maximum(4))),
  ...{ seed, inputs },
  style: z.optional(words(100)).register(z.globalRegistry, {
    description: "In words: `watercolour`. For `generate`, `edit` and `style_transfer`.",
  }),
  enhancement: z.optional(words(100)).register(z.globalRegistry, {
    description: "Colours and light, in words: `vivid`, `warm`, `brighter shadows`. Not for `background_removal`.",
  }),
  quality: z.optional(words(20)).register(z.globalRegistry, {
    description: "For models that have tiers of it, such as `low`, `medium` and `high`: `GET /ai/models` names them.",
  }),
  visibleLabel: z.optional(z.boolean()).register(z.globalRegistry, {
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
  context: z.core.$RefinementCtx,
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
