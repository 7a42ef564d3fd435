// A scene of a draft, with its shots and what was filmed of it.
import type { Scene } from "../drama/screenplay.ts";
import type { PlannedShot } from "../drama/shots.ts";
import type { ItemKey } from "../ports/table.ts";
import type { DraftRef } from "./draft.ts";
import type { ProjectFile } from "./project.ts";

/** `place`, `time`, `mood`, `action`, `durationSec`, `characters` and `lines` as in a screenplay. */
export interface ProjectScene extends Scene {
  /** `e1s2`: the second scene of the first episode. */
  id: string;
  userId: string;
  projectId: string;
  draft: string;
  /** From 1. */
  episode: number;
  /** Its place in the episode, from 1. */
  number: number;
  /** 1 to 6; together as long as the scene. The third one is `e1s2h3` where shots are named. */
  shots: Shot[];
  /** Clips that were made of it by its user's wish, the newest last; at most `maxTakes`. */
  takes: Clip[];
  /** Counts its user's changes, from 1. */
  version: number;
  /** Epoch milliseconds. */
  updatedAt: number;
}

export interface Shot extends PlannedShot {
  /** The take that its user wants for it; null: it is still to be made. */
  clip: Clip | null;
}

/** A video that was made of a scene by itself. The file is the output of its job, which cannot be deleted while the clip is wanted. */
export interface Clip {
  /** Who made it. */
  jobId: string;
  file: ProjectFile;
  durationMs: number | null;
  /** Epoch milliseconds. */
  createdAt: number;
}

export const maxTakes = 12;

/** `e1s2`, as ids of scenes are written. */
export const sceneIdPattern = /^e([1-9]|1[0-9]|20)s([1-9]|10)$/;

export function sceneId(episode: number, number: number): string {
  return `e${episode}s${number}`;
}

/** Sorts by episode and place. */
export function sceneKey(ref: DraftRef, id: string): ItemKey {
  const [, episode = "", number = ""] = sceneIdPattern.exec(id) ?? [];
  const place = `${episode.padStart(2, "0")}-${number.padStart(2, "0")}`;
  return { partition: `user#${ref.userId}`, sort: `${scenesPrefix(ref)}${place}` };
}

export function scenesPrefix({ projectId, draft }: Omit<DraftRef, "userId">): string {
  return `scene#${projectId}#${draft}#`;
}
