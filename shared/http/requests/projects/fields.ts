// What several requests about projects say in the same way.
import * as z from "zod";
import { limits } from "../../../drama/wish.ts";

export const version = z.int().min(1).meta({ description: "As it was read. 409 when somebody has changed it since." });

export const count = (max: number) => z.int().min(1).max(max);

/** How much there is of a drama. */
export const extent = {
  episodes: count(limits.episodes),
  scenesPerEpisode: count(limits.scenes),
  durationSec: z
    .int()
    .min(limits.shortestEpisode)
    .max(limits.longestEpisode)
    .meta({ description: "Of one episode, whose scenes share it." }),
};
