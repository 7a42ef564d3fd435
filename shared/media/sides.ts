// The sides of what has some.
import type { Inspection } from "./inspect.ts";

/** Pixels. Throws for a text: whoever asks has looked at a picture or a video. */
export function sidesOf({ width, height }: Pick<Inspection, "width" | "height">): { width: number; height: number } {
  if (width === null || height === null) throw new Error("a text has no sides");
  return { width, height };
}
