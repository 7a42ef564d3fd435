// Whether a picture moves, where only still ones are taken.
import type { Inspection } from "./inspect.ts";

/** A sentence for the user; null for a still image. */
export function reasonAgainstAnimated({ durationMs }: Pick<Inspection, "durationMs">): string | null {
  return durationMs === null ? null : "The image is animated; only still images are taken.";
}
