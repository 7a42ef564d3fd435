// What else may become of a film while processes die: answers that are lost, refusals, too little, too late, and what cannot be planned.
import { AppError } from "../../shared/errors/app-error.ts";
import type { ModerationDeps } from "../../shared/jobs/deps.ts";
import type { Production, StopReason } from "../../shared/productions/production.ts";
import { type GraphNode, graphPlanner, plain, planFileOf } from "./planner.ts";
import { isSettled, type Scenario, start } from "./scenarios.ts";
import { answering, failing } from "./scripts.ts";

/** One after the other, so that it is known what each finds. The music can be done without. */
const graph: readonly GraphNode[] = [
  { id: "portrait", prices: [10, 8] },
  { id: "music", from: ["portrait"], prices: [5, 4] },
  { id: "still", from: ["portrait", "music?"], prices: [10, 7] },
  { id: "episode", kind: "episode", from: ["still", "music?"], prices: [3, 2] },
];
const planner = graphPlanner(graph);
const DAY_MS = 24 * 60 * 60_000;

/** Begun and left to itself. */
function film(fields: Parameters<typeof start>[2] = {}): Scenario["play"] {
  return async (stage) => {
    await stage.until(await start(stage, "film", fields, graph), isSettled);
  };
}

/** Of its one production. */
function comesTo(outcome: Production["outcome"], reason: StopReason | null, states: string, cost: number) {
  return (productions: readonly Production[], spent: number) => ({
    found: [productions.map((one) => [one.outcome, one.reason, one.states]), spent],
    expected: [[[outcome, reason, states]], cost],
  });
}

const whole = planFileOf(planner);

/** Looks at words alone. */
const refusing: ModerationDeps = {
  service: {
    id: "refusing",
    check: async ({ text = "" }) => ({ verdict: text.startsWith("still") ? "block" : "allow", categories: [] }),
  },
  look: { blindness: () => null, at: async () => [] },
  ...{ onFailure: "closed", onReview: "block" },
};

export const troubles = {
  "the answer to a start is lost": {
    graph,
    script: {
      ...answering({
        "still 0": () => {
          throw new Error("the answer was lost");
        },
      }),
      lostSubmit: "never",
    },
    play: film(),
    // A death in the middle of a start is another answer that is lost: that node is made the second way, or after two of them not at all.
    comesTo(productions, spent) {
      const [{ states, outcome } = { states: "", outcome: null }] = productions;
      const costs = [...states].map((state, node) => graph[node]?.prices?.["dg".indexOf(state)] ?? 0);
      const isFilm = /^[dg]{2}g[dg]$/.test(states);
      return {
        found: [productions.length, outcome, isFilm || states, spent],
        expected: [1, isFilm ? "completed" : "failed", isFilm || "ddfs", costs.reduce((sum, cost) => sum + cost, 0)],
      };
    },
  },

  "a vendor refuses": {
    graph,
    script: answering({
      "still 0": { state: "failed", failure: { type: "moderation_blocked", message: "no", retryable: false } },
    }),
    play: film(),
    comesTo: comesTo("completed", null, "ddgd", 25),
  },

  "we refuse ourselves": {
    graph,
    script: answering({}),
    moderation: refusing,
    play: film(),
    comesTo: comesTo("failed", "incomplete", "ddfs", 15),
  },

  "the budget runs short": {
    graph,
    script: answering({}),
    play: film({ budget: 23 }),
    comesTo: comesTo("failed", "budget_exhausted", "ddgc", 22),
  },

  "nothing less is wanted": {
    graph,
    script: failing("still 0"),
    play: film({ file: planFileOf(planner, { ...plain, wish: { ...plain.wish, onFailure: "stop" } }) }),
    comesTo: comesTo("failed", "node_failed", "ddfs", 15),
  },

  "its time is over": {
    graph,
    script: {
      ...answering({ "still 0": { state: "started", task: { id: "task" }, checkAfterMs: 600_000 } }),
      check: () => ({ state: "running", checkAfterMs: 600_000 }),
    },
    everyNth: 7,
    play: film({ file: { ...whole, deadlineMs: { ...whole.deadlineMs, image: DAY_MS } } }),
    comesTo: comesTo("failed", "deadline_exceeded", "ddcs", 15),
  },

  "nobody knows what to ask for a node": {
    graph,
    script: answering({}),
    planner: {
      ...planner,
      ask(file, plan, node, rung, made) {
        if (node === 2) throw new Error("a defect");
        return planner.ask(file, plan, node, rung, made);
      },
    },
    play: film(),
    comesTo: comesTo("failed", "incomplete", "ddfs", 15),
  },

  "what was written cannot be planned": {
    graph: [{ id: "screenplay", kind: "screenplay" }],
    script: answering({}),
    planner: {
      ...graphPlanner([{ id: "screenplay", kind: "screenplay" }]),
      expand() {
        throw new AppError("invalid_request", { message: "too long" });
      },
    },
    async play(stage) {
      const file = planFileOf(graphPlanner([{ id: "screenplay", kind: "screenplay" }]), { ...plain, screenplay: null });
      await stage.until(await start(stage, "film", { file }), isSettled);
    },
    comesTo: comesTo("failed", "unplannable", "d", 10),
  },
} satisfies Record<string, Scenario>;
