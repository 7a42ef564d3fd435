// What the timer does with a project that is due: what its productions have left goes first, then the project's own.
import type { JobDeps } from "../../jobs/deps.ts";
import type { ItemKey } from "../../ports/table.ts";
import { isDue, isLastLook, lookAtProject as lookAtItself } from "../../projects/delete-project.ts";
import { type ProjectRef, projectPrefix } from "../../projects/project.ts";
import { readProject } from "../../projects/stored.ts";
import { removeProductions } from "./remove.ts";

/** As long as a production of it goes on, it stays due. */
export async function lookAtProject(deps: JobDeps, key: ItemKey): Promise<void> {
  const ref: ProjectRef = {
    userId: key.partition.slice("user#".length),
    projectId: key.sort.slice(projectPrefix.length),
  };
  const project = (await readProject(deps.table, ref))?.project;
  const now = deps.clock.now();
  if (!project || project.deletedAt === null || !isDue(project, now)) return;
  if (await removeProductions(deps, ref, isLastLook(project, now))) await lookAtItself(deps, key);
}
