// Using what the project has already: an output that was made from the very same. It costs nothing and makes no job.
import { basisOf } from "../basis.ts";
import { type Remade, stateOf, withSame, withState } from "../graph.ts";
import { type Basis, basisKey, isAsItWas, readNode, withoutReason, writeNode } from "../node.ts";
import type { PlanFile } from "../plans.ts";
import type { Production } from "../production.ts";
import type { Look } from "./look.ts";

export interface Reused {
  reused: number;
  /** As it was before the round. */
  isSame: boolean;
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
  const isWritten = (await writeNode(deps.table, stored, node)) !== null;
  return isWritten ? { reused: index, isSame: isAsItWas(node) } : "changed";
}

export function withReused(production: Production, nodes: readonly Reused[], now: number): Production {
  const { states, earlier } = nodes.reduce<Remade>((known, { reused, isSame }) => {
    if (stateOf(known.states, reused) !== ".") return known;
    const next = { states: withState(known.states, reused, "r"), earlier: known.earlier };
    return isSame ? withSame(next, reused) : next;
  }, production);
  return { ...production, states, earlier, updatedAt: now, looks: 0 };
}
