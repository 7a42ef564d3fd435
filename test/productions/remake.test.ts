// A remake that comes to less than it was to: the film that there was is not lost by it.
import { describe, expect, it } from "vitest";
import type { Ask } from "../../shared/drama/plan.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { contentsOf } from "../../shared/productions/exporting/contents.ts";
import { withEarlierBack, withFailed, withSame } from "../../shared/productions/graph.ts";
import { readPlan } from "../../shared/productions/plans.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { exportProduction } from "../../shared/productions/reading/export.ts";
import { listNodes, publicProduction } from "../../shared/productions/reading/public-production.ts";
import { quoteRound } from "../../shared/productions/starting/quote-round.ts";
import { remakeNodes, resumeProduction } from "../../shared/productions/starting/resume.ts";
import { succeeded } from "../jobs/scripted-provider.ts";
import { dyingBefore } from "./interrupted.ts";
import { graphPlanner, plain } from "./planner.ts";
import { answering, failing, no } from "./scripts.ts";
import { openWorld, type World } from "./world.ts";

const graph = [
  { id: "still" },
  { id: "clip", from: ["still"] },
  { id: "music" },
  { id: "episode", kind: "episode" as const, from: ["clip", "music?"] },
  { id: "poster", from: ["still?"] },
];

const key = (world: World) => keyOf(world.production());
const shown = (world: World) => publicProduction(world.production());

/** What the export has, by node: its job, and whether it says of it that it is stale. */
async function exported(world: World): Promise<Record<string, [string | undefined, boolean]>> {
  const { files } = await exportProduction(world.deps, world.production());
  return Object.fromEntries(files.map(({ node, madeBy, isStale }) => [node, [madeBy?.jobId, isStale]]));
}

/** What its archive says of itself. */
async function readmeOf(world: World): Promise<string> {
  const file = await readPlan(world.deps, world.production().planKey);
  const [first] = contentsOf(await exportProduction(world.deps, world.production()), file);
  return first && "text" in first ? first.text : "";
}

/** A film of 50, and whoever is named in `closed` fails from then on. */
async function filmed(options: { onFailure?: "stop" } = {}) {
  const closed = new Set<string>();
  const answers = graph.map(({ id }) => [`${id} 0`, () => (closed.has(id) ? no : succeeded)] as const);
  const world = await openWorld({ graph, script: answering(Object.fromEntries(answers)), ...options });
  await world.start();
  await world.rest();
  expect([world.production().states, (await world.account()).balance]).toEqual(["ddddd", 950]);
  return { world, closed, before: await exported(world) };
}

describe("A film of which a part is made anew", () => {
  it("is there as it was when that is cancelled at once", async () => {
    const { world, before } = await filmed();
    await remakeNodes(world.deps, key(world), ["still"]);
    expect(shown(world)).toMatchObject({ made: 1, nodes: 5, percent: 0 });
    await cancelProduction(world.deps, key(world));
    await world.rest();
    await world.checkAtRest();
    expect(shown(world)).toMatchObject({ status: "cancelled", made: 5, nodes: 5, percent: 100, spent: 0 });
    expect([world.production().states, await exported(world)]).toEqual(["ddddd", before]);
    expect(await readmeOf(world)).not.toContain("this is what was made of it");
    await expect(resumeProduction(world.deps, key(world))).rejects.toMatchObject({ type: "conflict" });
  });

  it("is there as it was when there is no budget for it", async () => {
    const { world, before } = await filmed();
    await remakeNodes(world.deps, key(world), ["still"], { budget: 0 });
    await world.rest();
    expect(shown(world)).toMatchObject({ status: "failed", reason: "budget_exhausted", made: 5 });
    expect([world.production().states, await exported(world)]).toEqual(["ddddd", before]);
  });

  it.each(["still", "music"])("is there as it was when the %s cannot be made, and costs nothing", async (name) => {
    const { world, closed, before } = await filmed();
    closed.add(name);
    await remakeNodes(world.deps, key(world), [name]);
    await world.rest();
    await world.checkAtRest();
    expect(shown(world)).toMatchObject({ status: "completed", made: 5, spent: 0 });
    // What was to be made of it finds that it has been made of that already.
    expect([world.production().states.replaceAll("r", "d"), await exported(world)]).toEqual(["ddddd", before]);
    const { items } = await listNodes(world.deps, world.production(), { limit: 9 });
    expect(items.find(({ id }) => id === name)?.makes.map(({ outcome }) => outcome)).toEqual(["completed", "failed"]);
  });

  it("is there as it was when its production stops at a failure", async () => {
    const { world, closed, before } = await filmed({ onFailure: "stop" });
    closed.add("still");
    await remakeNodes(world.deps, key(world), ["still"]);
    await world.rest();
    expect(shown(world)).toMatchObject({ status: "failed", reason: "node_failed", made: 5 });
    expect([world.production().states, await exported(world)]).toEqual(["ddddd", before]);
  });

  it("is shown as it was, and said to be stale, where its still is another one already; a resume makes that, and no more", async () => {
    const { world, before } = await filmed();
    // For the still and the poster, not for the clip.
    await remakeNodes(world.deps, key(world), ["still"], { budget: 20 });
    await world.rest();
    await world.checkAtRest();
    expect(shown(world)).toMatchObject({ status: "failed", reason: "budget_exhausted", spent: 20, made: 3 });
    const after = await exported(world);
    expect(after).toEqual({
      ...{ still: [expect.not.stringMatching(String(before.still?.[0])), false], music: before.music },
      ...{ clip: after.clip, poster: after.poster, episode: [before.episode?.[0], true] },
    });
    expect([after.clip, after.poster].filter((file) => file?.[1])).toHaveLength(1);
    const { items } = await listNodes(world.deps, world.production(), { limit: 9 });
    const stale = items.filter(({ state }) => state === "stale").map(({ id }) => id);
    expect(await readmeOf(world)).toContain("The production is failed: this is what was made of it.");
    expect((await quoteRound(world.deps, key(world), [])).parts).toEqual(stale);
    // Another round that comes to nothing leaves it so.
    await resumeProduction(world.deps, key(world));
    await cancelProduction(world.deps, key(world));
    await world.rest();
    expect(await exported(world)).toEqual(after);
    await resumeProduction(world.deps, key(world));
    await world.rest();
    await world.checkAtRest();
    expect(shown(world)).toMatchObject({ status: "completed", spent: 20, made: 5, percent: 100 });
    expect(Object.values(await exported(world)).map(([, isStale]) => isStale)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("What was to be made anew", () => {
  const plan = graphPlanner(graph).plan(plain);

  it("and never was there is lost, and makes nothing stale", () => {
    expect(withEarlierBack(plan, { states: "cccdd", earlier: "..d--" })).toBe("ccddd");
  });

  it("of another still than before is not what it was when it fails", () => {
    expect(withFailed(plan, { states: "da---", earlier: "dd-dd" }, 1).states).toBe("df---");
    expect(withFailed(plan, { states: "da---", earlier: "-d-dd" }, 1)).toEqual({ states: "dd---", earlier: "---dd" });
  });

  it("and is another one makes what hangs on it stale, not where it has come out the same", () => {
    const round = { states: "ddccd", earlier: "-dddd" };
    expect(withEarlierBack(plan, round)).toBe("dddod");
    expect(withEarlierBack(plan, withSame(round, 1))).toBe("ddddd");
  });

  it("and had no output of its own makes what was made without it stale, whatever comes of it", () => {
    const round = { states: "dddcd", earlier: "--.d-" };
    expect(withEarlierBack(plan, withSame(round, 2))).toBe("dddod");
  });
});

describe("A round that ends early", () => {
  it("leaves what hangs on a part that was used again as it was: nothing has become another", async () => {
    const world = await openWorld({
      graph: [
        { id: "line" },
        { id: "cut", from: ["line?"] },
        { id: "music", prices: [20] },
        { id: "episode", kind: "episode", from: ["cut", "music?"] },
      ],
      script: failing("line 0", "music 0"),
    });
    await world.start();
    await world.rest();
    expect([world.production().states, shown(world).status]).toEqual(["fdfd", "completed"]);
    const before = await exported(world);
    // The line is tried and fails again, the cut is used again, and there is no budget for the music.
    await resumeProduction(world.deps, key(world), { budget: 10 });
    await world.rest();
    await world.checkAtRest();
    expect(shown(world)).toMatchObject({ status: "failed", reason: "budget_exhausted", spent: 0, made: 2 });
    expect([world.production().states, await exported(world)]).toEqual(["frcd", before]);
  });

  it("leaves what hangs on a part that has come out the same as it was", async () => {
    const world = await openWorld({ graph });
    await world.start();
    await world.rest();
    const before = await exported(world);
    await remakeNodes(world.deps, key(world), ["music", "clip"], { budget: 10 });
    await world.rest();
    await world.checkAtRest();
    expect(shown(world)).toMatchObject({ reason: "budget_exhausted", spent: 10, made: 5 });
    const after = await exported(world);
    expect([after.episode, after.poster]).toEqual([before.episode, before.poster]);
  });

  it("says that what hangs on a part is stale where the part was taken from another one, also when whoever took it died at once", async () => {
    const planner = graphPlanner(twins);
    const world = await openWorld({
      graph: twins,
      planner: { ...planner, ask: (...asked) => alike(planner.ask(...asked)) },
      script: failing("portrait 0"),
    });
    await world.start();
    await world.rest();
    await remakeNodes(world.deps, key(world), ["still-2"]);
    await world.rest();
    const [, first, second] = world.nodes();
    expect(first?.output?.sha256).not.toBe(second?.output?.sha256);
    expect(world.production().states).toBe("frdr");
    await resumeProduction(world.deps, key(world), { budget: 10 });
    const dying = dyingBefore(world.table, ({ sort }) => {
      return sort.startsWith("production#") && world.nodes()[1]?.output?.jobId === second?.output?.jobId;
    });
    await world.rest({ by: world.depsOf({ table: dying }), turns: 9 }).catch(() => null);
    expect([world.nodes()[1]?.output, world.production().states]).toEqual([second?.output, "f.d."]);
    await world.rest();
    await world.checkAtRest();
    expect([world.production().states, shown(world).reason]).toEqual(["frdo", "budget_exhausted"]);
  });
});

/** Two stills in the same words; the film shows the first one. */
const twins = [
  { id: "portrait" },
  { id: "still-1", from: ["portrait?"] },
  { id: "still-2" },
  { id: "episode", kind: "episode" as const, from: ["still-1"], prices: [20] },
];

function alike({ request, inputs }: Ask): Ask {
  return { request: { ...request, prompt: request.prompt.replace(/^still-\d/, "still") }, inputs };
}
