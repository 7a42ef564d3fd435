// POST /projects/{id}/generate-video: what a caller may ask for.
import * as z from "zod/mini";
import { shotLimits } from "../../../drama/shots.ts";
import { text } from "../../text.ts";
import { fileUrl } from "../../url.ts";
import { clipSec } from "../clip-length.ts";
import { output, uploaded } from "../picture.ts";
import { said } from "../said.ts";
import { count } from "./fields.ts";
import { sceneId } from "./ids.ts";

const { prompt, provider: _, ...how } = said;

const fields = z.strictObject({
  sceneId,
  shot: z
    .optional(count(shotLimits.shots))
    .register(z.globalRegistry, { description: "From 1. Left out: the scene as a whole." }),
  script: z
    .optional(prompt)
    .register(z.globalRegistry, { description: "What is to be seen. Left out: as scene and characters have it." }),
  imageUrl: z.optional(fileUrl).register(z.globalRegistry, { description: "A picture that it begins with." }),
  image: z.optional(z.union([uploaded, output])).register(z.globalRegistry, {
    description:
      "In place of `imageUrl`: a picture that lies here already. The still of a shot is the output of the part `still-e1s2h3` of a film.",
  }),
  videoProvider: z.optional(text({ min: 1, max: 64 })),
  durationSec: clipSec,
  ...how,
});

export const clipRequest = fields.check(
  z.superRefine(({ image, imageUrl }, context) => {
    if (image === undefined || imageUrl === undefined) return;
    const message = "cannot be given together with imageUrl: it begins with one picture";
    context.addIssue({ code: "custom", path: ["image"], message });
  }),
);
