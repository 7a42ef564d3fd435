// A planner for tests of the engine: its graph is given, and each node asks the scripted provider under its own name.
import type { NodeKind, Plan, PlannedNode, Planner, Quote, Rung, Snapshot, Stage } from "../../shared/drama/plan.ts";
import type { Screenplay } from "../../shared/drama/screenplay.ts";

export interface GraphNode {
  id: string;
  kind?: NodeKind;
  /** Ids of what it is made from; with `?` behind, it is made without one that came to nothing. */
  from?: string[];
  /** A price for each way to make it; the first is the wanted one. Default: one of 10. */
  prices?: number[];
  lane?: Rung["lane"];
  /** What it is to show. */
  wish?: string;
}

function stageOf(kind: NodeKind): Stage {
  if (kind === "screenplay") return "writing";
  return kind === "episode" ? "cutting" : "pictures";
}

const reasons = [undefined, "other_seed", "softened_prompt", "other_model", "shorter", "moving_still"] as const;

export function graphPlanner(graph: readonly GraphNode[]): Planner {
  const nodes = graph.map((node): PlannedNode => {
    const { id, kind = "still", from = [], prices = [10], lane = "job" } = node;
    return {
      ...{ id, kind, stage: stageOf(kind), type: kind === "screenplay" ? "text" : "image" },
      from: from.map((name) => ({
        node: graph.findIndex((other) => other.id === name.replace("?", "")),
        isNeeded: !name.endsWith("?"),
      })),
      rungs: prices.map((price, i) => {
        const degraded = reasons[i];
        return { provider: "scripted", model: "scripted", price, lane, ...(degraded && { degraded }) };
      }),
    };
  });
  const price = nodes.reduce((sum, { rungs }) => sum + Math.max(...rungs.map((rung) => rung.price)), 0);
  const quote: Quote = { nodes: nodes.length, price, stages: [{ stage: "pictures", nodes: nodes.length, price }] };
  return {
    quote: () => quote,
    plan: ({ screenplay }) => ({ nodes: screenplay === null ? nodes.slice(0, 1) : nodes }),
    expand: () => ({ nodes }),
    ask: ({ wish }, plan, node, rung, made) => ({
      request: {
        type: plan.nodes[node]?.type ?? "image",
        operation: "generate",
        model: "scripted",
        prompt: [plan.nodes[node]?.id, rung, graph[node]?.wish, wish.prompt || undefined]
          .filter((word) => word !== undefined)
          .join(" "),
        n: 1,
      },
      inputs: (plan.nodes[node]?.from ?? []).flatMap((from) => (made.has(from.node) ? [{ node: from.node }] : [])),
    }),
  };
}

export const plain: Snapshot = {
  wish: {
    ...{
      language: "en",
      genre: "drama",
      episodes: 1,
      scenesPerEpisode: 1,
      durationSec: 10,
      prompt: "",
      ratios: ["16:9"],
    },
    ...{ style: "", subtitles: "none", hasMusic: false, seed: 1, onFailure: "degrade" },
  },
  screenplay: {
    ...{ kind: "screenplay", language: "en", title: "T", logline: "L", genre: "drama", characters: [], episodes: [] },
  } as Screenplay,
  portraits: {},
  clips: {},
  offers: { image: [], video: [], text: [], audio: [] },
};

export function planFileOf(planner: Planner, snapshot: Snapshot = plain) {
  const plan: Plan = planner.plan(snapshot);
  const deadlineMs = { image: 900_000, video: 3_600_000, text: 600_000, audio: 600_000 };
  return { snapshot, plan, deadlineMs, labels: {}, dryRun: false };
}
