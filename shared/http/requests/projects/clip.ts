// POST /projects/{id}/generate-video: what a caller may ask for.
import * as z from "zod";
import { shotLimits } from "../../../drama/shots.ts";
import { text } from "../../text.ts";
import { fileUrl } from "../../url.ts";
import { clipSec } from "../clip-length.ts";
import { said } from "../said.ts";
import { count } from "./fields.ts";
import { sceneId } from "./ids.ts";

const { prompt, provider: _, ...how } = said;

export const clipRequest = z.strictObject({
  sceneId,
  shot: count(shotLimits.shots).optional().meta({ description: "From 1. Left out: the scene as a whole." }),
  script: prompt.optional().meta({ description: "What is to be seen. Left out: as scene and characters have it." }),
  imageUrl: fileUrl.optional().meta({ description: "A picture that it begins with." }),
  videoProvider: text({ min: 1, max: 64 }).optional(),
  durationSec: clipSec,
  ...how,
});
