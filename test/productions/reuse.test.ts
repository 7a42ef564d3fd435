// Paying only for what has changed: what the project has from an earlier production is used for nothing, and nothing else is.
import { describe, expect, it } from "vitest";
import type { Planner } from "../../shared/drama/plan.ts";
import { advanceProduction } from "../../shared/productions/advancing/advance.ts";
import { nodeJobId } from "../../shared/productions/node.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { quoteProject } from "../../shared/productions/starting/quote.ts";
import { remakeNodes } from "../../shared/productions/starting/resume.ts";
import { ahead } from "../jobs/hand-clock.ts";
import { dyingBefore, stoppedBefore } from "./interrupted.ts";
import { type GraphNode, graphPlanner, planFileOf } from "./planner.ts";
import { answering, no } from "./scripts.ts";
import { signal } from "./timers.ts";
import { openWorld, projectId, userId, type World } from "./world.ts";

const graph: GraphNode[] = [
  { id: "portrait" },
  { id: "still-1", from: ["portrait"] },
  { id: "still-2", from: [] },
  { id: "episode", kind: "episode", from: ["still-1", "still-2"] },
];

const starts = (world: World) => world.provider.calls.filter(({ name }) => name === "start").length;
const newest = (world: World) => world.newest();

async function again(world: World, file = world.wanted.file): Promise<void> {
  await world.start(world.deps, { file }, `again ${world.productions().length}`);
  await world.rest();
  await world.checkAtRest();
}

async function quoted(world: World, file = world.wanted.file) {
  return quoteProject(world.deps, { userId, projectId }, file);
}

describe("A second production of a project", () => {
  it("that is the same makes nothing and costs nothing, as it was quoted", async () => {
    const world = await openWorld({ graph, script: answering({}) });
    await again(world);
    expect([starts(world), (await world.account()).balance]).toEqual([4, 960]);
    expect(await quoted(world)).toMatchObject({ nodes: 0, price: 0, reused: 4, degraded: [] });
    await again(world);
    expect([newest(world).states, newest(world).outcome, newest(world).spent]).toEqual(["rrrr", "completed", 0]);
    expect([starts(world), (await world.account()).balance, world.nodeJobs().length]).toEqual([4, 960, 4]);
    expect(world.nodes(newest(world).id).map(({ output }) => output?.sha256)).toEqual(
      world.nodes(world.productions()[0]?.id).map(({ output }) => output?.sha256),
    );
  });

  it("makes what has changed and what is made from that, and nothing else", async () => {
    const world = await openWorld({ graph, script: answering({}) });
    await again(world);
    const changed = {
      ...world.planner,
      ...graphPlanner(graph.map((node) => (node.id === "still-1" ? { ...node, wish: "in the rain" } : node))),
    };
    const file = planFileOf(changed);
    Object.assign(world.planner, changed);
    expect(await quoted(world, file)).toMatchObject({ nodes: 2, price: 20, reused: 2 });
    await again(world, file);
    expect([newest(world).states, starts(world), (await world.account()).balance]).toEqual(["rdrd", 6, 940]);
  });

  it("makes what is no longer in the store, and what was made from it is used as it is when that is made the same", async () => {
    const world = await openWorld({ graph });
    await again(world);
    const [portrait] = world.nodes();
    await world.store.delete(portrait?.output?.key ?? "");
    await again(world);
    expect([newest(world).states, starts(world)]).toEqual(["drrr", 5]);
    for (const { output } of world.nodes(newest(world).id))
      expect(await world.store.head(output?.key ?? "")).not.toBe(null);
    await again(world);
    expect([newest(world).states, starts(world)]).toEqual(["rrrr", 5]);
  });

  it("uses what is less than was wanted without being asked, says so before, and a remake takes its place", async () => {
    let isDown = true;
    const twoWays = graph.map((node) => (node.id === "portrait" ? { ...node, prices: [10, 3] } : node));
    const world = await openWorld({
      graph: twoWays,
      script: answering({ "portrait 0": () => (isDown ? no : fine()) }),
    });
    await again(world);
    expect([world.production().states, world.production().spent]).toEqual(["gddd", 33]);
    expect(await quoted(world)).toMatchObject({ price: 0, reused: 4, degraded: ["portrait"] });
    await again(world);
    expect([newest(world).states, newest(world).spent, world.nodes(newest(world).id)[0]?.degraded]).toEqual([
      "rrrr",
      0,
      "other_seed",
    ]);
    isDown = false;
    await remakeNodes(world.deps, keyOf(newest(world)), ["portrait"]);
    await world.rest();
    await world.checkAtRest();
    expect([newest(world).states, newest(world).spent, world.nodes(newest(world).id)[0]?.degraded]).toEqual([
      "ddrd",
      30,
      null,
    ]);
    expect(await quoted(world)).toMatchObject({ price: 0, reused: 4, degraded: [] });
  });

  it("that has another label drawn into its film, or is no dry run any more, makes that anew", async () => {
    const world = await openWorld({ graph, script: answering({}) });
    const label = { text: "AI", isRequired: true, isDeclined: false, loggedForMs: 1 };
    await again(world);
    await again(world, { ...world.wanted.file, labels: { image: label } });
    expect([newest(world).states, newest(world).spent]).toEqual(["rrrd", 10]);
    await again(world, { ...world.wanted.file, dryRun: true });
    expect(newest(world).states).toBe("dddd");
    await again(world);
    expect(newest(world).states).toBe("rrrr");
  });
});

describe("An owner that was away while all went on", () => {
  it("does not put back an output that had gone from the store and was made again", async () => {
    const world = await openWorld({ graph, script: answering({}) });
    await again(world);
    const lost = world.nodes()[0]?.output?.key ?? "";
    const { id } = await world.start(world.deps, {}, "second");
    const { stopped, isThere, goOn } = stoppedBefore(
      world.table,
      (name, sort) => name === "put" && sort === `node#${id}#0000`,
    );
    const late = advanceProduction(world.depsOf({ table: stopped }), keyOf(newest(world)), { by: "run-job", signal });
    await isThere;
    await world.store.delete(lost);
    const later = world.depsOf({ clock: ahead(world.clock, 16_000) });
    await advanceProduction(later, keyOf(newest(world)), { by: "run-job", signal });
    await world.rest();
    expect(newest(world).state).toBe("settled");
    const [before] = world.nodes(id);
    goOn();
    await late;
    expect(world.nodes(id)[0]).toEqual(before);
    expect(before?.output?.jobId).toBe(nodeJobId(id, 0, 1));
    await world.checkAtRest();
  });

  it("made anew is asked for with another seed, the same however often its owner dies, and is what the project has then", async () => {
    const seeded = graphPlanner(graph);
    const planner: Planner = {
      ...seeded,
      ask(...asked) {
        const { request, inputs } = seeded.ask(...asked);
        return { request: { ...request, seed: 7 }, inputs };
      },
    };
    const world = await openWorld({ graph, planner, script: answering({}) });
    await again(world);
    const seeds = () =>
      world.nodeJobs().flatMap(({ production, request }) => (production?.node === 2 ? [request.seed] : []));
    expect(seeds()).toEqual([7]);
    await remakeNodes(world.deps, keyOf(world.production()), ["still-2"]);
    // It dies with the job made, and before that is admitted.
    const dying = dyingBefore(world.table, ({ data }) => String(data.states).includes("A"));
    await world.rest({ by: world.depsOf({ table: dying }), turns: 3 }).catch(() => null);
    expect([new Set(seeds()).size, world.production().states]).toEqual([2, "dd!."]);
    await world.rest();
    await world.checkAtRest();
    expect([seeds().length, new Set(seeds()).size, world.production().states]).toEqual([2, 2, "dddd"]);
    await remakeNodes(world.deps, keyOf(world.production()), ["still-2"]);
    await world.rest();
    expect(new Set(seeds()).size).toBe(3);
    await again(world);
    expect(newest(world).states).toBe("rrrr");
  });

  it("does not put what was made from an old picture in the place of what is to be made from the new one", async () => {
    const world = await openWorld({ graph, script: answering({}) });
    const { id } = await world.start();
    await world.rest({ untilMs: world.clock.now() });
    // Whoever brings the still's marker stands still before it reads what the still was made from.
    let isMarked = false;
    const { stopped, isThere, goOn } = stoppedBefore(world.table, (name, sort) => {
      isMarked ||= world.production(id).markers.some(({ node }) => node === 1);
      return isMarked && name === "get" && sort === `node#${id}#0000`;
    });
    const slow = world.depsOf({ table: stopped });
    let late: Promise<unknown> = Promise.resolve();
    for (let turn = 0; turn < 50 && !isMarked; turn++) {
      late = advanceProduction(slow, keyOf(world.production(id)), { by: "run-job", signal });
      await Promise.race([late, isThere]);
      if (!isMarked) for (const ticket of world.tickets.splice(0)) await world.runTicket(ticket);
    }
    await isThere;
    await world.rest();
    expect(world.production(id).states).toBe("dddd");
    await remakeNodes(world.deps, keyOf(world.production(id)), ["portrait"]);
    const next = nodeJobId(id, 1, 2);
    const dying = world.depsOf({ table: dyingBefore(world.table, ({ sort }) => sort === `nodejob#${next}`) });
    for (let turn = 0; turn < 50 && world.production(id).states[0] !== "d"; turn++) {
      for (const ticket of world.tickets.splice(0)) await world.runTicket(ticket, dying).catch(() => null);
      world.clock.moveTo(world.clock.now() + 500);
    }
    expect(world.production(id).states).toBe("d.d.");
    goOn();
    await late;
    await world.rest();
    await world.checkAtRest();
    expect(world.nodes(id)[1]?.output?.jobId).toBe(next);
  });
});

const fine = () => ({ state: "succeeded" as const, sources: [{ kind: "stream" as const, data: { index: 0 } }] });
