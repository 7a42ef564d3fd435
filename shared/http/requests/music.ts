// POST /ai/generate-music: what a caller may ask for.
import * as z from "zod/mini";
import { moods } from "../../ports/wishes.ts";
import { said } from "./said.ts";

export const LONGEST_MUSIC_SEC = 300;
const USUAL_SEC = 30;

export const musicOnly = {
  mood: z.optional(z.enum(moods)).register(z.globalRegistry, { description: "Absent: `calm`." }),
};

export const musicRequest = z.strictObject({
  ...{ ...said, ...musicOnly },
  durationSec: z
    .optional(z.int().check(z.minimum(1), z.maximum(LONGEST_MUSIC_SEC)))
    .register(z.globalRegistry, { description: "Absent: 30." }),
});

export function musicGeneration({ mood = "calm", durationSec = USUAL_SEC, ...request }: z.output<typeof musicRequest>) {
  return { ...request, operation: "generate" as const, durationSec, sound: { kind: "music" as const, mood } };
}
