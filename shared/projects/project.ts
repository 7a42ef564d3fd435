// A project: what a user works on. Its scenes and characters are items of their own, under the draft that they belong to.
import type { OnFailure, Ratio } from "../drama/plan.ts";
import type { InputFile, MadeKind } from "../ports/provider.ts";
import type { ItemKey } from "../ports/table.ts";
import type { Genre, Language } from "../ports/wishes.ts";

export interface ProjectRef {
  userId: string;
  projectId: string;
}

/** Times are epoch milliseconds. */
export interface Project {
  id: string;
  userId: string;
  settings: ProjectSettings;
  /** The screenplay that counts, by the id of the job that wrote it. Null until there is one. */
  draft: string | null;
  /** Of drafts whose scenes are not told as they were written: the ids of all of them, as they are. Absent: of none. */
  orders?: { draft: string; scenes: readonly string[] }[];
  /** The production that has the project; it counts only while that one is unsettled. Written by productions alone. */
  running: string | null;
  /** Counts its user's changes of the settings and the draft, from 1. */
  version: number;
  createdAt: number;
  updatedAt: number;
  /** From then on the project does not exist for its user; what it has left is removed. */
  deletedAt: number | null;
  /** When it is looked at next; null unless it is being deleted. */
  dueAt: number | null;
}

export interface ProjectSettings {
  /** Up to 80 characters. */
  title: string;
  /** What it is about; may be empty. */
  description: string;
  genre: Genre;
  language: Language;
  episodes: number;
  scenesPerEpisode: number;
  /** Of one episode, in whole seconds. */
  durationSec: number;
  /** At least one. The first is the one that everything is made for. */
  ratios: Ratio[];
  /** How its pictures look, in words; may be empty. */
  style: string;
  /** Whom to ask for what; what is absent is the operator's default. */
  models: { [Kind in MadeKind]?: ModelWish | undefined };
  subtitles: "burnt" | "soft" | "none";
  hasMusic: boolean;
  seed: number;
  onFailure: OnFailure;
}

export interface ModelWish {
  provider?: string | undefined;
  model?: string | undefined;
}

/** A file that a project counts on: a portrait that it has for itself, under `users/{user}/projects/{project}/`, or a take. */
export interface ProjectFile extends InputFile {
  /** Hex, lower case. */
  sha256: string;
}

export function projectKey({ userId, projectId }: ProjectRef): ItemKey {
  return { partition: `user#${userId}`, sort: `${projectPrefix}${projectId}` };
}

export const projectPrefix = "project#";
