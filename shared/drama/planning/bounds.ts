// How much of everything a film may have: fixed by how long it is to be, before anybody has written it.
import type { Language } from "../../ports/wishes.ts";
import type { FilmWish } from "../plan.ts";
import { limits } from "../wish.ts";

/** A cut has two minutes at most; what is spoken may take longer than it was estimated. */
export const LONGEST_SCENE_SEC = 80;
/** Somebody may say something so often. */
const SECONDS_FOR_LINE = 3;
/** More than can be said in a second, with its punctuation. */
const lettersPerSecond: Readonly<Record<Language, number>> = { zh: 6, en: 20 };

export function mostLines(sceneSec: number): number {
  return Math.min(limits.lines, Math.ceil(sceneSec / SECONDS_FOR_LINE));
}

/** UTF-16 units of all that is said in it. */
export function mostLetters(sceneSec: number, language: Language): number {
  return Math.ceil(sceneSec * lettersPerSecond[language]);
}

/** Of those who get a picture of their own. */
export function mostPortraits({ episodes }: Pick<FilmWish, "episodes">): number {
  return Math.min(limits.characters, 4 + 2 * episodes);
}
