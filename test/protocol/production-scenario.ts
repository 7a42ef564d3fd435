// What the explorations of productions share: a scenario, what its callers do, and how far its production has come.
import { expect } from "vitest";
import { type Job, keyOf as jobKeyOf } from "../../shared/jobs/job.ts";
import { endJob } from "../../shared/jobs/money/ending.ts";
import { reviewAccount } from "../../shared/jobs/money/review-account.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { toEnded } from "../../shared/jobs/states.ts";
import type { Table } from "../../shared/ports/table.ts";
import { advanceProduction } from "../../shared/productions/advancing/advance.ts";
import type { ProductionDeps } from "../../shared/productions/deps.ts";
import { cancelProduction, stopProduction } from "../../shared/productions/ending/stop.ts";
import { nodeJobId } from "../../shared/productions/node.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { remakeNodes, resumeProduction } from "../../shared/productions/starting/resume.ts";
import { ahead } from "../jobs/hand-clock.ts";
import { signal } from "../productions/timers.ts";
import { openWorld, type World, type WorldOptions } from "../productions/world.ts";
import { chanceOf } from "../races/chance.ts";
import { type Exploration, explore, type Gate, gatedProvider, gatedStore, gatedTable } from "./explore.ts";

interface Caller {
  name: string;
  aheadMs?: number;
  table?: (table: Table) => Table;
  run(deps: ProductionDeps, world: World): Promise<unknown>;
}

interface Scenario extends WorldOptions {
  /** A caller does several things at once here: only so many ways, each by chance. */
  sample?: number;
  setUp?(world: World): Promise<unknown>;
  callers: Caller[];
  expectFinally?(world: World, answers: Map<string, unknown>, crashed: string[]): Promise<void>;
}

const MAX_RUNS = 200_000;

/** So often a way is interrupted at most; deaths do not count. */
let maxSwitches = 1;

export function interruptAtMost(switches: number): void {
  maxSwitches = switches;
}

export async function exploreScenario(scenario: Scenario): Promise<Exploration> {
  const makeWorld = async (gate: Gate) => {
    const world = await openWorld(scenario);
    await scenario.setUp?.(world);
    const answers = new Map<string, unknown>();
    return {
      snapshot: async () => world.table.dump(),
      checkAlways: world.check,
      end: async () => undefined,
      actors: scenario.callers.map(({ name, aheadMs = 0, table = (inner) => inner, run }) => {
        const deps = world.depsOf({
          table: table(gatedTable(gate, name, world.table)),
          store: gatedStore(gate, name, world.store),
          clock: ahead(world.clock, aheadMs),
          provider: gatedProvider(gate, name, world.provider),
        });
        const answer = (value: unknown) => void answers.set(name, value);
        return { name, run: () => run(deps, world).then(answer, answer) };
      }),
      async checkFinally(crashed: string[]) {
        await world.rest();
        // Whoever died right behind its lock may have left one that counts for nothing.
        await world.checkAtRest({ isLockVoid: crashed.length > 0 });
        await scenario.expectFinally?.(world, answers, crashed);
      },
    };
  };
  // Three callers can go so many ways that one interruption less has to do.
  const switches = scenario.callers.length > 2 ? maxSwitches - 1 : maxSwitches;
  const { sample: ways } = scenario;
  const exploration = await explore(makeWorld, {
    ...(ways === undefined
      ? { maxSwitches: switches }
      : { sample: { ways: ways * maxSwitches, next: chanceOf(ways).next } }),
    maxRuns: MAX_RUNS,
  });
  if (exploration.violation) {
    const { error, way } = exploration.violation;
    throw new Error(`after ${way.length} steps:\n${way.join("\n")}`, { cause: error });
  }
  expect(exploration.runs).toBeGreaterThan(10);
  expect(exploration.crashes).toBeGreaterThan(0);
  if (process.env.EXPLORED)
    console.log(`${exploration.runs} ways, ${exploration.states} states, ${exploration.crashes} deaths`);
  return exploration;
}

export const one = [{ id: "episode", kind: "episode" as const }];
export const two = [{ id: "still" }, { id: "episode", kind: "episode" as const, from: ["still"] }];

export const start = (deps: ProductionDeps, world: World) => world.start(deps, {}, "k");
export const startOther = (deps: ProductionDeps, world: World) => world.start(deps, {}, "other");
export const move = (deps: ProductionDeps, world: World) =>
  advanceProduction(deps, keyOf(world.production()), { by: "run-job", signal });
export const cancel = (deps: ProductionDeps, world: World) => cancelProduction(deps, keyOf(world.production()));
export const stop = (deps: ProductionDeps, world: World) =>
  stopProduction(deps, keyOf(world.production()), "project_deleted");
export const resume = (deps: ProductionDeps, world: World) => resumeProduction(deps, keyOf(world.production()));
export const remakeUnderKey = (deps: ProductionDeps, world: World) =>
  remakeNodes(deps, keyOf(world.production()), ["episode"], {}, "k");
export const review = (deps: ProductionDeps) => reviewAccount(deps, "01900000-0000-7000-8000-00000000aaaa");

/** A make of a node, as its timer or run-job advances it. */
export const moveJob =
  (node = 0, make = 1) =>
  (deps: ProductionDeps, world: World) => {
    const { userId, id } = world.production();
    return advance(deps, { userId, jobId: nodeJobId(id, node, make) }, { by: "run-job", signal });
  };

/** The table of somebody who dies before a write that `fits`. */
export const dyingBefore =
  (fits: (sort: string, data: Record<string, unknown>) => boolean) =>
  (table: Table): Table => {
    let isDead = false;
    return {
      ...table,
      async put(item, condition) {
        isDead ||= fits(item.sort, item.data);
        if (isDead) throw new Error("dead");
        return table.put(item, condition);
      },
    };
  };

export async function running(world: World): Promise<void> {
  await world.start();
  const stopped = dyingBefore((sort) => sort.startsWith("nodejob#"))(world.table);
  await move(world.depsOf({ table: stopped }), world).catch(() => null);
  world.clock.moveTo(world.clock.now() + 20_000);
  expect(world.production().state).toBe("running");
}

export async function admitted(world: World): Promise<void> {
  await world.start();
  await move(world.deps, world);
  expect(world.production().admitted.length).toBe(1);
}

export async function completed(world: World): Promise<void> {
  await world.start();
  await world.rest();
}

export const ending = (outcome: "completed" | "cancelled") => (deps: ProductionDeps, world: World) => {
  const [job] = world.nodeJobs();
  if (!job) throw new Error("there is no job");
  return endJob(deps, jobKeyOf(job), 1, (current: Job, now) => ({
    ...(outcome === "completed"
      ? toEnded(current, now, { outcome, outputs: [], captured: 10 })
      : toEnded(current, now, { outcome, captured: 0 })),
    paidRound: 1,
  }));
};

export function costs(world: World): Promise<number> {
  return world.account().then(({ earned, balance }) => earned - balance);
}

export function projectItem(world: World) {
  const item = world.table.items().find(({ sort }) => sort.startsWith("project#"));
  if (!item) throw new Error("there is no project");
  return { partition: item.partition, sort: item.sort, data: item.data };
}
