// A screenplay from templates: the same for the same prompt, seed and wish, in the prompt's language, with nobody asked.
import { checkScreenplay, type Episode, type Scene, type Screenplay } from "../../../drama/screenplay.ts";
import { languageOf, limits, sharedOut } from "../../../drama/wish.ts";
import { AppError } from "../../../errors/app-error.ts";
import type { ScreenplayWish } from "../../../ports/wishes.ts";
import { type Chance, chanceOf } from "../chance.ts";
import { chinese } from "./chinese.ts";
import { english } from "./english.ts";
import { type Beat, type GenreWords, type Person, type Phase, phases, type Vocabulary } from "./vocabulary.ts";

const vocabularies = { zh: chinese, en: english } as const;

export interface Plot {
  prompt: string;
  seed: number;
  /** From 0: several of one request are several stories. */
  index: number;
  wish: ScreenplayWish;
}

export function writeScreenplay({ prompt, seed, index, wish }: Plot): Screenplay {
  const chance = chanceOf("screenplay", prompt, seed, index);
  const words = vocabularies[wish.language];
  const genre = words.genres[wish.genre];
  const cast = castOf(words, chance);
  const thing = picked(genre.things, chance);
  const subject = subjectOf(prompt, wish) ?? genre.things.find((other) => other !== thing) ?? thing;
  const tell = teller(cast, { thing: words.known(thing), "a thing": thing, subject });
  const scenes = scenesOf(words, genre, wish, chance, tell);
  const titleOf = deck((_: "episode") => words.episodeTitles, chance);
  const written = {
    title: shortened(tell(picked(words.titles, chance)), limits.title),
    logline: tell(picked(words.loglines, chance)),
    characters: cast.map(({ name, voice, look }, i) => ({
      id: `c${i + 1}`,
      name,
      role: genre.roles[i] ?? "",
      look,
      voice,
    })),
    episodes: Array.from({ length: wish.episodes }, (_, e): Episode => {
      const number = e + 1;
      const kind = wish.episodes === 1 ? "only" : number === 1 ? "first" : number === wish.episodes ? "last" : "middle";
      return {
        title: titleOf("episode"),
        summary: tell(words.summary[kind]),
        scenes: scenes.slice(e * wish.scenesPerEpisode, number * wish.scenesPerEpisode),
      };
    }),
  };
  const checked = checkScreenplay(written, wish);
  if ("problems" in checked) throw unwritable(checked.problems);
  return checked.screenplay;
}

/** A template of ours is wrong. The same words and seed would only break the same rule again. */
function unwritable(problems: readonly string[]): AppError {
  const cause = new Error(`a template breaks the rules: ${problems.join("; ")}`);
  return new AppError("invalid_output", { message: "The screenplay could not be written.", retryable: false, cause });
}

type Tell = (text: string, place?: string) => string;

/** Puts the story's names into a template. A sentence that begins with one of ours begins with a capital. */
function teller([a, b, c]: Cast, other: Readonly<Record<string, string>>): Tell {
  return (text, place = "") => {
    const named: Readonly<Record<string, string>> = { ...other, a: a.name, b: b.name, c: c.name, place };
    const told = text.replace(/\{([\w ]+)\}/g, (_, name: string) => named[name] ?? "");
    return told.replace(/(^|[.!?] )(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
  };
}

/** All scenes of all episodes: one story, told from its opening to its ending. */
function scenesOf(words: Vocabulary, genre: GenreWords, wish: ScreenplayWish, chance: Chance, tell: Tell): Scene[] {
  const { episodes, scenesPerEpisode, durationSec } = wish;
  const count = episodes * scenesPerEpisode;
  const beatOf = deck((phase: Phase) => [...(genre.own[phase] ?? []), ...words.beats[phase]], chance);
  const placeOf = deck((_: "place") => genre.places, chance);
  const lengths = sharedOut(
    durationSec,
    Array.from({ length: scenesPerEpisode }, () => 1),
  );
  return Array.from({ length: count }, (_, i) => {
    const { action, lines, mood, time } = beatOf(phaseAt(i, count));
    const place = placeOf("place");
    const spoken = lines.map(([who, text]) => ({ character: idOf[who], text: tell(text, place) }));
    return {
      ...{ place, time, mood },
      action: tell(action, place),
      durationSec: lengths[i % scenesPerEpisode] ?? 0,
      characters: seenIn({ action, lines }),
      lines: spoken,
    };
  });
}

const idOf = { a: "c1", b: "c2", c: "c3" } as const;

function seenIn({ action, lines }: Pick<Beat, "action" | "lines">): string[] {
  const all = ["a", "b", "c"] as const;
  return all
    .filter((who) => action.includes(`{${who}}`) || lines.some(([speaker]) => speaker === who))
    .map((who) => idOf[who]);
}

/** A story of one scene opens; whatever its length, it ends with its ending. */
function phaseAt(i: number, count: number): Phase {
  const last = phases.length - 1;
  return phases[count === 1 ? last : Math.round((i * last) / (count - 1))] ?? "opening";
}

/** Hands out one after another of what there is under a name, shuffled, and none again before all had their turn. */
function deck<Name extends string, T>(of: (name: Name) => readonly T[], chance: Chance): (name: Name) => T {
  const left = new Map<Name, T[]>();
  return (name) => {
    const cards = left.get(name)?.length ? (left.get(name) ?? []) : [...of(name)];
    const [card] = cards.splice(Math.floor(chance() * cards.length), 1);
    left.set(name, cards);
    if (card === undefined) throw new Error(`there is nothing for ${name}`);
    return card;
  };
}

type Cast = readonly [Person, Person, Person];

function castOf({ leads, others }: Vocabulary, chance: Chance): Cast {
  const lead = deck(() => leads, chance);
  return [lead("leads"), lead("leads"), picked(others, chance)];
}

function picked<T>(all: readonly T[], chance: Chance): T {
  const found = all[Math.floor(chance() * all.length)];
  if (found === undefined) throw new Error("there is nothing to pick from");
  return found;
}

/** What the story is about, in a few words: its title, or the prompt up to its first pause. Null: nothing that can be told in the story's language. */
function subjectOf(prompt: string, { title = "", language }: ScreenplayWish): string | null {
  const [first = ""] = prompt
    .split(/[。！？；，,.!?;:：\n]/u)
    .map(plain)
    .filter(isWords);
  const isTold = (text: string) => isWords(text) && (!/\p{L}/u.test(text) || languageOf(text) === language);
  const subject = [plain(title), first].find(isTold);
  return subject === undefined ? null : shortened(subject, language === "zh" ? 20 : 48);
}

/** Without what nobody sees, and what our templates and quotation marks are made of. */
function plain(text: string): string {
  return text.replace(/[\p{C}\s{}"“”]+/gu, " ").trim();
}

function isWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function shortened(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const cut = letters.slice(0, most - 1).join("");
  const words = cut.replace(/\s+\S*$/u, "");
  return `${words.length > most / 2 ? words : cut}…`;
}
