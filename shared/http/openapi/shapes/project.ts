// Projects, their drafts, scenes and characters.
import * as z from "zod";
import { genres, languages, moods, voices } from "../../../ports/wishes.ts";
import { modelWish } from "../../requests/projects/model-wish.ts";
import { timeOfDay } from "../../requests/projects/scene.ts";
import { onFailure, ratio, subtitles } from "../../requests/projects/settings.ts";
import { contentType, count, id, time } from "./common.ts";

const text = z.string();
const ids = z.array(text);
const version = z.int().min(1).meta({ description: "Goes along with a change, so that nobody's is lost." });

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
    ...{ text: modelWish.optional(), image: modelWish.optional() },
    ...{ video: modelWish.optional(), audio: modelWish.optional() },
  }),
  subtitles,
  music: z.boolean(),
  seed: count,
  onFailure,
};

const project = {
  id,
  ...settings,
  draft: id
    .nullable()
    .meta({ description: "The screenplay that counts, by the job that wrote it. Null: there is none yet." }),
  sceneOrder: ids
    .nullable()
    .meta({ description: "Its scenes by their ids, as they are told. Null: as they were written." }),
  running: id.nullable().meta({ description: "The production that works on it." }),
  version,
  createdAt: time,
  updatedAt: time,
};

export const shownProject = z.strictObject(project).meta({ id: "Project" });

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
      .meta({ description: "Screenplays that were written for it, the newest first; at most 20." }),
  })
  .meta({ id: "ProjectWithDrafts" });

const file = {
  url: z.string().meta({ format: "uri" }),
  key: text,
  size: count,
  contentType,
  sha256: text,
  width: count,
  height: count,
};

const clip = z.strictObject({ jobId: id, ...file, durationMs: count.nullable(), createdAt: time }).meta({ id: "Clip" });

export const shownScene = z
  .strictObject({
    id: text.meta({
      description: "`e1s2`: written as the second scene of the first episode. It stays when the scene moves.",
    }),
    draft: id,
    episode: count,
    number: count.meta({ description: "Its place in the episode, from 1." }),
    ...{ place: text, time: timeOfDay, mood: z.enum(moods), action: text, durationSec: count, characters: ids },
    lines: z.array(z.strictObject({ character: text, text })),
    shots: z.array(
      z.strictObject({ seen: text, characters: ids, durationSec: z.number(), lines: count, clip: clip.nullable() }),
    ),
    takes: z.array(clip).meta({ description: "Videos that were made of it by itself, the newest last." }),
    version,
    updatedAt: time,
  })
  .meta({ id: "Scene" });

export const shownCharacter = z
  .strictObject({
    id: text,
    draft: id,
    ...{ name: text, role: text, look: text, voice: z.enum(voices) },
    portrait: z.strictObject(file).nullable(),
    version,
    updatedAt: time,
  })
  .meta({ id: "Character" });
