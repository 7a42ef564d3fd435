// What a production would make now, and what that costs at most: parts that the project has already cost nothing.
import { type Quote, type Stage, stages } from "../../drama/plan.ts";
import type { Table } from "../../ports/table.ts";
import { askOf, hashOf } from "../basis.ts";
import type { AskingDeps } from "../deps.ts";
import { type Basis, basesPrefix, type NodeOutput } from "../node.ts";
import type { PlanFile } from "../plans.ts";

export interface ProjectQuote extends Quote {
  /** Parts that there are already, made from the very same. */
  reused: number;
  /** Of those, the ones that are less than what was wanted; a remake makes them anew. */
  degraded: string[];
}

/** Without a screenplay nothing can be there yet. */
export async function quoteProject(
  deps: Pick<AskingDeps, "table" | "planner">,
  ref: { userId: string; projectId: string },
  file: PlanFile,
): Promise<ProjectQuote> {
  const whole = deps.planner.quote(file.snapshot);
  if (file.snapshot.screenplay === null) return { ...whole, reused: 0, degraded: [] };
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
  const priceOf = (stage: Stage) =>
    left.filter((node) => node.stage === stage).reduce((sum, { rungs }) => sum + dearest(rungs), 0);
  return {
    ...whole,
    nodes: left.length,
    price: left.reduce((sum, { rungs }) => sum + dearest(rungs), 0),
    stages: stages
      .map((stage) => ({ stage, nodes: left.filter((node) => node.stage === stage).length, price: priceOf(stage) }))
      .filter((one) => one.nodes > 0),
    reused: made.size,
    degraded,
  };
}

function dearest(rungs: readonly { price: number }[]): number {
  return Math.max(0, ...rungs.map(({ price }) => price));
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
