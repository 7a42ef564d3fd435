// PUT /projects/{id}/scenes/{sceneId}: what a caller may change of a scene.
import * as z from "zod/mini";
import { shotLimits } from "../../../drama/shots.ts";
import { limits, SHORTEST_SCENE_SEC } from "../../../drama/wish.ts";
import { moods } from "../../../ports/wishes.ts";
import { jobId } from "../../id.ts";
import { text } from "../../text.ts";
import { count, version } from "./fields.ts";
import { characterId } from "./ids.ts";

export const timeOfDay = z.enum(["day", "night", "dawn", "dusk"]);

const line = z.strictObject({ character: characterId, text: text({ min: 1, max: limits.line, trim: true }) });

const shot = z.strictObject({
  seen: text({ min: 1, max: limits.sentence }),
  characters: z.array(characterId).check(z.maxLength(limits.characters)),
  durationSec: z.number().check(z.minimum(0.5), z.maximum(60)),
  lines: z
    .int()
    .check(z.minimum(0), z.maximum(shotLimits.lines))
    .register(z.globalRegistry, { description: "How many of the scene's lines are spoken in it." }),
});

export const sceneChange = z.strictObject({
  version,
  place: z.optional(text({ min: 1, max: limits.name })),
  time: z.optional(timeOfDay),
  mood: z.optional(z.enum(moods)),
  action: z.optional(text({ min: 1, max: limits.sentence })),
  durationSec: z.optional(z.int().check(z.minimum(SHORTEST_SCENE_SEC), z.maximum(limits.longestEpisode))),
  characters: z.optional(z.array(characterId).check(z.maxLength(limits.characters))),
  lines: z.optional(z.array(line).check(z.maxLength(limits.lines))),
  shots: z.optional(z.array(shot).check(z.minLength(1), z.maxLength(shotLimits.shots))).register(z.globalRegistry, {
    description:
      "Together as long as the scene, with all of its lines. Left out, they are planned anew when what they are planned of has changed. A shot keeps its clip by its place.",
  }),
  clip: z
    .optional(z.union([z.null(), z.strictObject({ jobId, shot: z.optional(count(shotLimits.shots)) })]))
    .register(z.globalRegistry, {
      description: "A take that a shot (left out: the first) is to show. Null: no shot shows one.",
    }),
});
