// What a production is made from, as the project has it now: the screenplay with its shots, and what its user has given or chosen.
import type { Snapshot } from "../drama/plan.ts";
import type { Screenplay } from "../drama/screenplay.ts";
import type { InputFile } from "../ports/provider.ts";
import type { Table } from "../ports/table.ts";
import type { Genre } from "../ports/wishes.ts";
import type { ProjectCharacter } from "./character.ts";
import type { Draft } from "./draft.ts";
import { edited, type FilmEdit } from "./edited-film.ts";
import { inOrder, orderOf, requiredOrder } from "./order.ts";
import type { Project } from "./project.ts";
import { readCharacters, readDraft, readScenes } from "./reading.ts";
import type { ProjectScene } from "./scene.ts";

export type Film = Pick<Snapshot, "screenplay" | "portraits" | "clips">;

const nothingYet: Film = { screenplay: null, portraits: {}, clips: {} };

/** Each item as it is at the moment that it is read; with `edit` as it would be then. Without scenes: nothing yet. */
export async function readFilm(table: Table, project: Project, edit: FilmEdit = {}): Promise<Film> {
  const { userId, id: projectId, draft } = project;
  if (draft === null) {
    edited({ scenes: [], characters: [] }, edit);
    return nothingYet;
  }
  const ref = { userId, projectId, draft };
  const [whole, { scenes }, characters] = await Promise.all([
    readDraft(table, ref),
    readScenes(table, ref),
    readCharacters(table, ref),
  ]);
  const now = edited({ scenes, characters }, edit);
  return whole ? filmOf(whole, inOrder(now.scenes, orderAfter(whole, project, edit)), now.characters) : nothingYet;
}

function orderAfter(draft: Draft, project: Project, { sceneOrder }: FilmEdit): readonly string[] | null {
  if (sceneOrder === undefined) return orderOf(project);
  return sceneOrder && requiredOrder(draft, sceneOrder, "edit.sceneOrder");
}

export function filmOf(
  draft: Draft,
  scenes: readonly ProjectScene[],
  characters: readonly ProjectCharacter[],
): Film & { screenplay: Screenplay } {
  const { language, title, logline, genre } = draft;
  return {
    screenplay: {
      ...{ kind: "screenplay", language, title, logline, genre: genre as Genre },
      characters: characters.map(({ id, name, role, look, voice }) => ({ id, name, role, look, voice })),
      episodes: draft.episodes.map(({ title, summary }, i) => ({
        ...{ title, summary },
        scenes: scenes.filter(({ episode }) => episode === i + 1).map(told),
      })),
    },
    portraits: Object.fromEntries(
      characters.flatMap(({ id, portrait }) => (portrait ? [[id, inputOf(portrait)]] : [])),
    ),
    clips: Object.fromEntries(
      scenes.flatMap(({ id, shots }) =>
        shots.flatMap(({ clip }, i) => (clip ? [[`${id}h${i + 1}`, inputOf(clip.file)]] : [])),
      ),
    ),
  };
}

function told({ id, place, time, mood, action, durationSec, characters, lines, shots }: ProjectScene) {
  const planned = shots.map(({ clip: _, ...shot }) => shot);
  return { id, place, time, mood, action, durationSec, characters, lines, shots: planned };
}

function inputOf({ key, type, size, sha256, contentType, width, height, durationMs }: InputFile): InputFile {
  return { key, type, size, sha256, contentType, width, height, durationMs };
}
