// From a caller's wish to a deleted project: the mark first, from which on nothing of it is started or resumed; then the production that works on it is
// told to stop. Whoever dies in between leaves that to the timer, which stops whatever goes on before it removes anything.
import { inUse, unfinishedJobs } from "../../jobs/asking/require-unused.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import { readJob } from "../../jobs/job.ts";
import { deleteProject } from "../../projects/delete-project.ts";
import type { ProjectRef } from "../../projects/project.ts";
import { findProject } from "../../projects/stored.ts";
import { stopProduction } from "../ending/stop.ts";
import { readProduction } from "../production.ts";

/** `not_found` also for one that is deleted already; `conflict` while an unfinished job works on what a production of it has made. */
export async function removeProject(deps: RequestDeps, ref: ProjectRef): Promise<void> {
  await findProject(deps.table, ref);
  const user = await findUserOf(deps, ref);
  if (user !== null) throw inUse(user);
  const { running } = await deleteProject(deps, ref);
  if (running === null) return;
  try {
    await stopProduction(deps, { userId: ref.userId, productionId: running }, "project_deleted");
  } catch (error) {
    deps.log.warn({ error, ...ref }, "a production of a deleted project was not stopped at once; the timer stops it");
  }
}

/** One that begins at the very same moment is not seen: it fails, says that the picture is gone, and is refunded. */
async function findUserOf({ table }: RequestDeps, { userId, projectId }: ProjectRef): Promise<string | null> {
  for (const { id, inputs = [] } of await unfinishedJobs({ table }, userId)) {
    for (const { origin } of inputs) {
      if (!("jobId" in origin)) continue;
      const productionId = (await readJob(table, { userId, jobId: origin.jobId }))?.job.production?.id;
      const production = productionId && (await readProduction(table, { userId, productionId }))?.production;
      if (production && production.projectId === projectId) return id;
    }
  }
  return null;
}
