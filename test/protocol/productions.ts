// The production protocol on the real engine over a table in memory: interleavings of several callers with a crash after each write. After every
// write the rules of the ledger hold; at the end, once the timers are through, nothing is held and nothing waits.
import { describe, expect, it } from "vitest";
import { openWorld, type World } from "../productions/world.ts";
import { exploreRounds } from "./production-rounds.ts";
import {
  admitted,
  cancel,
  costs,
  dyingBefore,
  ending,
  exploreScenario,
  interruptAtMost,
  move,
  moveJob,
  one,
  projectItem,
  review,
  running,
  start,
  startOther,
  stop,
  two,
} from "./production-scenario.ts";

/** One interruption of each way takes half a minute in all, two many minutes, three hours. */
export function exploreProductions(switches: number): void {
  interruptAtMost(switches);
  describe("Start", exploreStart);
  describe("Admit", exploreAdmit);
  describe("Node settled", exploreNodeSettled);
  describe("End", exploreEnd);
  describe("Resume", exploreRounds);
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
