// The shapes of films, in pixels, and what becomes of a clip in another one.
import type { Fit, FrameSize } from "../../ports/assembly.ts";
import type { Ratio } from "../plan.ts";

export const frames: Readonly<Record<Ratio, FrameSize>> = {
  "16:9": { width: 1280, height: 720 },
  "9:16": { width: 720, height: 1280 },
  "1:1": { width: 960, height: 960 },
};

/** How much of a picture has to be left for its edges to be cut off. */
const LEAST_SHARE = 0.5;

export function fitOf(from: Ratio, to: Ratio): Fit {
  const [a, b] = [frames[from], frames[to]].map(({ width, height }) => width / height) as [number, number];
  return Math.min(a / b, b / a) >= LEAST_SHARE ? "cover" : "contain";
}

/** As ids have it. */
export function ratioName(ratio: Ratio): string {
  return ratio.replace(":", "x");
}
