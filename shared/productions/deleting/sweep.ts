// What is done with the production of a user who is being deleted: it stops; once it is settled, all that its user said goes. Its rounds stay: the
// ledger counts on them.
import type { JobDeps } from "../../jobs/deps.ts";
import type { Item } from "../../ports/table.ts";
import { stopProduction } from "../ending/stop.ts";
import { keyOf, type Production, productionOf } from "../production.ts";
import { updateProduction } from "../update.ts";

/** `waiting`: somebody still works on it. */
export async function sweepProduction(deps: JobDeps, item: Item): Promise<"kept" | "changed" | "waiting"> {
  const { production } = productionOf(item);
  if (production.state !== "settled") {
    await stopProduction(deps, keyOf(production), "user_deleted");
    return "waiting";
  }
  const hasOwner = production.lease !== null && production.lease.until > deps.clock.now();
  if (hasOwner || production.dueAt !== null) return "waiting";
  if (production.purged) return "kept";
  await updateProduction(deps, keyOf(production), (current) => (isAtRest(current) ? blanked(current) : null));
  return "changed";
}

function isAtRest({ state, dueAt }: Production): boolean {
  return state === "settled" && dueAt === null;
}

/** What the ledger counts on, and nothing else. */
export function blanked(production: Production): Production {
  return {
    ...production,
    ...{ title: "", planKey: "", states: "", feed: [], throws: {}, times: {}, before: null, purged: true },
    ...{ webhookUrl: undefined, asked: undefined, unmade: undefined, earlier: undefined },
  };
}
