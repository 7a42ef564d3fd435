// POST audio/speech as OpenAI's clients send it → a generation. The sound comes as its model makes it: nothing is turned into the format that
// programs name whether or not anybody wants it.
import * as z from "zod/mini";
import { chooseModel } from "../../jobs/asking/choose-model.ts";
import type { Generation } from "../../jobs/asking/submit-generation.ts";
import type { Voice } from "../../ports/wishes.ts";
import { dryRun, model, words } from "./fields.ts";
import type { Chosen } from "./model-name.ts";

export const speechRequest = z.looseObject({
  input: words(4000),
  model,
  dry_run: dryRun,
  voice: z.nullish(z.union([words(64), z.looseObject({ id: words(64) })])),
  stream_format: z.nullish(z.literal("audio", "is not offered here: leave it out, and the whole sound comes at once")),
});

type Deps = Parameters<typeof chooseModel>[0];

export function speechGeneration(
  deps: Deps,
  asked: z.output<typeof speechRequest>,
  { provider, model }: Chosen,
): Generation {
  const { input, voice } = asked;
  const named = typeof voice === "object" ? voice?.id : voice;
  const wish = { type: "audio", operation: "generate", provider, model, sound: { kind: "speech" } } as const;
  return {
    ...{ operation: "generate", prompt: input, dryRun: asked.dry_run, provider, model },
    sound: { kind: "speech", voice: voiceFor(named ?? "woman", chooseModel(deps, wish).model) },
  };
}

/** Programs send one of OpenAI's voices whatever the model is; one that has no such voice speaks as that kind of person. */
function voiceFor(named: string, { voices = [] }: { voices?: readonly string[] }): string {
  return voices.includes(named) ? named : (kinds[named] ?? named);
}

const kinds: Readonly<Record<string, Voice | undefined>> = {
  ...{ alloy: "woman", coral: "woman", fable: "woman", marin: "woman", nova: "woman", sage: "woman", shimmer: "girl" },
  ...{ ash: "man", ballad: "man", cedar: "man", echo: "man", onyx: "old_man", verse: "man" },
};
