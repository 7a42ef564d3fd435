// A film as it would be after an edit that nobody has made yet: so that its price can be told before.
import { AppError, type ErrorDetail } from "../errors/app-error.ts";
import type { ProjectCharacter } from "./character.ts";
import type { ProjectScene } from "./scene.ts";
import type { SettingsWish } from "./settings.ts";
import type { CharacterChange } from "./update-character.ts";
import { editedScene, type SceneChange } from "./update-scene.ts";

/** As they may be changed, but for their versions. */
export interface FilmEdit {
  scenes?: readonly (Omit<SceneChange, "version"> & { id: string })[] | undefined;
  characters?: readonly CharacterEdit[] | undefined;
  /** All scenes, as they are to be told; null: as they were written. */
  sceneOrder?: readonly string[] | null | undefined;
  settings?: SettingsWish | undefined;
}

/** `portrait: null`: it is to be made. A picture that is still to be copied is none of the project's yet. */
export interface CharacterEdit extends Omit<CharacterChange, "version" | "portrait"> {
  id: string;
  portrait?: null | undefined;
}

export interface FilmItems {
  scenes: readonly ProjectScene[];
  characters: readonly ProjectCharacter[];
}

/** Throws 400 by name, as the change itself would. */
export function edited({ scenes, characters }: FilmItems, edit: FilmEdit): FilmItems {
  const known = new Set(characters.map(({ id }) => id));
  const problems = [
    ...strangers("scenes", edit.scenes, new Set(scenes.map(({ id }) => id))),
    ...strangers("characters", edit.characters, known),
  ];
  const [first] = problems;
  if (first) throw new AppError("invalid_request", { message: `${first.path} ${first.message}.`, details: problems });
  return {
    scenes: scenes.map((scene) => {
      const change = edit.scenes?.find(({ id }) => id === scene.id);
      if (!change) return scene;
      const { id: _, ...said } = change;
      return editedScene(scene, { ...said, version: scene.version }, known);
    }),
    characters: characters.map((character) => {
      const change = edit.characters?.find(({ id }) => id === character.id);
      if (!change) return character;
      const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      return { ...character, ...(said as Partial<ProjectCharacter>) };
    }),
  };
}

function strangers(
  path: string,
  changes: readonly { id: string }[] | undefined,
  known: ReadonlySet<string>,
): ErrorDetail[] {
  return (changes ?? []).flatMap(({ id }, i) =>
    known.has(id) ? [] : [{ path: `edit.${path}.${i}.id`, message: "is not there in this draft" }],
  );
}
