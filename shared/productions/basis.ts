// The basis of a node: the hash of all that it is wanted to be made from. Equal bases give one output for nothing.
import { createHash } from "node:crypto";
import type { Ask, Made, PlannedNode } from "../drama/plan.ts";
import type { Look } from "./advancing/look.ts";
import type { ProductionDeps } from "./deps.ts";
import { isMade, stateOf } from "./graph.ts";
import { type Node, type NodeOutput, nodeItemKey } from "./node.ts";
import type { PlanFile } from "./plans.ts";

/** Hex. Of the first way of the node: whatever way it was made in the end. */
export async function basisOf(look: Look, file: PlanFile, index: number): Promise<string> {
  const made = await madeFor(look, file, index);
  return hashOf(file, index, askOf(look.deps, file, index, 0, made), made);
}

export function hashOf(
  { plan, labels, dryRun }: PlanFile,
  index: number,
  ask: Ask,
  of: ReadonlyMap<number, NodeOutput>,
): string {
  const node = plan.nodes[index];
  const rung = node?.rungs[0];
  // What is drawn into a file is part of it; and what a dry run has drawn is not what is to be made.
  const label = node && isShown(node) ? labels[node.type] : undefined;
  const inputs = ask.inputs.map((input) => {
    if ("node" in input) return of.get(input.node)?.sha256 ?? "none";
    return "file" in input ? input.file.key : createHash("sha256").update(input.text).digest("hex");
  });
  const made = { ...(label && { label: sorted(label) }), ...(dryRun && { dryRun }) };
  const all = { provider: rung?.provider, model: rung?.model, request: sorted(ask.request), inputs, ...made };
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

/** What its user is to show to others. */
export function isShown({ kind }: PlannedNode): boolean {
  return kind === "episode" || kind === "poster";
}

export function askOf(
  { planner }: Pick<ProductionDeps, "planner">,
  { snapshot, plan }: PlanFile,
  index: number,
  rung: number,
  made: ReadonlyMap<number, NodeOutput>,
): Ask {
  return planner.ask(snapshot, plan, index, rung, made as ReadonlyMap<number, Made>);
}

/** The outputs of those nodes that it is made from, as far as they have one. */
export async function madeFor(
  { deps, claim, outputs }: Look,
  { plan }: PlanFile,
  index: number,
): Promise<ReadonlyMap<number, NodeOutput>> {
  const { userId, id: productionId, states } = claim.value;
  const from = plan.nodes[index]?.from.filter(({ node }) => isMade(stateOf(states, node))) ?? [];
  const unknown = from.filter(({ node }) => !outputs.has(node));
  const items = await Promise.all(
    unknown.map(({ node }) => deps.table.get(nodeItemKey({ userId, productionId }, node))),
  );
  for (const item of items) {
    const node = item?.data as unknown as Node | undefined;
    if (node?.output) outputs.set(node.index, node.output);
  }
  return new Map(
    from.flatMap(({ node }) => {
      const output = outputs.get(node);
      return output ? [[node, output] as const] : [];
    }),
  );
}

/** Whatever the order in which it was put together. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
