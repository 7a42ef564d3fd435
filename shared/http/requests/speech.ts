// POST /ai/generate-speech: what a caller may ask for.
import * as z from "zod/mini";
import { voices } from "../../ports/wishes.ts";
import { said, words } from "./said.ts";

export const speechOnly = {
  voice: z.optional(words(64)).register(z.globalRegistry, {
    description: `One of ${voices.join(", ")}, which each model has a voice for, or a voice by the vendor's own name. Absent: woman.`,
  }),
};

export const speechRequest = z.strictObject({ ...said, ...speechOnly });

export function speechGeneration({ voice = "woman", ...request }: z.output<typeof speechRequest>) {
  return { ...request, operation: "generate" as const, sound: { kind: "speech" as const, voice } };
}
