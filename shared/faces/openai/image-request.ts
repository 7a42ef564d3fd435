// POST images/generations and images/edits as OpenAI's clients send them → a generation. What is not named here (user, background, style,
// moderation, …) is sent by many programs whether or not anybody wants it, and is not looked at.
import * as z from "zod/mini";
import type { Generation } from "../../jobs/asking/submit-generation.ts";
import { dryRun, inputOf, model, notStreamed, picture, size, whole, words } from "./fields.ts";
import type { Chosen } from "./model-name.ts";

const MAX_PICTURES = 5;

const common = {
  prompt: words(4000),
  model,
  n: whole(1, 4),
  size,
  quality: z.nullish(words(20)),
  response_format: z.nullish(z.enum(["url", "b64_json"])),
  stream: notStreamed,
  /** Not OpenAI's: what its clients pass on as they were given it. */
  seed: whole(0, 2 ** 31 - 1),
  negative_prompt: z.nullish(words(1000)),
  dry_run: dryRun,
};

export const imageRequest = z.looseObject(common);

export const editRequest = z.looseObject({
  ...common,
  image: z.union([picture, z.array(picture).check(z.minLength(1), z.maxLength(MAX_PICTURES))]),
  mask: z.optional(z.undefined({ error: "is not offered here: say in the prompt what is to change" })),
});

type Asked = z.output<z.ZodMiniObject<typeof common>>;

export function imageGeneration(asked: Asked, chosen: Chosen): Generation {
  const { prompt, n, size, seed, negative_prompt: negativePrompt } = asked;
  return {
    ...{ operation: "generate", prompt, dryRun: asked.dry_run, provider: chosen.provider, model: chosen.model },
    ...{ n: n ?? undefined, size: size ?? undefined, seed: seed ?? undefined },
    negativePrompt: negativePrompt ?? undefined,
    // Sent by programs whatever the model is.
    quality: chosen.offer?.qualities?.find((each) => each === asked.quality),
  };
}

export function editGeneration(asked: z.output<typeof editRequest>, chosen: Chosen): Generation {
  return { ...imageGeneration(asked, chosen), operation: "edit", inputs: [asked.image].flat().map(inputOf) };
}
