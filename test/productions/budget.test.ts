// Credits: the budget is never exceeded, whatever is not spent goes back, and holds that nobody looks after are found.
import { describe, expect, it } from "vitest";
import { reviewAccount } from "../../shared/jobs/money/review-account.ts";
import { advanceProduction } from "../../shared/productions/advancing/advance.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf, type Production } from "../../shared/productions/production.ts";
import { remakeNodes, resumeProduction } from "../../shared/productions/starting/resume.ts";
import type { GraphNode } from "./planner.ts";
import { answering, failing } from "./scripts.ts";
import { signal } from "./timers.ts";
import { openWorld, projectId, userId, type World } from "./world.ts";

const graph: GraphNode[] = [
  { id: "a", prices: [10, 4] },
  { id: "b", prices: [10, 4] },
  { id: "c", from: ["a", "b"], prices: [10, 4] },
  { id: "episode", kind: "episode", from: ["c"], prices: [1] },
];

const come = ({ outcome, reason, states, spent }: Production) => [outcome, reason, states, spent];
const move = (world: World) => advanceProduction(world.deps, keyOf(world.production()), { by: "run-job", signal });

async function produce(world: World, budget?: number): Promise<void> {
  await world.start(world.deps, { budget });
  await world.rest();
  await world.checkAtRest();
}

describe("A budget", () => {
  it("that is enough for all is not spent where less will do", async () => {
    const world = await openWorld({ graph });
    await produce(world, 500);
    expect([come(world.production()), (await world.account()).balance]).toEqual([["completed", null, "dddd", 31], 969]);
  });

  it("that is short takes the cheapest way of what is left, and says so (15)", async () => {
    const world = await openWorld({ graph });
    await produce(world, 25);
    expect(come(world.production())).toEqual(["completed", null, "ddgd", 25]);
    expect(world.nodes()[2]?.degraded).toBe("other_seed");
  });

  it("that is one credit short even so ends the production, which goes on with more (15)", async () => {
    const world = await openWorld({ graph });
    await produce(world, 24);
    expect(come(world.production())).toEqual(["failed", "budget_exhausted", "ddgc", 24]);
    await resumeProduction(world.deps, keyOf(world.production()), { budget: 1 });
    await world.rest();
    await world.checkAtRest();
    expect([come(world.production()), (await world.account()).balance]).toEqual([["completed", null, "ddgd", 1], 975]);
  });

  it("has room again for what has failed", async () => {
    const world = await openWorld({ graph, script: failing("a 0") });
    await produce(world, 31);
    expect(come(world.production())).toEqual(["completed", null, "gddd", 25]);
  });

  it("of nothing makes what costs nothing", async () => {
    const world = await openWorld({ graph: [{ id: "episode", kind: "episode", prices: [0] }] });
    await produce(world, 0);
    expect([come(world.production()), (await world.account()).balance]).toEqual([["completed", null, "d", 0], 1000]);
  });

  it("that the account does not have is refused, and nothing is written", async () => {
    const world = await openWorld({ graph, credits: 30 });
    const before = world.table.dump();
    await expect(world.start()).rejects.toMatchObject({ status: 402 });
    expect(world.table.dump()).toBe(before);
  });

  it("of a remake is its own, for what is made anew and what hangs on it", async () => {
    const world = await openWorld({ graph, script: answering({}) });
    await produce(world);
    const { production: remade } = await remakeNodes(world.deps, keyOf(world.production()), ["a"]);
    expect([remade.budget, remade.states]).toEqual([21, "!d.."]);
    await world.rest();
    await world.checkAtRest();
    expect([come(world.production()), world.production().rounds.map(({ captured }) => captured)]).toEqual([
      ["completed", null, "dddd", 21],
      [31, 21],
    ]);
    expect((await world.account()).balance).toBe(1000 - 31 - 21);
  });
});

describe("The hold of a production", () => {
  const review = (world: World) => reviewAccount(world.deps, userId);
  const later = (world: World, ms: number) => world.clock.moveTo(world.clock.now() + ms);

  it("is extended while it goes on, beyond its deadline, and never given back (6)", async () => {
    const world = await openWorld({ graph });
    await world.start();
    await move(world);
    later(world, 121_000);
    await review(world);
    const [hold] = (await world.account()).holds;
    expect([hold?.amount, hold?.productionId]).toEqual([31, world.production().id]);
    expect(hold?.expiresAt).toBeGreaterThan(world.production().deadlineAt);
    await world.check();
  });

  it("is settled by the review when whoever ended the production died before that", async () => {
    const world = await openWorld({ graph });
    await world.start();
    await move(world);
    await world.runTickets();
    expect(world.production().state).toBe("settled");
    // As a process would have left it that died right behind its ending write.
    const ended = await openWorld({ graph });
    await ended.start();
    const dead = ended.depsOf();
    dead.changeAccount = () => Promise.reject(new Error("dead"));
    for (let turn = 0; turn < 50 && ended.production().state !== "ended"; turn++) {
      for (const ticket of ended.tickets.splice(0)) await ended.runTicket(ticket, dead).catch(() => null);
    }
    expect([ended.production().state, (await ended.account()).holds.length]).toEqual(["ended", 1]);
    later(ended, 121_000);
    await review(ended);
    expect([(await ended.account()).holds, (await ended.account()).balance]).toEqual([[], 969]);
    await ended.rest();
    await ended.checkAtRest();
    expect((await ended.account()).balance).toBe(969);
  });

  it("of a production that is not there is given back", async () => {
    const world = await openWorld({ graph });
    const { id } = await world.start();
    const item = world.table.items().find(({ sort }) => sort === `production#${id}`);
    if (item) await world.table.delete(item, { version: item.version });
    later(world, 121_000);
    await review(world);
    expect([(await world.account()).holds, (await world.account()).balance]).toEqual([[], 1000]);
  });

  it("is one of two at most that a user may have", async () => {
    const world = await openWorld({ graph });
    await world.start(world.deps, { projectId }, "1");
    const other = (id: string) => world.startOther(id);
    await other("p2");
    await expect(other("p3")).rejects.toMatchObject({ status: 429 });
    await world.rest();
    await world.checkAtRest();
    await other("p3");
    await world.rest();
    await world.checkAtRest();
  });
});

describe("A deadline", () => {
  const slow: GraphNode[] = [{ id: "a" }, { id: "episode", kind: "episode", from: ["a"] }];
  const waiting = { state: "started" as const, task: { id: "t" }, checkAfterMs: 60_000 };

  it("ends a production whose node never comes, charges nothing for that, and cancels it at its provider", async () => {
    const world = await openWorld({
      graph: slow,
      script: { start: () => waiting, check: () => ({ state: "running", checkAfterMs: 60_000 }), cancel: () => "done" },
    });
    const file = { ...world.wanted.file, deadlineMs: { ...world.wanted.file.deadlineMs, image: 86_400_000 } };
    await world.start(world.deps, { file });
    await world.rest();
    await world.checkAtRest();
    expect(come(world.production())).toEqual(["failed", "deadline_exceeded", "cs", 0]);
    expect((await world.account()).balance).toBe(1000);
    const { createdAt, deadlineMs, completedAt } = world.production();
    expect((completedAt ?? 0) - createdAt).toBeLessThan(deadlineMs + 120_000);
    expect(world.provider.calls.filter(({ name }) => name === "cancel").length).toBe(1);
  });

  it("of a node ends the node and not the production, which goes on without it", async () => {
    const world = await openWorld({
      graph: [{ id: "a" }, { id: "b" }, { id: "episode", kind: "episode", from: ["a?", "b"] }],
      script: {
        start: (_, __, call) => (call?.request.prompt === "a 0" ? waiting : done),
        check: () => ({ state: "running", checkAfterMs: 60_000 }),
      },
    });
    await world.start();
    await world.rest();
    await world.checkAtRest();
    expect(come(world.production())).toEqual(["completed", null, "fdd", 20]);
    expect(world.nodes()[0]?.makes[0]?.error?.type).toBe("deadline_exceeded");
  });

  it("that comes while its user cancels leaves one reason", async () => {
    const world = await openWorld({ graph: slow });
    await world.start();
    await move(world);
    await cancelProduction(world.deps, keyOf(world.production()));
    later(world);
    await world.rest();
    await world.checkAtRest();
    expect(world.production().reason).toBe("cancelled");
  });

  function later(world: World): void {
    world.clock.moveTo(world.production().deadlineAt + 1);
  }
  const done = { state: "succeeded" as const, sources: [{ kind: "stream" as const, data: { index: 0 } }] };
});
