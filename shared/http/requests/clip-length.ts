// How long a clip is to be.
import * as z from "zod";

export const LONGEST_VIDEO_SEC = 60;

/** Seconds. */
export const clipSec = z.int().min(1).max(LONGEST_VIDEO_SEC).optional();
