// Projects, scenes and characters as the API shows them. URLs are made when they are read.
import type { RequestStore } from "../ports/object-store.ts";
import type { ProjectCharacter } from "./character.ts";
import type { Draft } from "./draft.ts";
import { orderOf } from "./order.ts";
import type { Project, ProjectFile } from "./project.ts";
import type { Clip, ProjectScene } from "./scene.ts";

type Urls = Pick<RequestStore, "url">;

export function publicProject(project: Project) {
  const { id, settings, draft, running, version, createdAt, updatedAt } = project;
  const { hasMusic: music, ...said } = settings;
  const now = { draft, sceneOrder: orderOf(project), running, version };
  return { id, ...said, music, ...now, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
}

export function publicDraft({ userId: _, projectId: __, createdAt, ...draft }: Draft) {
  return { ...draft, createdAt: isoTime(createdAt) };
}

export async function publicScene(store: Urls, scene: ProjectScene) {
  const { userId: _, projectId: __, shots, takes, updatedAt, ...told } = scene;
  return {
    ...told,
    shots: await Promise.all(
      shots.map(async ({ clip, ...shot }) => ({ ...shot, clip: clip && (await publicClip(store, clip)) })),
    ),
    takes: await Promise.all(takes.map((take) => publicClip(store, take))),
    updatedAt: isoTime(updatedAt),
  };
}

export async function publicCharacter(store: Urls, character: ProjectCharacter) {
  const { userId: _, projectId: __, portrait, updatedAt, ...told } = character;
  return { ...told, portrait: portrait && (await publicFile(store, portrait)), updatedAt: isoTime(updatedAt) };
}

async function publicClip(store: Urls, { jobId, file, durationMs, createdAt }: Clip) {
  return { jobId, ...(await publicFile(store, file)), durationMs, createdAt: isoTime(createdAt) };
}

async function publicFile(store: Urls, { key, size, contentType, sha256, width, height }: ProjectFile) {
  return { url: await store.url(key), key, size, contentType, sha256, width, height };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
