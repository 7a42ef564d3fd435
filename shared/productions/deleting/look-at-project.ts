// What the timer does with a project that is due: what its productions have left goes first, then the project's own.
import type { JobDeps } from "../../jobs/deps.ts";
import type { ItemKey } from "../../ports/table.ts";
import { isDue, isLastLook, lookAtProject as lookAtItself } from "../../projects/delete-project.ts";
import { type ProjectRef, projectPrefix } from "../../projects/project.ts";
import { changeProject, readProject } from "../../projects/stored.ts";
import { removeProductions } from "./remove.ts";

/** A production that stops, and whoever still has a job of it in hand, get so much time before somebody looks again. */
const LOOK_AGAIN_MS = 2000;

/** As long as a production of it goes on, it comes back. */
export async function lookAtProject(deps: JobDeps, key: ItemKey): Promise<void> {
  const ref: ProjectRef = {
    userId: key.partition.slice("user#".length),
    projectId: key.sort.slice(projectPrefix.length),
  };
  const project = (await readProject(deps.table, ref))?.project;
  const now = deps.clock.now();
  if (!project || project.deletedAt === null || !isDue(project, now)) return;
  if (await removeProductions(deps, ref, isLastLook(project, now))) return lookAtItself(deps, key);
  await changeProject(deps.table, ref, (current) => ({ ...current, dueAt: deps.clock.now() + LOOK_AGAIN_MS }));
}
