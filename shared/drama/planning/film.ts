// A screenplay as it is filmed: its scenes in shots, its lines in the time that there is, its people as they are seen.
import type { InputFile } from "../../ports/provider.ts";
import type { Language } from "../../ports/wishes.ts";
import type { Snapshot } from "../plan.ts";
import type { Character, Scene, Screenplay } from "../screenplay.ts";
import { type PlannedShot, planShots } from "../shots.ts";
import { limits } from "../wish.ts";
import { mostLines, mostPortraits } from "./bounds.ts";
import { type SaidLine, speakable } from "./dialogue.ts";
import { bounded, type Durations, longestScene, shared, shotLengths } from "./lengths.ts";

export interface Film {
  language: Language;
  title: string;
  genre: string;
  /** Everybody, seen or only heard. */
  cast: readonly Character[];
  /** Who is seen in it, in the screenplay's order: leads come first there, and an edit elsewhere does not move them. */
  people: readonly Person[];
  episodes: readonly FilmedEpisode[];
  /** Lines that nobody says, or not to their end. */
  unspoken: readonly string[];
}

export interface Person extends Character {
  /** Made for the film, but not for the last of too many. */
  hasPortrait: boolean;
  /** The project's own. */
  picture: InputFile | null;
}

export interface FilmedEpisode {
  /** `e1`. */
  id: string;
  title: string;
  scenes: readonly FilmedScene[];
}

export interface FilmedScene extends Pick<Scene, "place" | "time" | "mood" | "durationSec"> {
  /** `e1s2`. */
  id: string;
  shots: readonly FilmedShot[];
}

export interface FilmedShot {
  /** `e1s2h3`. */
  id: string;
  seen: string;
  characters: readonly string[];
  /** Whole seconds. */
  durationSec: number;
  lines: readonly SaidLine[];
}

/** As what a writer hands over is taken: with no more episodes, scenes and people than were asked for, as long, and filmed by rule. */
export function asAsked(screenplay: Screenplay, { wish }: Pick<Snapshot, "wish">): Screenplay {
  const episodes = screenplay.episodes.slice(0, wish.episodes).map((episode) => {
    const scenes = episode.scenes.slice(0, wish.scenesPerEpisode);
    const lengths = shared(
      wish.durationSec,
      scenes.map(({ durationSec }) => durationSec),
    );
    return {
      ...episode,
      scenes: scenes.map(({ id: _, shots: __, ...scene }, i) => ({ ...scene, durationSec: lengths[i] ?? 0 })),
    };
  });
  return { ...screenplay, characters: screenplay.characters.slice(0, limits.characters), episodes };
}

export function filmOf(
  snapshot: Pick<Snapshot, "wish" | "portraits">,
  screenplay: Screenplay,
  durations: Durations,
): Film {
  const { language, title, genre } = screenplay;
  const unspoken: string[] = [];
  const episodes = screenplay.episodes.map((episode, e): FilmedEpisode => {
    const named = episode.scenes.map((scene, s) => ({ ...scene, id: scene.id ?? `e${e + 1}s${s + 1}` }));
    const lengths = lengthsOf(named, durations);
    const scenes = named.map((scene) => {
      const { id } = scene;
      const durationSec = lengths.get(id) ?? scene.durationSec;
      const filmed = filmedScene(id, { ...scene, durationSec }, screenplay, durations);
      const said = new Map(filmed.shots.flatMap(({ lines }) => lines).map((line) => [line.id, line.text]));
      unspoken.push(
        ...linesOf(id, scene)
          .filter((line) => isOther(line.text, said.get(line.id)))
          .map((line) => line.id),
      );
      return filmed;
    });
    return { id: `e${e + 1}`, title: episode.title, scenes };
  });
  const cast = screenplay.characters;
  return { language, title, genre, cast, people: peopleOf(snapshot, screenplay, episodes), episodes, unspoken };
}

/** By their names, so that a scene is as long wherever it stands. */
function lengthsOf(scenes: readonly (Scene & { id: string })[], durations: Durations): ReadonlyMap<string, number> {
  const ordered = asWritten(scenes);
  const lengths = bounded(
    ordered.map(({ durationSec }) => durationSec),
    longestScene(durations),
  );
  return new Map(ordered.map(({ id }, i) => [id, lengths[i] ?? 1]));
}

/** Whichever way they are told. */
export function asWritten<Named extends { id: string }>(scenes: readonly Named[]): Named[] {
  return scenes.toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
}

function filmedScene(id: string, scene: Scene, screenplay: Screenplay, durations: Durations): FilmedScene {
  const { lines, shots } = filmedAs(scene, linesOf(id, scene), durations);
  const known = new Set(screenplay.characters.map((each) => each.id));
  let taken = 0;
  const withLines = shots.map((shot) => {
    const from = taken;
    taken += shot.lines;
    return { ...shot, lines: lines.slice(from, taken) };
  });
  const said = speakable(withLines, screenplay.language);
  const { place, time, mood } = scene;
  return {
    ...{ id, place, time, mood, durationSec: sumOf(shots.map(({ durationSec }) => durationSec)) },
    shots: shots.map(({ seen, characters, durationSec }, h) => ({
      ...{ id: `${id}h${h + 1}`, seen, durationSec, lines: said[h] ?? [] },
      characters: [...new Set(characters)].filter((each) => known.has(each)),
    })),
  };
}

/** Its user's own shots stay as they are; those by rule last as long as the model can make them. */
function filmedAs(scene: Scene, all: readonly SaidLine[], durations: Durations) {
  const ruled = planShots(scene);
  const own = scene.shots ?? ruled;
  const isOwn = own.length !== ruled.length || own.some(({ durationSec }, h) => durationSec !== ruled[h]?.durationSec);
  if (isOwn && isWhole(own, scene)) return { lines: all, shots: own };
  const lines = someOf(all, mostLines(scene.durationSec));
  const shots = lines.length === all.length && isWhole(own, scene) ? own : planShots({ ...scene, lines: [...lines] });
  const lengths = shotLengths(scene.durationSec, shots.length, durations);
  return { lines, shots: shots.map((shot, h) => ({ ...shot, durationSec: lengths?.[h] ?? shot.durationSec })) };
}

/** What can be put together. */
const [SHORTEST_SHOT_SEC, LONGEST_SHOT_SEC] = [0.5, 60];

/** They have all its lines, and fill its time: so it is unless somebody changed one of the two afterwards. */
function isWhole(shots: readonly PlannedShot[], { lines, durationSec }: Scene): boolean {
  const seconds = sumOf(shots.map((shot) => shot.durationSec));
  if (shots.some((shot) => shot.durationSec < SHORTEST_SHOT_SEC || shot.durationSec > LONGEST_SHOT_SEC)) return false;
  return Math.abs(seconds - durationSec) < 0.5 && sumOf(shots.map((shot) => shot.lines)) === lines.length;
}

/** How it begins and how it ends. By their places, so that the words of a line decide nothing about pictures. */
function someOf(lines: readonly SaidLine[], most: number): readonly SaidLine[] {
  const left = lines.length - most;
  return left <= 0 ? lines : lines.filter((_, i) => i < Math.ceil(most / 2) || i >= Math.ceil(most / 2) + left);
}

function linesOf(sceneId: string, { lines }: Scene): SaidLine[] {
  return lines.map(({ character, text }, i) => ({ id: `${sceneId}l${i + 1}`, character, text }));
}

/** Spaces and signs that are not spoken make no other line. */
function isOther(written: string, said: string | undefined): boolean {
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, "");
  return said === undefined || letters(written).length > letters(said).length;
}

function peopleOf(
  { wish, portraits }: Pick<Snapshot, "wish" | "portraits">,
  { characters }: Screenplay,
  episodes: readonly FilmedEpisode[],
): Person[] {
  const shots = episodes.flatMap(({ scenes }) => scenes.flatMap((scene) => scene.shots));
  const seen = characters.filter(({ id }) => shots.some((shot) => shot.characters.includes(id)));
  const withoutOwn = seen.filter(({ id }) => !portraits[id]).slice(0, mostPortraits(wish));
  return seen.map((each) => ({ ...each, hasPortrait: withoutOwn.includes(each), picture: portraits[each.id] ?? null }));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
