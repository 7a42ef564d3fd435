// What a production has made: each file with what it was made of, and what it has cost.
import type { PlannedNode } from "../../drama/plan.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import { type Job, readJob } from "../../jobs/job.ts";
import { isThere, stateOf } from "../graph.ts";
import { type Node, nodesPrefix } from "../node.ts";
import { readPlan } from "../plans.ts";
import type { Production } from "../production.ts";
import { publicProduction } from "./public-production.ts";

type Deps = Pick<RequestDeps, "table" | "store">;

/** Jobs that are read at the same time. */
const AT_ONCE = 24;

export async function exportProduction(deps: Deps, production: Production) {
  const { plan } = await readPlan(deps, production.planKey);
  const made = (await readNodes(deps, production)).filter(({ index }) => isThere(stateOf(production.states, index)));
  const files: Awaited<ReturnType<typeof exportedFile>>[] = [];
  for (let i = 0; i < made.length; i += AT_ONCE) {
    const some = made.slice(i, i + AT_ONCE).map((node) => exportedFile(deps, plan.nodes, node, production));
    files.push(...(await Promise.all(some)));
  }
  return {
    production: publicProduction(production),
    projectId: production.projectId,
    files: files.filter((file) => file !== null),
  };
}

/** Of all that are written, in the order of the plan. */
export async function readNodes({ table }: Pick<Deps, "table">, { userId, id }: Production): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({
      ...{ partition: `user#${userId}`, prefix: nodesPrefix(id), order: "ascending", limit: 200, after },
    });
    nodes.push(...page.items.map(({ data }) => data as unknown as Node));
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
  return nodes;
}

async function exportedFile(
  { table, store }: Deps,
  planned: readonly PlannedNode[],
  node: Node,
  { states }: Production,
) {
  const { output, userId, id, kind, index, degraded } = node;
  if (!output) return null;
  const { jobId, key, type, size, contentType, sha256, width, height, durationMs } = output;
  const job = (await readJob(table, { userId, jobId }))?.job ?? null;
  return {
    ...{ node: id, kind, type, url: await store.url(key), key, size, contentType, sha256: sha256 ?? "" },
    ...{ width, height, durationMs, degraded, isStale: stateOf(states, index) === "o" },
    from: (planned[index]?.from ?? []).flatMap((from) => planned[from.node]?.id ?? []),
    madeBy: job && madeBy(job),
  };
}

function madeBy({ id: jobId, provider, request, captured, completedAt }: Job) {
  const { model, prompt, instruction = null, seed = null } = request;
  const at = completedAt === null ? null : new Date(completedAt).toISOString();
  return { jobId, provider, model, prompt, instruction, seed, cost: captured, at };
}
