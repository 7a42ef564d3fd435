// Using what the project has already: an output that was made from the very same. It costs nothing and makes no job.
import { basisOf } from "../basis.ts";
import { stateOf, withState } from "../graph.ts";
import { type Basis, basisKey, readNode, withoutReason, writeNode } from "../node.ts";
import type { PlanFile } from "../plans.ts";
import type { Production } from "../production.ts";
import type { Look } from "./look.ts";

export interface Reused {
  reused: number;
}

/** Null when there is none, or it is no longer in the store, or it is to be made anew. Its node is written; the production is not. */
export async function reuse(look: Look, file: PlanFile, index: number): Promise<Reused | "changed" | null> {
  const { deps } = look;
  const production = look.claim.value;
  if (stateOf(production.states, index) === "!") return null;
  const planned = file.plan.nodes[index];
  if (!planned) throw new Error("there is no such node in the plan");
  // Before all else: whoever has made the node meanwhile, because the output had gone from the store, is not overwritten.
  const stored = await readNode(deps.table, production, index, planned);
  const key = basisKey(production.userId, production.projectId, await basisOf(look, file, index));
  const item = await deps.table.get(key);
  if (!item) return null;
  const { degraded, ...output } = item.data as unknown as Basis;
  const info = await deps.store.head(output.key);
  if (info?.size !== output.size) {
    await deps.table.delete(key, { version: item.version });
    return null;
  }
  const node = { ...withoutReason(stored.node), output, degraded, updatedAt: deps.clock.now() };
  return (await writeNode(deps.table, stored, node)) === null ? "changed" : { reused: index };
}

export function withReused(production: Production, nodes: readonly number[], now: number): Production {
  const states = nodes.reduce((known, node) => {
    return stateOf(known, node) === "." ? withState(known, node, "r") : known;
  }, production.states);
  return { ...production, states, updatedAt: now, looks: 0 };
}
