// What several requests about projects say in the same way.
import * as z from "zod/mini";
import { limits } from "../../../drama/wish.ts";

export const version = z
  .int()
  .check(z.minimum(1))
  .register(z.globalRegistry, { description: "As it was read. 409 when somebody has changed it since." });

export const count = (max: number) => z.int().check(z.minimum(1), z.maximum(max));

/** How much there is of a drama. */
export const extent = {
  episodes: count(limits.episodes),
  scenesPerEpisode: count(limits.scenes),
  durationSec: z
    .int()
    .check(z.minimum(limits.shortestEpisode), z.maximum(limits.longestEpisode))
    .register(z.globalRegistry, { description: "Of one episode, whose scenes share it." }),
};
