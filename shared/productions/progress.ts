// How far a production is, as its user is told: stages, nodes, percent by expected time, and an estimate of the rest.
import { type NodeKind, type Plan, type PlannedNode, stages } from "../drama/plan.ts";
import type { OfferedProvider } from "../ports/provider.ts";
import type { ProductionDeps } from "./deps.ts";
import { countMade, isLost, isMade, stateOf } from "./graph.ts";
import type { Marker, Production, Progress } from "./production.ts";

/** Of a kind of which none has been made yet, where its provider is not there any more. */
const USUAL_MS = 10_000;
const MOST_TIMES = 9;

type Providers = ReadonlyMap<string, Pick<OfferedProvider, "typicalMs">>;

interface Deps {
  providers: Providers;
  settings: Pick<ProductionDeps["settings"], "productionParallel">;
}

export function progressOf(production: Production, plan: Plan, { providers, settings }: Deps): Progress {
  const { states, times, quote, isExpanded, progress } = production;
  // What is lost is neither done nor still to be done.
  const wanted = plan.nodes.map((node, place) => ({ node, state: stateOf(states, place) }));
  const made = wanted.filter(({ state }) => isMade(state)).map(({ node }) => node);
  const left = wanted.filter(({ state }) => !isMade(state) && !isLost(state)).map(({ node }) => node);
  const restOf = (nodes: Plan["nodes"]) => nodes.reduce((sum, node) => sum + usualMs(times, node, providers), 0);
  const isStopping = production.state === "stopping";
  const all = isStopping ? restOf(plan.nodes) : restOf(made) + restOf(left);
  const reached = isExpanded && all > 0 ? Math.floor((99 * restOf(made)) / all) : 1;
  const known = isExpanded ? plan.nodes.length : quote.nodes;
  return {
    // Of what is being stopped nothing further is made: it comes to no stage that it has not been at.
    stage:
      (isStopping ? undefined : stages.find((stage) => left.some((node) => node.stage === stage))) ?? progress.stage,
    made: countMade(states),
    nodes: known,
    // It never falls, whatever has turned out to take longer.
    percent: Math.min(99, Math.max(progress.percent, reached)),
    restMs: isExpanded && !isStopping ? Math.round(restOf(left) / settings.productionParallel) : null,
  };
}

/** The median of those that were made; before the first one, what its provider usually takes. */
function usualMs(times: Production["times"], { kind, rungs: [wanted] }: PlannedNode, providers: Providers): number {
  const sorted = (times[kind] ?? []).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? providers.get(wanted?.provider ?? "")?.typicalMs ?? USUAL_MS;
}

export function withTime(
  times: Production["times"],
  kind: NodeKind | undefined,
  { outcome, ms }: Marker,
): Production["times"] {
  if (kind === undefined || outcome !== "completed") return times;
  return { ...times, [kind]: [...(times[kind] ?? []), ms].slice(-MOST_TIMES) };
}
