// What the writer has to say in one language. In all texts `{a}`, `{b}` and `{c}` are the characters' names, `{place}` the
// scene's, `{thing}` what it is all about: `{a thing}` when it is first spoken of.

import type { Scene } from "../../../drama/screenplay.ts";
import type { Genre, Voice } from "../../../ports/wishes.ts";

export interface Vocabulary {
  /** Grown up, for the two who lead; and who may stand beside them. */
  leads: readonly Person[];
  others: readonly Person[];
  /** A thing that is known by now: "a lamp" is "the lamp" from then on. */
  known(thing: string): string;
  genres: Readonly<Record<Genre, GenreWords>>;
  /** By how far the story has come; each has several, so that a long one does not say the same twice at once. */
  beats: Readonly<Record<Phase, readonly Beat[]>>;
  /** Around the subject, which is the prompt in short. */
  titles: readonly string[];
  loglines: readonly string[];
  episodeTitles: readonly string[];
  summary: Readonly<Record<"first" | "middle" | "last" | "only", string>>;
}

export const phases = ["opening", "meeting", "trouble", "turn", "low", "climax", "ending"] as const;

export type Phase = (typeof phases)[number];

export interface Person {
  name: string;
  voice: Voice;
  look: string;
}

export interface GenreWords {
  /** Of the three. */
  roles: readonly [string, string, string];
  places: readonly string[];
  /** What it is all about. */
  things: readonly string[];
  /** Told now and then instead of what any story has. */
  own: Readonly<Partial<Record<Phase, readonly Beat[]>>>;
}

export interface Beat extends Pick<Scene, "mood" | "time"> {
  action: string;
  /** Who speaks, and what. */
  lines: readonly (readonly ["a" | "b" | "c", string])[];
}
