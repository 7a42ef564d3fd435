// A production as it begins.
import type { AskingDeps } from "../deps.ts";
import type { Production, ProductionKey } from "../production.ts";
import { FIRST_LOOK_MS, told } from "../states.ts";
import type { NewProduction } from "./start.ts";

const HOUR_MS = 60 * 60_000;
/** Jobs of one production at the same time at most: its item has room for no more. */
export const PARALLEL = 8;

export function newProduction(
  deps: Pick<AskingDeps, "clock" | "planner" | "providers" | "settings">,
  { projectId, title, file, budget, unmade, webhookUrl }: NewProduction,
  { key: { userId, productionId: id }, planKey }: { key: ProductionKey; planKey: string },
): Production {
  const now = deps.clock.now();
  const quote = deps.planner.quote(file.snapshot);
  const deadlineMs = deadlineFor(expectedMs(deps, file, quote.nodes));
  const { nodes } = file.plan;
  const production: Production = {
    ...{ id, userId, projectId, title, createdAt: now, updatedAt: now, startedAt: null, completedAt: null },
    ...{ round: 1, paidRound: 0, rounds: [], state: "starting", outcome: null, reason: null, before: null },
    ...{ budget: budget ?? quote.price, spent: 0, bytes: 0, quote },
    ...(unmade === undefined ? {} : { unmade }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    ...{ planKey, isExpanded: file.snapshot.screenplay !== null, states: ".".repeat(nodes.length) },
    ...{ admitted: [], markers: [], throws: {} },
    ...{ deadlineMs, deadlineAt: now + deadlineMs, watchedMs: 0 },
    ...{ lease: null, looks: 0, dueAt: now + FIRST_LOOK_MS, nudges: 0, nudgedAt: 0 },
    ...{ tickets: 0, ticketsUnclaimed: 0, ticketUntil: 0, attendedUntil: 0 },
    progress: { stage: "starting", made: 0, nodes: quote.nodes, percent: 0, restMs: null },
    times: {},
    feed: [],
  };
  return told(production, now);
}

/** Three times what is expected, at least an hour, at most a day. */
function deadlineFor(ms: number): number {
  return Math.min(24 * HOUR_MS, Math.max(HOUR_MS, 3 * ms));
}

/** As if each node took as long as the slowest kind usually does. */
function expectedMs(
  { providers, settings }: Pick<AskingDeps, "providers" | "settings">,
  { snapshot: { offers } }: NewProduction["file"],
  nodes: number,
): number {
  const first = Object.values(offers).flatMap(([best]) => (best ? [providers.get(best.provider)?.typicalMs ?? 0] : []));
  return (Math.max(0, ...first) * nodes) / settings.productionParallel;
}
