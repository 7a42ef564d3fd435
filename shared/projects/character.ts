// A character of a draft: who is seen and heard.
import type { Character } from "../drama/screenplay.ts";
import type { ItemKey } from "../ports/table.ts";
import type { DraftRef } from "./draft.ts";
import type { ProjectFile } from "./project.ts";

/** `id`, `name`, `role`, `look` and `voice` as in a screenplay. */
export interface ProjectCharacter extends Character {
  userId: string;
  projectId: string;
  draft: string;
  /** A picture that its user has given; null: one is still to be made. */
  portrait: ProjectFile | null;
  /** Counts its user's changes, from 1. */
  version: number;
  /** Epoch milliseconds. */
  updatedAt: number;
}

/** `c1` to `c12`, as ids of characters are written. */
export const characterIdPattern = /^c([1-9][0-9]?)$/;

/** Sorts by number. */
export function characterKey(ref: DraftRef, id: string): ItemKey {
  const [, number = ""] = characterIdPattern.exec(id) ?? [];
  return { partition: `user#${ref.userId}`, sort: `${charactersPrefix(ref)}${number.padStart(2, "0")}` };
}

export function charactersPrefix({ projectId, draft }: Omit<DraftRef, "userId">): string {
  return `character#${projectId}#${draft}#`;
}
