// How long a clip is to be.
import * as z from "zod/mini";

export const LONGEST_VIDEO_SEC = 60;

/** Seconds. */
export const clipSec = z.optional(z.int().check(z.minimum(1), z.maximum(LONGEST_VIDEO_SEC)));
