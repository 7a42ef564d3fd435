// Deleting a project: from the mark on it on it does not exist for its user. The timer removes what it has left: answering a request gives no
// right to delete files.
import { IDEMPOTENCY_MS } from "../jobs/asking/idempotency.ts";
import type { JobDeps, RequestDeps } from "../jobs/deps.ts";
import { projectFilesPrefix } from "../media/keys.ts";
import type { ItemKey } from "../ports/table.ts";
import { deletePictures } from "../uploads/project-picture.ts";
import { draftsPrefix } from "./draft.ts";
import { type Project, type ProjectRef, projectKey, projectPrefix } from "./project.ts";
import { findProject, readProject, writeProject } from "./stored.ts";

/** What was under way when the project was deleted, such as the scenes of a job, has come by then. */
const LAST_SWEEP_MS = 24 * 60 * 60_000;
/** Clocks differ, and a key that stands for the project lives for a day. */
const MARGIN_MS = 60 * 60_000;
const PAGE = 100;

/** `not_found` also for one that is deleted already. A production that runs is stopped by whoever removes what the project has left. */
export async function deleteProject(deps: Pick<RequestDeps, "table" | "clock">, ref: ProjectRef): Promise<Project> {
  for (;;) {
    const { project, version } = await findProject(deps.table, ref);
    const now = deps.clock.now();
    const deleted = { ...project, deletedAt: now, dueAt: now };
    // A production that begins meanwhile writes the project.
    if ((await writeProject(deps.table, deleted, { version })) !== null) return deleted;
  }
}

type Deps = Pick<JobDeps, "table" | "store" | "clock" | "log" | "changeAccount">;

/** What the timer does with a project that is due. Every step can be repeated; throws when table or store fail, and then the next tick goes on. */
export async function lookAtProject(deps: Deps, key: ItemKey): Promise<void> {
  const ref: ProjectRef = {
    userId: key.partition.slice("user#".length),
    projectId: key.sort.slice(projectPrefix.length),
  };
  const project = (await readProject(deps.table, ref))?.project;
  if (!project || project.deletedAt === null || !isDue(project, deps.clock.now())) return;
  await removePictures(deps, ref);
  await removeItems(deps, ref);
  await finish(deps, ref);
}

/** A time that lies further ahead than any that is ever set was set by a clock that was ahead. */
export function isDue({ dueAt }: Pick<Project, "dueAt">, now: number): boolean {
  return dueAt !== null && (dueAt <= now || dueAt > now + LAST_SWEEP_MS + 2 * MARGIN_MS);
}

/** What was under way when it was deleted has come by now. */
export function isLastLook({ deletedAt }: Pick<Project, "deletedAt">, now: number): boolean {
  return deletedAt !== null && now >= deletedAt + LAST_SWEEP_MS;
}

/** First what counts as used, then whatever lies there. */
async function removePictures(deps: Deps, ref: ProjectRef): Promise<void> {
  await deletePictures(deps, ref);
  const prefix = projectFilesPrefix(ref.userId, ref.projectId);
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await deps.store.list({ prefix, limit: PAGE, after });
    await Promise.all(page.objects.map((object) => deps.store.delete(object.key)));
    after = page.objects.at(-1)?.key;
    isLast = page.isLast;
  }
}

/** Of every draft: it itself first, so that none is there in part and reads as whole. */
async function removeItems({ table }: Deps, { userId, projectId }: ProjectRef): Promise<void> {
  for (const prefix of [draftsPrefix(projectId), `scene#${projectId}#`, `character#${projectId}#`]) {
    for (let isLast = false; !isLast; ) {
      const query = { partition: `user#${userId}`, prefix, order: "ascending", limit: PAGE } as const;
      const page = await table.query(query);
      const gone = await Promise.all(page.items.map((item) => table.delete(item, { version: item.version })));
      isLast = page.isLast && gone.every((isGone) => isGone);
    }
  }
}

/** The item stands, without a word of its user's, until nothing can come any more and no key leads to it. */
async function finish(deps: Deps, ref: ProjectRef): Promise<void> {
  const stored = await readProject(deps.table, ref);
  if (!stored || stored.project.deletedAt === null) return;
  const { project, version } = stored;
  const goesAt = Math.max(stored.project.deletedAt + LAST_SWEEP_MS, project.createdAt + IDEMPOTENCY_MS) + MARGIN_MS;
  if (deps.clock.now() >= goesAt) {
    await deps.table.delete(projectKey(ref), { version });
    deps.log.info({ projectId: ref.projectId }, "a deleted project was removed");
    return;
  }
  await writeProject(deps.table, nameless(project, goesAt), { version });
}

function nameless(project: Project, dueAt: number): Project {
  const settings = { ...project.settings, title: "", description: "", style: "", models: {} };
  return { ...project, settings, draft: null, dueAt };
}
