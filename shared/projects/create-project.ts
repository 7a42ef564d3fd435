// Making a project. With an idempotency key a repeat answers the same one, whoever died in between: key, then project, as with a job.
import { AppError } from "../errors/app-error.ts";
import { type IdempotencyKey, readIdempotency, reserveKey } from "../jobs/asking/idempotency.ts";
import type { ProjectDeps } from "./deps.ts";
import { requireModels } from "./models.ts";
import type { Project } from "./project.ts";
import { type NewSettings, newSettings } from "./settings.ts";
import { readProject, readProjects, writeProject } from "./stored.ts";

type Deps = Pick<ProjectDeps, "table" | "clock" | "ids" | "providers" | "generation" | "projectLimits">;

/** The project, and whether this call made it. Throws 400, 409 `conflict` when the user has too many, 422 for a key with another request. */
export async function createProject(
  deps: Deps,
  { userId, wish, key }: { userId: string; wish: NewSettings; key: string | null },
): Promise<{ project: Project; isNew: boolean }> {
  const body = JSON.parse(JSON.stringify(wish));
  const idempotency: IdempotencyKey | null = key === null ? null : { key, route: "projects", body };
  const known = idempotency && (await readIdempotency(deps, userId, idempotency));
  if (!known) {
    requireModels(deps, wish.models);
    newSettings(wish, "0000000");
    await requireFewProjects(deps, userId);
  }
  const fresh = deps.ids.uuid();
  const projectId = idempotency ? await reserveKey(deps, userId, idempotency, fresh) : fresh;
  const project = newProject({ userId, projectId }, wish, deps.clock.now());
  if ((await writeProject(deps.table, project, "absent")) !== null) return { project, isNew: true };
  const made = (await readProject(deps.table, { userId, projectId }))?.project;
  if (made && made.deletedAt === null) return { project: made, isNew: false };
  const message = "This Idempotency-Key made a project that was deleted. Use a new key for a new project.";
  throw new AppError("conflict", { message });
}

export function newProject(
  { userId, projectId: id }: { userId: string; projectId: string },
  wish: NewSettings,
  now: number,
): Project {
  return {
    ...{ id, userId, settings: newSettings(wish, id), draft: null, running: null, version: 1 },
    ...{ createdAt: now, updatedAt: now, deletedAt: null, dueAt: null },
  };
}

/** `conflict` for one more. Those that are made at the very same moment are not counted: it keeps a user from making very many. */
export async function requireFewProjects(
  { table, projectLimits: { maxProjects } }: Pick<Deps, "table" | "projectLimits">,
  userId: string,
): Promise<void> {
  if ((await readProjects(table, userId)).length < maxProjects) return;
  throw new AppError("conflict", {
    message: `You have ${maxProjects} projects, which is as many as there may be. Delete one that you do not need.`,
  });
}
