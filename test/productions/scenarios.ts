// What is done with productions while processes die: each is played again from its beginning by whoever comes after, and has to come out as if nobody
// had died.
import type { Planner } from "../../shared/drama/plan.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ModerationDeps } from "../../shared/jobs/deps.ts";
import type { ProductionDeps } from "../../shared/productions/deps.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf, type Production, type ProductionKey, readProduction } from "../../shared/productions/production.ts";
import { remakeNodes, resumeProduction } from "../../shared/productions/starting/resume.ts";
import { type NewProduction, startProduction } from "../../shared/productions/starting/start.ts";
import type { Script } from "../jobs/scripted-provider.ts";
import { type GraphNode, graphPlanner, planFileOf } from "./planner.ts";
import { answering, failing, unique } from "./scripts.ts";

/** Who plays: one process, with all that it does by itself. */
export interface Stage {
  deps: ProductionDeps;
  userId: string;
  projectId: string;
  /** Goes on until it `is` so. */
  until(key: ProductionKey, is: (production: Production) => boolean): Promise<Production>;
}

export interface Scenario {
  graph: readonly GraphNode[];
  script: Script;
  /** By default the one that plans its graph. */
  planner?: Planner;
  moderation?: ModerationDeps;
  /** Of a long one, in which one look is as the other: only before each of so many writes somebody dies. */
  everyNth?: number;
  play(stage: Stage): Promise<void>;
  /** What has come of it, and what has to have, however often it was played. `spent`: of the whole account. */
  comesTo(productions: readonly Production[], spent: number): { found: unknown; expected: unknown };
}

const graph: readonly GraphNode[] = [
  { id: "portrait" },
  { id: "still", from: ["portrait"], prices: [10, 7] },
  { id: "music", prices: [5] },
  { id: "episode", kind: "episode", from: ["still", "music?"], prices: [3] },
];
const film = 10 + 10 + 5 + 3;

export const isSettled = ({ state }: Production) => state === "settled";
const states = (productions: readonly Production[]) => productions.map((one) => [one.outcome, one.states]);

export async function start(
  stage: Stage,
  key: string,
  fields: Partial<NewProduction> = {},
  of = graph,
): Promise<ProductionKey> {
  const { deps, userId, projectId } = stage;
  const wanted = { userId, projectId, title: "A film", file: planFileOf(graphPlanner(of)), ...fields };
  for (let tries = 0; ; tries++) {
    try {
      return keyOf((await startProduction(deps, wanted, { key, route: "create-production", body: {} })).production);
    } catch (error) {
      // What a client does.
      const isPassing = error instanceof AppError && error.status === 503 && tries < 5;
      if (!isPassing) throw error;
    }
  }
}

export const scenarios = {
  film: {
    graph,
    script: { open: unique },
    async play(stage) {
      await stage.until(await start(stage, "film"), isSettled);
    },
    comesTo: (productions, spent) => ({
      found: [states(productions), spent],
      expected: [[["completed", "dddd"]], film],
    }),
  },

  "a film with a node that fails": {
    graph,
    script: failing("still 0"),
    async play(stage) {
      await stage.until(await start(stage, "film"), isSettled);
    },
    comesTo: (productions, spent) => ({
      found: [states(productions), spent],
      expected: [[["completed", "dgdd"]], film - 3],
    }),
  },

  cancel: {
    graph,
    script: {
      ...answering({ "still 0": { state: "started", task: { id: "task" }, checkAfterMs: 3_600_000 } }),
      check: () => ({ state: "running", checkAfterMs: 3_600_000 }),
    },
    async play(stage) {
      const key = await start(stage, "film");
      await stage.until(key, (production) => isSettled(production) || production.states === "dad.");
      await cancelProduction(stage.deps, key);
      await stage.until(key, isSettled);
    },
    comesTo: (productions, spent) => ({ found: [states(productions), spent], expected: [[["cancelled", "dcds"]], 15] }),
  },

  resume: {
    graph,
    script: { open: unique },
    async play(stage) {
      const key = await start(stage, "film", { budget: 15 });
      let production = await stage.until(key, isSettled);
      for (let tries = 0; production.outcome !== "completed" && tries < 8; tries++) {
        await resumeProduction(stage.deps, key, { budget: 20 });
        production = await stage.until(key, isSettled);
      }
    },
    comesTo: (productions, spent) => ({
      found: [states(productions), spent],
      expected: [[["completed", "dddd"]], film],
    }),
  },

  remake: {
    graph,
    script: { open: unique },
    async play(stage) {
      const key = await start(stage, "film");
      let production = await stage.until(key, isSettled);
      for (let tries = 0; production.rounds.length < 2 && tries < 8; tries++) {
        await remakeNodes(stage.deps, key, ["portrait"]);
        production = await stage.until(key, isSettled);
      }
    },
    comesTo: (productions, spent) => ({
      found: [states(productions), spent],
      expected: [[["completed", "dddd"]], film + 23],
    }),
  },

  "a remake that runs out of its budget": {
    graph,
    script: { open: unique },
    async play(stage) {
      const key = await start(stage, "film");
      let production = await stage.until(key, isSettled);
      for (let tries = 0; production.rounds.length < 2 && tries < 8; tries++) {
        await remakeNodes(stage.deps, key, ["portrait"], { budget: 10 });
        production = await stage.until(key, isSettled);
      }
    },
    comesTo: (productions, spent) => ({
      found: [states(productions), spent],
      expected: [[["failed", "dodo"]], film + 10],
    }),
  },

  reuse: {
    graph,
    script: { open: unique },
    async play(stage) {
      await stage.until(await start(stage, "film"), isSettled);
      await stage.until(await start(stage, "the same"), isSettled);
    },
    comesTo: (productions, spent) => ({
      found: [states(productions), spent],
      expected: [
        [
          ["completed", "dddd"],
          ["completed", "rrrr"],
        ],
        film,
      ],
    }),
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

export async function read(deps: ProductionDeps, key: ProductionKey): Promise<Production> {
  const stored = await readProduction(deps.table, key);
  if (!stored) throw new Error("there is no such production");
  return stored.production;
}
