// What is to be assembled, written as JSON in a text: its shape, before anything in it is believed.
import * as z from "zod/mini";
import { type Assembly, fits, motions } from "../ports/assembly.ts";

const input = z.int().check(z.minimum(0));
const ms = z.number().check(z.minimum(0));
const size = z.strictObject({ width: z.int(), height: z.int() });
const line = z.strictObject({ fromMs: ms, toMs: ms, text: z.string() });
const fit = z.enum(fits);
const motion = z.enum(motions);

const shape = z.discriminatedUnion("make", [
  z.strictObject({ make: z.literal("pan"), picture: input, size, durationMs: ms, motion, fit }),
  z.strictObject({ make: z.literal("frame"), clip: input, atMs: z.nullable(ms) }),
  z.strictObject({ make: z.literal("poster"), picture: input, size, title: z.string(), line: z.string() }),
  z.strictObject({
    ...{ make: z.literal("cut"), size, fit, isSubtitled: z.boolean() },
    shots: z.array(z.strictObject({ picture: input, durationMs: ms, motion })),
    lines: z.array(z.extend(line, { sound: z.nullable(input) })),
  }),
  z.strictObject({
    ...{ make: z.literal("episode"), cuts: z.array(input), music: z.nullable(input), lines: z.array(line) },
    ...{ subtitles: z.enum(["soft", "none"]), language: z.enum(["zh", "en"]) },
  }),
  z.strictObject({ make: z.literal("subtitles"), format: z.enum(["srt", "vtt"]), lines: z.array(line), size }),
]);

/** Null when it is none. */
export function listedAssembly(text: string): Assembly | null {
  try {
    const parsed = shape.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
