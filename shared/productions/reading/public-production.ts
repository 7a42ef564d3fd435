// A production and its nodes, as the API shows them. URLs are made when they are read.
import type { Plan } from "../../drama/plan.ts";
import type { CoreDeps } from "../../jobs/deps.ts";
import { thumbnailKey } from "../../media/keys.ts";
import { isSmallPicture } from "../../media/thumbnail-size.ts";
import type { RequestStore } from "../../ports/object-store.ts";
import { type NodeState, stateOf } from "../graph.ts";
import { type Node, type NodeOutput, nodesPrefix } from "../node.ts";
import { readPlan } from "../plans.ts";
import { type Production, type ProductionEvent, statusOf } from "../production.ts";

export function publicProduction(production: Production) {
  const { id, projectId, title, round, budget, rounds, progress, quote, reason, state, admitted } = production;
  const status = statusOf(production);
  const isOver = status !== "pending" && status !== "processing";
  return {
    id,
    projectId,
    title,
    status,
    ...progress,
    round,
    budget,
    spent: production.spent,
    /** Of all rounds that have ended. */
    cost: rounds.reduce((sum, { captured }) => sum + captured, 0),
    quote,
    running: admitted.length,
    isStopping: state === "stopping",
    reason: isOver ? reason : null,
    createdAt: isoTime(production.createdAt),
    startedAt: production.startedAt && isoTime(production.startedAt),
    completedAt: isOver && production.completedAt ? isoTime(production.completedAt) : null,
    updatedAt: isoTime(production.updatedAt),
  };
}

export type ShownProduction = ReturnType<typeof publicProduction>;

export function publicEvent(production: Production, event: ProductionEvent) {
  const { at, ...told } = event;
  const isEnd = production.state === "settled" && event.n === production.feed.at(-1)?.n;
  return { ...told, at: isoTime(at), ...(isEnd ? { production: publicProduction(production) } : {}) };
}

const stateNames: Record<NodeState, string> = {
  ".": "waiting",
  "!": "waiting",
  o: "stale",
  a: "making",
  A: "making",
  d: "made",
  g: "made",
  r: "reused",
  f: "failed",
  s: "skipped",
  c: "cancelled",
};

export interface NodePage {
  items: Awaited<ReturnType<typeof publicNode>>[];
  total: number;
  /** Behind which place in the plan the next page goes on; null at the end. */
  next: number | null;
}

/** In the order of the plan. `after`: a place in it, from 1. */
export async function listNodes(
  deps: Pick<CoreDeps, "table"> & { store: RequestStore },
  production: Production,
  { limit, after = 0 }: { limit: number; after?: number | undefined },
): Promise<NodePage> {
  const { plan } = await readPlan(deps, production.planKey);
  const { userId, id } = production;
  const prefix = nodesPrefix(id);
  const { items } = await deps.table.query({
    partition: `user#${userId}`,
    prefix,
    order: "ascending",
    limit,
    after: `${prefix}${String(after - 1).padStart(4, "0")}`,
  });
  const written = new Map(items.map(({ data }) => [(data as unknown as Node).index, data as unknown as Node]));
  const places = plan.nodes.map((_, index) => index).slice(after, after + limit);
  const shown = await Promise.all(
    places.map((index) => publicNode(deps.store, production, plan, index, written.get(index))),
  );
  const next = after + limit < plan.nodes.length ? after + limit : null;
  return { items: shown, total: plan.nodes.length, next };
}

async function publicNode(store: RequestStore, production: Production, plan: Plan, index: number, node?: Node) {
  const planned = plan.nodes[index];
  const state = stateOf(production.states, index);
  const { output = null, degraded = null, makes = [] } = node ?? {};
  return {
    id: planned?.id ?? "",
    kind: planned?.kind ?? "screenplay",
    stage: planned?.stage ?? "writing",
    type: planned?.type ?? "text",
    state: stateNames[state],
    from: (planned?.from ?? []).map((from) => plan.nodes[from.node]?.id ?? ""),
    degraded,
    reason: state === "f" ? (node?.reason ?? null) : null,
    output: output && {
      ...{ jobId: output.jobId, type: output.type, url: await store.url(output.key), key: output.key },
      thumbnailUrl: await thumbnailUrl(store, output),
      size: output.size,
      ...{ contentType: output.contentType, sha256: output.sha256 },
      ...{ width: output.width, height: output.height, durationMs: output.durationMs },
    },
    makes: makes.map(({ jobId, round, outcome, captured, error }) => ({
      ...{ jobId, round, outcome, cost: captured },
      error: error ?? null,
    })),
  };
}

async function thumbnailUrl(store: RequestStore, output: NodeOutput): Promise<string | null> {
  if (output.hasThumbnail) return store.url(thumbnailKey(output.key));
  return isSmallPicture(output) ? store.url(output.key) : null;
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
