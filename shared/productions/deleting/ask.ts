// From a caller's wish to a deleted project: the mark first, from which on nothing of it is started or resumed; then the production that works on it is
// told to stop. Whoever dies in between leaves that to the timer, which stops whatever goes on before it removes anything.
import type { RequestDeps } from "../../jobs/deps.ts";
import { deleteProject } from "../../projects/delete-project.ts";
import type { ProjectRef } from "../../projects/project.ts";
import { stopProduction } from "../ending/stop.ts";

/** `not_found` also for one that is deleted already. */
export async function removeProject(deps: RequestDeps, ref: ProjectRef): Promise<void> {
  const { running } = await deleteProject(deps, ref);
  if (running === null) return;
  try {
    await stopProduction(deps, { userId: ref.userId, productionId: running }, "project_deleted");
  } catch (error) {
    deps.log.warn({ error, ...ref }, "a production of a deleted project was not stopped at once; the timer stops it");
  }
}
