// Which production is meant.
import { AppError } from "../errors/app-error.ts";
import type { RequestDeps } from "../jobs/deps.ts";
import type { Production } from "../productions/production.ts";
import { findNewestProduction, findProduction } from "../productions/reading/find.ts";
import type { Follow } from "./messages.ts";

/** The named one, or the project's newest. `not_found` also for one of another project. */
export async function findFollowed(
  deps: Pick<RequestDeps, "table">,
  userId: string,
  { projectId, productionId }: Pick<Follow, "projectId" | "productionId">,
): Promise<Production> {
  if (productionId === undefined) return findNewestProduction(deps, { userId, projectId: projectId ?? "" });
  const production = await findProduction(deps, { userId, productionId });
  if (projectId !== undefined && production.projectId !== projectId) throw new AppError("not_found");
  return production;
}
