// What a caller may say of projects, their scenes and their characters.
import * as z from "zod";
import { shotLimits } from "../drama/shots.ts";
import { limits, SHORTEST_SCENE_SEC } from "../drama/wish.ts";
import { genres, languages, moods, voices } from "../ports/wishes.ts";
import { screenplayRequest, videoRequest } from "./generation-request.ts";
import { id } from "./id.ts";
import { text } from "./text.ts";
import { fileUrl } from "./url.ts";

const count = (max: number) => z.int().min(1).max(max);

const { provider, model } = screenplayRequest.shape;
export const modelWish = z.strictObject({ provider, model }).meta({ id: "ModelWish" });

const version = z.int().min(1).meta({ description: "As it was read. 409 when somebody has changed it since." });

export const ratio = z.enum(["16:9", "9:16", "1:1"]);
export const subtitles = z.enum(["burnt", "soft", "none"]);
export const onFailure = z.enum(["degrade", "stop"]);

const settings = {
  title: text({ min: 1, max: limits.title, trim: true }),
  description: text({ min: 0, max: 1000 }),
  genre: z.enum(genres),
  language: z.enum(languages),
  episodes: count(limits.episodes),
  scenesPerEpisode: count(limits.scenes),
  durationSec: z
    .int()
    .min(limits.shortestEpisode)
    .max(limits.longestEpisode)
    .meta({ description: "Of one episode, whose scenes share it." }),
  ratios: z
    .array(ratio)
    .min(1)
    .max(3)
    .refine((all) => new Set(all).size === all.length, { error: "must not name one twice" })
    .meta({ description: "Everything is made for the first one; the others are cut from the same clips." }),
  style: text({ min: 0, max: 200 }).meta({ description: "How its pictures look, in words." }),
  models: z
    .strictObject({
      ...{ text: modelWish.optional(), image: modelWish.optional() },
      ...{ video: modelWish.optional(), audio: modelWish.optional() },
    })
    .meta({ description: "Whom to ask for what. What is left out is the operator's default." }),
  subtitles,
  music: z.boolean(),
  seed: z.int().min(0).max(2147483647),
  onFailure: onFailure.meta({
    description:
      "What becomes of a part that cannot be made as it was wanted: something less, or the end of the production.",
  }),
};

const { title, ...others } = settings;

export const newProject = z.strictObject({ title, ...z.strictObject(others).partial().shape });

export const projectChange = z.strictObject({
  version,
  ...z.strictObject(settings).partial().shape,
  draft: id
    .optional()
    .meta({ description: "One of its drafts, which is to count from now on: the id of the job that wrote it." }),
});

/** As the project has it. */
export function settingsOf<Said extends { music?: boolean | undefined }>({ music, ...said }: Said) {
  return { ...said, hasMusic: music };
}

export const timeOfDay = z.enum(["day", "night", "dawn", "dusk"]);

export const characterId = z.string().regex(/^c[1-9][0-9]?$/, { error: 'must be the id of a character, like "c1"' });

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
    .union([z.null(), z.strictObject({ jobId: id, shot: count(shotLimits.shots).optional() })])
    .optional()
    .meta({ description: "A take that a shot (left out: the first) is to show. Null: no shot shows one." }),
});

export const characterChange = z.strictObject({
  version,
  name: text({ min: 1, max: limits.name }).optional(),
  role: text({ min: 1, max: limits.sentence }).optional(),
  look: text({ min: 1, max: limits.sentence }).optional(),
  voice: z.enum(voices).optional(),
  portrait: z
    .union([
      z.null(),
      z.strictObject({ uploadId: id }).meta({ description: "A ready upload of the caller." }),
      z
        .strictObject({ jobId: id, index: z.int().min(0).max(3) })
        .meta({ description: "An output of a completed job of the caller." }),
    ])
    .optional()
    .meta({ description: "JPEG, PNG or WebP, at most 10 MB; the project gets a copy. Null: one is to be made." }),
});

const { prompt, seed, dryRun, metadata, webhookUrl } = screenplayRequest.shape;
const how = { model, seed, dryRun, metadata, webhookUrl };

export const scenesRequest = z.strictObject({
  ...{ prompt, provider, ...how },
  ...{ episodes: settings.episodes.optional(), scenesPerEpisode: settings.scenesPerEpisode.optional() },
  durationSec: settings.durationSec.optional(),
});

export const sceneId = z
  .string()
  .regex(/^e[1-9][0-9]?s[1-9][0-9]?$/, { error: 'must be the id of a scene, like "e1s2"' });

export const clipRequest = z.strictObject({
  sceneId,
  shot: count(shotLimits.shots).optional().meta({ description: "From 1. Left out: the scene as a whole." }),
  script: prompt.optional().meta({ description: "What is to be seen. Left out: as scene and characters have it." }),
  imageUrl: fileUrl.optional().meta({ description: "A picture that it begins with." }),
  videoProvider: text({ min: 1, max: 64 }).optional(),
  durationSec: videoRequest.shape.durationSec,
  ...how,
});
