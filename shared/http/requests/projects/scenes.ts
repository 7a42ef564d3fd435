// POST /projects/{id}/generate-scenes: what a caller may ask for.
import * as z from "zod";
import { said } from "../said.ts";
import { extent } from "./fields.ts";

const { prompt, provider, ...how } = said;
const { episodes, scenesPerEpisode, durationSec } = extent;

export const scenesRequest = z.strictObject({
  ...{ prompt, provider, ...how },
  ...{ episodes: episodes.optional(), scenesPerEpisode: scenesPerEpisode.optional() },
  durationSec: durationSec.optional(),
});
