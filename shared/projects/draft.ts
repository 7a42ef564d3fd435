// A draft: one screenplay of a project, named by the job that wrote it. Whatever is edited later, this stays as it was written.
import type { ItemKey } from "../ports/table.ts";
import type { Language } from "../ports/wishes.ts";
import type { ProjectRef } from "./project.ts";

export interface DraftRef extends ProjectRef {
  draft: string;
}

/** Written when all scenes and characters of the draft are there: a draft without it is not whole. */
export interface Draft {
  id: string;
  projectId: string;
  userId: string;
  language: Language;
  genre: string;
  title: string;
  /** What it is about, in a sentence. */
  logline: string;
  episodes: DraftEpisode[];
  /** How many characters it has. */
  characters: number;
  createdAt: number;
}

export interface DraftEpisode {
  title: string;
  summary: string;
  /** How many scenes it has. */
  scenes: number;
}

export function draftKey({ userId, projectId, draft }: DraftRef): ItemKey {
  return { partition: `user#${userId}`, sort: `${draftsPrefix(projectId)}${draft}` };
}

export function draftsPrefix(projectId: string): string {
  return `draft#${projectId}#`;
}
