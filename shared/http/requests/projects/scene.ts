// PUT /projects/{id}/scenes/{sceneId}: what a caller may change of a scene.
import * as z from "zod";
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
  characters: z.array(characterId).max(limits.characters),
  durationSec: z.number().min(0.5).max(60),
  lines: z.int().min(0).max(shotLimits.lines).meta({ description: "How many of the scene's lines are spoken in it." }),
});

export const sceneChange = z.strictObject({
  version,
  place: text({ min: 1, max: limits.name }).optional(),
  time: timeOfDay.optional(),
  mood: z.enum(moods).optional(),
  action: text({ min: 1, max: limits.sentence }).optional(),
  durationSec: z.int().min(SHORTEST_SCENE_SEC).max(limits.longestEpisode).optional(),
  characters: z.array(characterId).max(limits.characters).optional(),
  lines: z.array(line).max(limits.lines).optional(),
  shots: z.array(shot).min(1).max(shotLimits.shots).optional().meta({
    description:
      "Together as long as the scene, with all of its lines. Left out, they are planned anew when what they are planned of has changed. A shot keeps its clip by its place.",
  }),
  clip: z
    .union([z.null(), z.strictObject({ jobId, shot: count(shotLimits.shots).optional() })])
    .optional()
    .meta({ description: "A take that a shot (left out: the first) is to show. Null: no shot shows one." }),
});
