// POST /projects/{id}/generate-scenes: what a caller may ask for.
import * as z from "zod/mini";
import { said } from "../said.ts";
import { extent } from "./fields.ts";

const { prompt, provider, ...how } = said;
const { episodes, scenesPerEpisode, durationSec } = extent;

export const scenesRequest = z.strictObject({
  ...{ prompt, provider, ...how },
  ...{ episodes: z.optional(episodes), scenesPerEpisode: z.optional(scenesPerEpisode) },
  durationSec: z.optional(durationSec),
});
