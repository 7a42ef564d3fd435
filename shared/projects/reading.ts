// Reading a draft: its scenes in the order of the story, and who is in them.
import { AppError } from "../errors/app-error.ts";
import type { Item, JsonObject, NewItem, Table } from "../ports/table.ts";
import { characterKey, charactersPrefix, type ProjectCharacter } from "./character.ts";
import { type Draft, type DraftRef, draftKey, draftsPrefix } from "./draft.ts";
import { type ProjectScene, sceneKey, scenesPrefix } from "./scene.ts";

export interface Stored<Kind> {
  value: Kind;
  /** Of the item. */
  version: number;
}

/** Null when there is none, or it is not whole yet. */
export async function readDraft(table: Table, ref: DraftRef): Promise<Draft | null> {
  const item = await table.get(draftKey(ref));
  return item && (item.data as unknown as Draft);
}

/** Those that are whole, the newest first; so many at most. */
export async function readDrafts(
  table: Table,
  { userId, projectId }: Omit<DraftRef, "draft">,
  limit: number,
): Promise<Draft[]> {
  const query = { partition: `user#${userId}`, prefix: draftsPrefix(projectId), order: "descending", limit } as const;
  return (await table.query(query)).items.map(({ data }) => data as unknown as Draft);
}

export async function readScene(table: Table, ref: DraftRef, id: string): Promise<Stored<ProjectScene> | null> {
  return storedOf(await table.get(sceneKey(ref, id)));
}

export async function readCharacter(table: Table, ref: DraftRef, id: string): Promise<Stored<ProjectCharacter> | null> {
  return storedOf(await table.get(characterKey(ref, id)));
}

/** In the order of the story; behind the scene with the id `after`. */
export async function readScenes(
  table: Table,
  ref: DraftRef,
  { limit, after }: { limit: number; after?: string | undefined } = { limit: 1000 },
): Promise<{ scenes: ProjectScene[]; isLast: boolean }> {
  const { items, isLast } = await table.query({
    ...{ partition: `user#${ref.userId}`, prefix: scenesPrefix(ref), order: "ascending", limit },
    after: after && sceneKey(ref, after).sort,
  });
  return { scenes: items.map(({ data }) => data as unknown as ProjectScene), isLast };
}

/** At most twelve. */
export async function readCharacters(table: Table, ref: DraftRef): Promise<ProjectCharacter[]> {
  const { items } = await table.query({
    ...{ partition: `user#${ref.userId}`, prefix: charactersPrefix(ref), order: "ascending", limit: 100 },
  });
  return items.map(({ data }) => data as unknown as ProjectCharacter);
}

export function sceneItem(scene: ProjectScene): NewItem {
  return { ...sceneKey(scene, scene.id), data: scene as unknown as JsonObject };
}

export function characterItem(character: ProjectCharacter): NewItem {
  return { ...characterKey(character, character.id), data: character as unknown as JsonObject };
}

/** The draft that a project has; `not_found` for a project without scenes says what to do. */
export function requireDraft({ draft }: { draft: string | null }): string {
  if (draft !== null) return draft;
  const message = "The project has no scenes yet. POST …/generate-scenes writes them.";
  throw new AppError("not_found", { message });
}

/** Throws `conflict` when the project has another draft by now than the one that a change is made of. */
export function requireSameDraft(project: { draft: string | null }, draft: string | null): void {
  if (project.draft === draft) return;
  const message = "The project has got another draft meanwhile, and this change is in the one before. Read it again.";
  throw new AppError("conflict", { message });
}

function storedOf<Kind>(item: Item | null): Stored<Kind> | null {
  return item && { value: item.data as unknown as Kind, version: item.version };
}
