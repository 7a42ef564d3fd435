// The production protocol on the real engine over a table in memory: interleavings of several callers with a crash after each write. After every
// write the rules of the ledger hold; at the end, once the timers are through, nothing is held and nothing waits.
import { describe, expect, it } from "vitest";
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

/** One interruption of each way takes half a minute in all, two many minutes, three hours. */
export function exploreProductions(switches: number): void {
  maxSwitches = switches;
  describe("Start", exploreStart);
  describe("Admit", exploreAdmit);
  describe("Node settled", exploreNodeSettled);
  describe("End", exploreEnd);
  describe("Resume", exploreResume);
}

async function exploreScenario(scenario: Scenario): Promise<Exploration> {
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

const one = [{ id: "episode", kind: "episode" as const }];
const two = [{ id: "still" }, { id: "episode", kind: "episode" as const, from: ["still"] }];

const start = (deps: ProductionDeps, world: World) => world.start(deps, {}, "k");
const startOther = (deps: ProductionDeps, world: World) => world.start(deps, {}, "other");
const move = (deps: ProductionDeps, world: World) =>
  advanceProduction(deps, keyOf(world.production()), { by: "run-job", signal });
const cancel = (deps: ProductionDeps, world: World) => cancelProduction(deps, keyOf(world.production()));
const stop = (deps: ProductionDeps, world: World) => stopProduction(deps, keyOf(world.production()), "project_deleted");
const resume = (deps: ProductionDeps, world: World) => resumeProduction(deps, keyOf(world.production()));
const remakeUnderKey = (deps: ProductionDeps, world: World) =>
  remakeNodes(deps, keyOf(world.production()), ["episode"], {}, "k");
const review = (deps: ProductionDeps) => reviewAccount(deps, "01900000-0000-7000-8000-00000000aaaa");

/** A make of a node, as its timer or run-job advances it. */
const moveJob =
  (node = 0, make = 1) =>
  (deps: ProductionDeps, world: World) => {
    const { userId, id } = world.production();
    return advance(deps, { userId, jobId: nodeJobId(id, node, make) }, { by: "run-job", signal });
  };

/** The table of somebody who dies before a write that `fits`. */
const dyingBefore =
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

async function running(world: World): Promise<void> {
  await world.start();
  const stopped = dyingBefore((sort) => sort.startsWith("nodejob#"))(world.table);
  await move(world.depsOf({ table: stopped }), world).catch(() => null);
  world.clock.moveTo(world.clock.now() + 20_000);
  expect(world.production().state).toBe("running");
}

async function admitted(world: World): Promise<void> {
  await world.start();
  await move(world.deps, world);
  expect(world.production().admitted.length).toBe(1);
}

async function completed(world: World): Promise<void> {
  await world.start();
  await world.rest();
}

const ending = (outcome: "completed" | "cancelled") => (deps: ProductionDeps, world: World) => {
  const [job] = world.nodeJobs();
  if (!job) throw new Error("there is no job");
  return endJob(deps, jobKeyOf(job), 1, (current: Job, now) => ({
    ...(outcome === "completed"
      ? toEnded(current, now, { outcome, outputs: [], captured: 10 })
      : toEnded(current, now, { outcome, captured: 0 })),
    paidRound: 1,
  }));
};

function costs(world: World): Promise<number> {
  return world.account().then(({ earned, balance }) => earned - balance);
}

function exploreStart(): void {
  it("with one key by two callers makes one production and pays once", async () => {
    await exploreScenario({
      graph: one,
      callers: [
        { name: "A", run: start },
        { name: "B", run: start },
      ],
      async expectFinally(world) {
        expect(world.productions().length).toBeLessThanOrEqual(1);
        expect(await costs(world)).toBeLessThanOrEqual(10);
      },
    });
  });

  it("of two productions of one project gives it to one of them", async () => {
    await exploreScenario({
      graph: one,
      callers: [
        { name: "A", run: start },
        { name: "B", run: startOther },
      ],
      async expectFinally(world, _, crashed) {
        // The second one may start once the first has settled, and not before: in this world only by a repeat.
        if (crashed.length === 0) expect(await costs(world)).toBe(10);
      },
    });
  });

  it("with credits for one of two, of two projects, charges for one", async () => {
    await exploreScenario({
      graph: one,
      credits: 10,
      async setUp(world) {
        await world.table.put({ ...projectItem(world), sort: "project#other" }, "absent");
      },
      callers: [
        { name: "A", run: start },
        { name: "B", run: (deps, world) => world.start(deps, { projectId: "other" }, "other") },
      ],
      async expectFinally(world) {
        expect(await costs(world)).toBeLessThanOrEqual(10);
      },
    });
  });

  it("meeting the timer that ends unpaid productions is paid for, or given back", async () => {
    await exploreScenario({
      graph: one,
      async setUp(world) {
        const dying = world.depsOf();
        await world
          .start({ ...dying, changeAccount: () => Promise.reject(new Error("dead")) }, {}, "k")
          .catch(() => null);
      },
      callers: [
        { name: "starter", run: start },
        { name: "timer", aheadMs: 61_000, table: dyingBefore((sort) => sort.startsWith("nodejob#")), run: move },
      ],
    });
  });

  it("that is stopped before its hold lands gives it back (52)", async () => {
    await exploreScenario({
      graph: one,
      async setUp(world) {
        const dying = world.depsOf();
        await world
          .start({ ...dying, changeAccount: () => Promise.reject(new Error("dead")) }, {}, "k")
          .catch(() => null);
      },
      callers: [
        { name: "starter", run: start },
        { name: "sweep", run: stop },
        { name: "mover", aheadMs: 11_000, run: move },
      ],
      async expectFinally(world) {
        expect(await costs(world)).toBeLessThanOrEqual(10);
      },
    });
  });
}

function projectItem(world: World) {
  const item = world.table.items().find(({ sort }) => sort.startsWith("project#"));
  if (!item) throw new Error("there is no project");
  return { partition: item.partition, sort: item.sort, data: item.data };
}

function exploreAdmit(): void {
  it("by two owners, one past its lease, makes one job for each node (2, 27)", async () => {
    await exploreScenario({
      graph: one,
      setUp: running,
      callers: [
        { name: "A", run: move },
        { name: "B", aheadMs: 16_000, run: move },
      ],
      async expectFinally(world) {
        expect([world.nodeJobs().length, await costs(world)]).toEqual([1, 10]);
      },
    });
  });

  it("meeting the timer that ends unpaid jobs: no entry stays, and the node is made once (1)", async () => {
    await exploreScenario({
      graph: one,
      async setUp(world) {
        await running(world);
        const dead = dyingBefore((sort, data) => sort.startsWith("production#") && String(data.states).includes("a"));
        await move(world.depsOf({ table: dead(world.table) }), world).catch(() => null);
        world.clock.moveTo(world.clock.now() + 20_000);
        expect([world.nodeJobs().length, world.production().admitted.length]).toEqual([1, 0]);
      },
      callers: [
        { name: "owner", run: move },
        { name: "timer", aheadMs: 61_000, run: moveJob() },
      ],
      async expectFinally(world) {
        expect([world.production().outcome, await costs(world)]).toEqual(["completed", 10]);
      },
    });
  });

  it("meeting a cancel: what was admitted ends, and nothing is admitted behind it", async () => {
    await exploreScenario({
      graph: two,
      setUp: running,
      callers: [
        { name: "owner", run: move },
        { name: "user", run: cancel },
        { name: "next", run: move },
      ],
      async expectFinally(world, _, crashed) {
        const { outcome, reason } = world.production();
        // A cancel whose write lost against another one is written again: whoever dies in between has cancelled nothing.
        if (crashed.includes("user") && reason === null)
          expect([outcome, await costs(world)]).toEqual(["completed", 20]);
        else {
          expect([outcome, reason]).toEqual(["cancelled", "cancelled"]);
          expect(await costs(world)).toBeLessThanOrEqual(10);
        }
      },
    });
  });

  it("a cancel that dies before it is written is none: nothing is lost, and asked again it holds", async () => {
    const world = await openWorld({ graph: two });
    await running(world);
    const dead = dyingBefore((sort) => sort.startsWith("production#"))(world.table);
    await expect(cancel(world.depsOf({ table: dead }), world)).rejects.toThrow("dead");
    expect(world.production()).toMatchObject({ state: "running", reason: null });
    await cancel(world.deps, world);
    await world.rest();
    await world.checkAtRest({ isLockVoid: false });
    expect(world.production()).toMatchObject({ outcome: "cancelled", reason: "cancelled" });
    expect(await costs(world)).toBeLessThanOrEqual(10);
  });

  it("within a budget for one of two ready nodes makes no more than that", async () => {
    await exploreScenario({
      graph: [{ id: "a" }, { id: "b" }, { id: "episode", kind: "episode", from: ["a?", "b?"], prices: [0] }],
      sample: 300,
      async setUp(world) {
        await world.start(world.deps, { budget: 10 });
        const dead = dyingBefore((sort) => sort.startsWith("nodejob#"))(world.table);
        await move(world.depsOf({ table: dead }), world).catch(() => null);
        world.clock.moveTo(world.clock.now() + 20_000);
      },
      callers: [
        { name: "A", run: move },
        { name: "B", aheadMs: 16_000, run: move },
      ],
      async expectFinally(world) {
        expect(await costs(world)).toBeLessThanOrEqual(10);
      },
    });
  });
}

function exploreNodeSettled(): void {
  it("by two who end it otherwise is captured or not, and its node made or not", async () => {
    await exploreScenario({
      graph: one,
      setUp: admitted,
      callers: [
        { name: "A", run: ending("completed") },
        { name: "B", run: ending("cancelled") },
      ],
    });
  });

  it("meeting the owner of the production, who settles it too, is spent once", async () => {
    await exploreScenario({
      graph: two,
      setUp: admitted,
      callers: [
        { name: "runner", run: moveJob() },
        { name: "owner", aheadMs: 31_000, run: move },
      ],
      async expectFinally(world) {
        expect([world.production().outcome, await costs(world)]).toEqual(["completed", 20]);
      },
    });
  });

  it("while two owners bring it to its node is made once (8, 9)", async () => {
    await exploreScenario({
      graph: two,
      async setUp(world) {
        await admitted(world);
        await moveJob()(world.deps, world);
        expect(world.production().markers.length).toBe(1);
      },
      callers: [
        { name: "A", run: move },
        { name: "B", aheadMs: 16_000, run: move },
      ],
      async expectFinally(world) {
        expect([world.nodeJobs().length, await costs(world)]).toEqual([2, 20]);
      },
    });
  });
}

function exploreEnd(): void {
  const last = async (world: World) => {
    await admitted(world);
    await moveJob()(world.deps, world);
  };

  it("meeting a cancel is decided by one, and the hold follows", async () => {
    await exploreScenario({
      graph: one,
      setUp: last,
      callers: [
        { name: "owner", run: move },
        { name: "user", run: cancel },
      ],
      async expectFinally(world) {
        expect(await costs(world)).toBe(10);
      },
    });
  });

  it("meeting the review of holds gives back what was not spent, once", async () => {
    await exploreScenario({
      graph: [...one, { id: "poster", from: ["episode"], prices: [5, 1] }],
      setUp: last,
      callers: [
        { name: "owner", run: move },
        { name: "review", aheadMs: 121_000, run: review },
        { name: "user", run: cancel },
      ],
    });
  });

  it("of a cancelled production waits for what its provider has delivered, and pays for it", async () => {
    await exploreScenario({
      graph: two,
      setUp: admitted,
      callers: [
        { name: "runner", run: moveJob() },
        { name: "user", run: cancel },
        { name: "owner", aheadMs: 1000, run: move },
      ],
      async expectFinally(world) {
        expect([0, 10, 20]).toContain(await costs(world));
      },
    });
  });
}

function exploreResume(): void {
  const cancelled = async (world: World) => {
    await admitted(world);
    await cancel(world.deps, world);
    await move(world.deps, world);
    await world.rest();
    expect([world.production().state, world.production().states]).toEqual(["settled", "c"]);
  };

  it("by two callers begins one round and pays once", async () => {
    await exploreScenario({
      graph: one,
      setUp: cancelled,
      callers: [
        { name: "A", run: resume },
        { name: "B", run: resume },
      ],
      async expectFinally(world) {
        expect(world.production().round).toBeLessThanOrEqual(2);
        expect(await costs(world)).toBeLessThanOrEqual(10);
      },
    });
  });

  it("of a part under one key by two callers begins one round and pays once, and a repeat later changes nothing", async () => {
    await exploreScenario({
      graph: one,
      setUp: completed,
      callers: [
        { name: "A", run: remakeUnderKey },
        { name: "B", run: remakeUnderKey },
      ],
      async expectFinally(world) {
        await remakeUnderKey(world.deps, world);
        await world.rest();
        await remakeUnderKey(world.deps, world);
        await world.check();
        expect([world.production().outcome, await costs(world)]).toEqual(["completed", 20]);
      },
    });
  });

  it("of a part that is cancelled in the middle leaves the film: as it was, or stale where its part is another one", async () => {
    await exploreScenario({
      graph: two,
      async setUp(world) {
        await completed(world);
        await remakeNodes(world.deps, keyOf(world.production()), [two[0]?.id ?? ""]);
      },
      callers: [
        { name: "owner", run: move },
        { name: "user", run: cancel },
        { name: "runner", run: moveJob(0, 2) },
      ],
      async expectFinally(world) {
        const { states, progress } = world.production();
        const spent = (await costs(world)) - 20;
        expect([spent, states]).toEqual([spent, { 0: "dd", 10: "do", 20: "dd" }[spent]]);
        expect(progress.made).toBe(spent === 10 ? 1 : 2);
        expect(world.nodes().every(({ output }) => output !== null)).toBe(true);
      },
    });
  });

  it("meeting the start of another production: the project goes to one of them (8)", async () => {
    await exploreScenario({
      graph: one,
      setUp: cancelled,
      callers: [
        { name: "resumer", run: resume },
        { name: "starter", run: startOther },
      ],
      async expectFinally(world, _, crashed) {
        if (crashed.length === 0) expect(await costs(world)).toBe(10);
      },
    });
  });

  it("meeting the closing of the round before, whose lock still stands, keeps the lock (8)", async () => {
    await exploreScenario({
      graph: one,
      async setUp(world) {
        await admitted(world);
        await cancel(world.deps, world);
        const dead = dyingBefore((sort) => sort.startsWith("project#"))(world.table);
        for (let look = 0; look < 8 && world.production().state !== "settled"; look++) {
          world.clock.moveTo(world.clock.now() + 31_000);
          await move(world.depsOf({ table: dead }), world).catch(() => null);
        }
        expect([world.production().state, world.project()?.running]).toEqual(["settled", world.production().id]);
        world.clock.moveTo(world.clock.now() + 31_000);
      },
      callers: [
        { name: "closer", run: move },
        { name: "resumer", run: resume },
        { name: "starter", run: startOther },
      ],
      async expectFinally(world) {
        expect(await costs(world)).toBeLessThanOrEqual(20);
      },
    });
  });

  it("without the credits gives the production back what it had come to", async () => {
    await exploreScenario({
      graph: one,
      credits: 10,
      setUp: cancelled,
      callers: [
        { name: "resumer", run: resume },
        {
          name: "spender",
          run: (deps, world) =>
            world.start(
              deps,
              { projectId: "other", project: () => ({ ...projectItem(world), sort: "project#other" }) },
              "other",
            ),
        },
      ],
      async expectFinally(world) {
        expect(await costs(world)).toBeLessThanOrEqual(10);
      },
    });
  });

  it("of what is completed is refused, and changes nothing", async () => {
    const world = await openWorld({ graph: one });
    await completed(world);
    const before = world.table.dump();
    await expect(resume(world.deps, world)).rejects.toMatchObject({ type: "conflict" });
    expect(world.table.dump()).toBe(before);
  });
}
