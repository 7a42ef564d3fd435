// Projects, their drafts, scenes and characters.
import * as z from "zod/mini";
import { genres, languages, moods, voices } from "../../../ports/wishes.ts";
import { modelWish } from "../../requests/projects/model-wish.ts";
import { timeOfDay } from "../../requests/projects/scene.ts";
import { onFailure, ratio, subtitles } from "../../requests/projects/settings.ts";
import { contentType, count, id, time } from "./common.ts";

const text = z.string();
const ids = z.array(text);
const version = z
  .int()
  .check(z.minimum(1))
  .register(z.globalRegistry, { description: "Goes along with a change, so that nobody's is lost." });

const settings = {
  title: text,
  description: text,
  genre: z.enum(genres),
  language: z.enum(languages),
  episodes: count,
  scenesPerEpisode: count,
  durationSec: count,
  ratios: z.array(ratio),
  style: text,
  models: z.strictObject({
    ...{ text: z.optional(modelWish), image: z.optional(modelWish) },
    ...{ video: z.optional(modelWish), audio: z.optional(modelWish) },
  }),
  subtitles,
  music: z.boolean(),
  seed: count,
  onFailure,
};

const project = {
  id,
  ...settings,
  draft: z.nullable(id).register(z.globalRegistry, {
    description: "The screenplay that counts, by the job that wrote it. Null: there is none yet.",
  }),
  sceneOrder: z.nullable(ids).register(z.globalRegistry, {
    description: "Its scenes by their ids, as they are told. Null: as they were written.",
  }),
  running: z.nullable(id).register(z.globalRegistry, { description: "The production that works on it." }),
  version,
  createdAt: time,
  updatedAt: time,
};

export const shownProject = z.strictObject(project).register(z.globalRegistry, { id: "Project" });

export const projectWithDrafts = z
  .strictObject({
    ...project,
    drafts: z
      .array(
        z.strictObject({
          id,
          ...{ language: z.enum(languages), genre: z.enum(genres), title: text, logline: text },
          episodes: z.array(z.strictObject({ title: text, summary: text, scenes: count })),
          characters: count,
          createdAt: time,
        }),
      )
      .register(z.globalRegistry, {
        description: "Screenplays that were written for it, the newest first; at most 20.",
      }),
  })
  .register(z.globalRegistry, { id: "ProjectWithDrafts" });

const file = {
  url: z.string().register(z.globalRegistry, { format: "uri" }),
  key: text,
  size: count,
  contentType,
  sha256: text,
  width: count,
  height: count,
};

const clip = z
  .strictObject({ jobId: id, ...file, durationMs: z.nullable(count), createdAt: time })
  .register(z.globalRegistry, { id: "Clip" });

export const shownScene = z
  .strictObject({
    id: text.clone().register(z.globalRegistry, {
      description: "`e1s2`: written as the second scene of the first episode. It stays when the scene moves.",
    }),
    draft: id,
    episode: count,
    number: count.clone().register(z.globalRegistry, { description: "Its place in the episode, from 1." }),
    ...{ place: text, time: timeOfDay, mood: z.enum(moods), action: text, durationSec: count, characters: ids },
    lines: z.array(z.strictObject({ character: text, text })),
    shots: z.array(
      z.strictObject({ seen: text, characters: ids, durationSec: z.number(), lines: count, clip: z.nullable(clip) }),
    ),
    takes: z
      .array(clip)
      .register(z.globalRegistry, { description: "Videos that were made of it by itself, the newest last." }),
    version,
    updatedAt: time,
  })
  .register(z.globalRegistry, { id: "Scene" });

export const shownCharacter = z
  .strictObject({
    id: text,
    draft: id,
    ...{ name: text, role: text, look: text, voice: z.enum(voices) },
    portrait: z.nullable(z.strictObject(file)),
    version,
    updatedAt: time,
  })
  .register(z.globalRegistry, { id: "Character" });
