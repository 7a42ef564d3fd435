// The file of one part of a production.
import { AppError } from "../../errors/app-error.ts";
import type { CoreDeps } from "../../jobs/deps.ts";
import type { RequestStore } from "../../ports/object-store.ts";
import { type Node, nodeItemKey } from "../node.ts";
import { readPlan } from "../plans.ts";
import { keyOf, type Production } from "../production.ts";

/** Throws `not_found` for a part that is not in the plan, or has no file yet. */
export async function outputOfNode(
  deps: Pick<CoreDeps, "table"> & { store: RequestStore },
  production: Production,
  nodeId: string,
): Promise<NonNullable<Node["output"]>> {
  const { plan } = await readPlan(deps, production.planKey);
  const index = plan.nodes.findIndex(({ id }) => id === nodeId);
  const node = index < 0 ? null : await deps.table.get(nodeItemKey(keyOf(production), index));
  const output = (node?.data as unknown as Node | undefined)?.output;
  if (!output) throw new AppError("not_found");
  return output;
}
