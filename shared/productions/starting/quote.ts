// What a production would make now, and what that costs at most: parts that the project has already cost nothing.
import type { Quote } from "../../drama/plan.ts";
import type { Table } from "../../ports/table.ts";
import { askOf, hashOf } from "../basis.ts";
import type { AskingDeps } from "../deps.ts";
import { type Basis, basesPrefix, type NodeOutput } from "../node.ts";
import type { PlanFile } from "../plans.ts";
import { priceOf, stagesOf } from "./quote-round.ts";

export interface ProjectQuote extends Quote {
  /** Parts that there are already, made from the very same. */
  reused: number;
  /** Of those, the ones that are less than what was wanted; a remake makes them anew. */
  degraded: string[];
  /** Ids of what would be made; empty while there is no screenplay. */
  parts: string[];
}

/** Without a screenplay nothing can be there yet. */
export async function quoteProject(
  deps: Pick<AskingDeps, "table" | "planner">,
  ref: { userId: string; projectId: string },
  file: PlanFile,
): Promise<ProjectQuote> {
  const whole = deps.planner.quote(file.snapshot);
  if (file.snapshot.screenplay === null) return { ...whole, reused: 0, degraded: [], parts: [] };
  const there = await readBases(deps.table, ref);
  const { nodes } = file.plan;
  const made = new Map<number, NodeOutput>();
  const degraded: string[] = [];
  for (const [index, node] of nodes.entries()) {
    if (!node.from.every((from) => made.has(from.node))) continue;
    const own = new Map(node.from.flatMap((from) => [[from.node, made.get(from.node) as NodeOutput] as const]));
    const basis = there.get(hashOf(file, index, askOf(deps, file, index, 0, own), own));
    if (!basis) continue;
    made.set(index, basis);
    if (basis.degraded) degraded.push(node.id);
  }
  const left = nodes.filter((_, index) => !made.has(index));
  return {
    ...whole,
    nodes: left.length,
    price: priceOf(left),
    stages: stagesOf(left),
    parts: left.map(({ id }) => id),
    reused: made.size,
    degraded,
  };
}

/** Of the whole project, in a few pages. */
async function readBases(
  table: Table,
  { userId, projectId }: { userId: string; projectId: string },
): Promise<ReadonlyMap<string, Basis>> {
  const prefix = basesPrefix(projectId);
  const found = new Map<string, Basis>();
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ partition: `user#${userId}`, prefix, order: "ascending", limit: 500, after });
    for (const { sort, data } of page.items) found.set(sort.slice(prefix.length), data as unknown as Basis);
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
  return found;
}
