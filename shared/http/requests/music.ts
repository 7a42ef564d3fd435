// POST /ai/generate-music: what a caller may ask for.
import * as z from "zod";
import { moods } from "../../ports/wishes.ts";
import { said } from "./said.ts";

export const LONGEST_MUSIC_SEC = 300;
const USUAL_SEC = 30;

export const musicOnly = {
  mood: z.enum(moods).optional().meta({ description: "Absent: `calm`." }),
};

export const musicRequest = z.strictObject({
  ...{ ...said, ...musicOnly },
  durationSec: z.int().min(1).max(LONGEST_MUSIC_SEC).optional().meta({ description: "Absent: 30." }),
});

export function musicGeneration({ mood = "calm", durationSec = USUAL_SEC, ...request }: z.output<typeof musicRequest>) {
  return { ...request, operation: "generate" as const, durationSec, sound: { kind: "music" as const, mood } };
}
