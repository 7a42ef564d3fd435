// A screenplay: the JSON that a writer hands over, and what has to hold of it before anything is made from it.
import { en } from "zod/locales";
import * as z from "zod/mini";
import type { Language, ScreenplayWish } from "../ports/wishes.ts";
import { type Mood, moods, type Voice, voices } from "../ports/wishes.ts";
import type { PlannedShot } from "./shots.ts";
import { languageOf, limits, sharedOut } from "./wish.ts";

export interface Screenplay {
  kind: "screenplay";
  language: Language;
  title: string;
  /** What it is about, in a sentence. */
  logline: string;
  genre: string;
  characters: Character[];
  episodes: Episode[];
}

export interface Character {
  /** `c1`, `c2`, …: who a line or a scene means. */
  id: string;
  name: string;
  role: string;
  /** For whoever draws them: always the same words. */
  look: string;
  voice: Voice;
}

export interface Episode {
  title: string;
  summary: string;
  scenes: Scene[];
}

export interface Scene {
  /** `e1s2`: what it is called wherever it stands, where it is a project's. Absent: by its place. */
  id?: string;
  place: string;
  time: "day" | "night" | "dawn" | "dusk";
  mood: Mood;
  /** What is seen. */
  action: string;
  /** Whole seconds. */
  durationSec: number;
  /** Ids of who is seen. */
  characters: string[];
  lines: Line[];
  /** How it is filmed, where its user has said so. Absent: as `planShots` has it. */
  shots?: readonly PlannedShot[];
}

export interface Line {
  character: string;
  text: string;
}

/** As a model has to answer; lengths in seconds are ours to correct, so that any positive number will do. */
function schemaOf({ episodes, scenesPerEpisode }: ScreenplayWish) {
  const text = (max: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(max));
  const id = z.string().check(z.regex(/^c[1-9][0-9]?$/));
  const line = z.object({ character: id, text: text(limits.line) });
  const scene = z.object({
    place: text(limits.name),
    time: z.enum(["day", "night", "dawn", "dusk"]),
    mood: z.enum(moods),
    action: text(limits.sentence),
    durationSec: z.number().check(z.positive(), z.maximum(limits.longestEpisode)),
    characters: z.array(id).check(z.maxLength(limits.characters)),
    lines: z.array(line).check(z.maxLength(limits.lines)),
  });
  const episode = z.object({
    title: text(limits.title),
    summary: text(limits.sentence),
    scenes: z.array(scene).check(z.length(scenesPerEpisode)),
  });
  const character = z.object({
    id,
    name: text(limits.name),
    role: text(limits.sentence),
    look: text(limits.sentence),
    voice: z.enum(voices),
  });
  return z.object({
    title: text(limits.title),
    logline: text(limits.sentence),
    characters: z.array(character).check(z.minLength(1), z.maxLength(limits.characters)),
    episodes: z.array(episode).check(z.length(episodes)),
  });
}

/** For servers that hold a model to a schema: every field required, nothing else allowed, and no lengths of texts, as they demand. */
export function jsonSchemaOf(wish: ScreenplayWish): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(schemaOf(wish), {
    target: "draft-7",
    override({ jsonSchema }) {
      delete jsonSchema.minLength;
      delete jsonSchema.maxLength;
    },
  });
  return schema;
}

/** A screenplay that was checked when it was written, as it was kept; null when it is none. Its lengths are final. */
export function readScreenplay(kept: unknown, wish: ScreenplayWish): Screenplay | null {
  const parsed = schemaOf(wish).safeParse(kept);
  if (!parsed.success) return null;
  const screenplay: Screenplay = { kind: "screenplay", language: wish.language, genre: wish.genre, ...parsed.data };
  return strangers(screenplay).length > 0 ? null : screenplay;
}

/** zod's own English, which a model is told what to mend in. */
const { localeError } = en();

export type Checked = { screenplay: Screenplay } | { problems: string[] };

/** More of them help nobody: a model that is told of a dozen mends the rest by itself. */
const MOST_PROBLEMS = 12;

/** What a writer answered, held against what was asked for. Never trusted: counts, ids, lengths and the language are ours. */
export function checkScreenplay(answer: unknown, wish: ScreenplayWish): Checked {
  const parsed = schemaOf(wish).safeParse(answer, { error: localeError });
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.slice(0, MOST_PROBLEMS).map(({ path, message }) => `${written(path)}: ${message}`),
    };
  }
  const { title, logline, characters, episodes } = parsed.data;
  const screenplay: Screenplay = {
    kind: "screenplay",
    language: wish.language,
    title: wish.title?.trim() ? wish.title : title,
    logline,
    genre: wish.genre,
    characters,
    episodes: episodes.map((episode) => timed(episode, wish)),
  };
  const problems = [...strangers(screenplay), ...wrongLanguage(screenplay)].slice(0, MOST_PROBLEMS);
  return problems.length > 0 ? { problems } : { screenplay };
}

function written(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the answer" : path.map(String).join(".");
}

/** Together the scenes are as long as the episode was to be. */
function timed(episode: Episode, { durationSec }: ScreenplayWish): Episode {
  const lengths = sharedOut(
    durationSec,
    episode.scenes.map((scene) => scene.durationSec),
  );
  return { ...episode, scenes: episode.scenes.map((scene, i) => ({ ...scene, durationSec: lengths[i] ?? 0 })) };
}

/** Ids that name nobody, or two. */
function strangers({ characters, episodes }: Screenplay): string[] {
  const ids = characters.map(({ id }) => id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `characters: ${id} stands there twice`);
  const named = episodes.flatMap(({ scenes }, e) =>
    scenes.flatMap((scene, s) => {
      const where = `episodes.${e}.scenes.${s}`;
      const all = [...scene.characters, ...scene.lines.map(({ character }) => character)];
      return [...new Set(all)].filter((id) => !ids.includes(id)).map((id) => `${where}: there is no character ${id}`);
    }),
  );
  return [...twice, ...named];
}

const names: Readonly<Record<Language, string>> = { zh: "Chinese", en: "English" };

/** By what is spoken, or seen where nobody speaks: a title and a logline may quote what their user wrote in another language. */
function wrongLanguage({ language, episodes }: Screenplay): string[] {
  const scenes = episodes.flatMap((episode) => episode.scenes);
  const spoken = scenes.flatMap(({ lines }) => lines.map(({ text }) => text));
  const said = spoken.length > 0 ? spoken : scenes.map(({ action }) => action);
  return languageOf(said.join("\n")) === language ? [] : [`everything has to be written in ${names[language]}`];
}
