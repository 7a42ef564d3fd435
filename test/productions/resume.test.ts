// Going on with what has stopped: what is missing is made, and nothing else; whatever is refused changes nothing.
import { describe, expect, it } from "vitest";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { publicProduction } from "../../shared/productions/reading/public-production.ts";
import { remakeNodes, resumeProduction } from "../../shared/productions/starting/resume.ts";
import { succeeded } from "../jobs/scripted-provider.ts";
import { dyingBefore } from "./interrupted.ts";
import { answering, no } from "./scripts.ts";
import { openWorld, projectItem, type World } from "./world.ts";

const graph = [
  { id: "portrait" },
  { id: "still", from: ["portrait"] },
  { id: "episode", kind: "episode" as const, from: ["still"] },
];
const written = [{ id: "screenplay", kind: "screenplay" as const }, ...graph];

const key = (world: World) => keyOf(world.production());
const starts = (world: World) => world.provider.calls.filter(({ name }) => name === "start").length;

describe("Resume", () => {
  it("makes what is missing and nothing else, for what that costs", async () => {
    let isDown = true;
    const world = await openWorld({ graph, script: answering({ "still 0": () => (isDown ? no : succeeded) }) });
    await world.start();
    await world.rest();
    expect([world.production().outcome, world.production().reason, world.production().states]).toEqual([
      "failed",
      "incomplete",
      "dfs",
    ]);
    expect([(await world.account()).balance, starts(world)]).toEqual([990, 2]);
    isDown = false;
    const { production: resumed } = await resumeProduction(world.deps, key(world));
    expect([resumed.round, resumed.budget, (await world.account()).balance]).toEqual([2, 20, 970]);
    await world.rest();
    await world.checkAtRest();
    expect([world.production().outcome, world.production().states]).toEqual(["completed", "ddd"]);
    expect([(await world.account()).balance, starts(world)]).toEqual([970, 4]);
    expect(world.production().rounds.map(({ captured }) => captured)).toEqual([10, 20]);
  });

  it("puts what was missing into what was made without it, which costs nothing where it is missing still", async () => {
    let isDown = true;
    const withMusic = [
      ...graph.slice(0, 2),
      { id: "music" },
      { ...graph[2], id: "episode", from: ["still", "music?"] },
    ];
    const world = await openWorld({
      graph: withMusic,
      script: answering({ "music 0": () => (isDown ? no : succeeded) }),
    });
    const episode = () => world.nodes().find(({ id }) => id === "episode")?.output?.sha256;
    await world.start();
    await world.rest();
    const silent = episode();
    expect([world.production().states, (await world.account()).balance]).toEqual(["ddfd", 970]);
    await resumeProduction(world.deps, key(world));
    await world.rest();
    expect([episode() === silent, (await world.account()).balance]).toEqual([true, 970]);
    isDown = false;
    await resumeProduction(world.deps, key(world));
    await world.rest();
    await world.checkAtRest();
    expect([world.production().outcome, episode() === silent]).toEqual(["completed", false]);
    expect((await world.account()).balance).toBe(950);
  });

  it("goes on behind a screenplay that was written, when it was stopped before the rest was planned", async () => {
    const world = await openWorld({ graph: written, screenplay: null, script: answering({}) });
    await world.start();
    await untilWritten(world);
    await cancelProduction(world.deps, key(world));
    await world.rest();
    expect([world.production().outcome, world.production().states]).toEqual(["cancelled", "d"]);
    await resumeProduction(world.deps, key(world));
    await world.rest();
    await world.checkAtRest();
    expect([world.production().outcome, world.production().states]).toEqual(["completed", "dddd"]);
    expect((await world.account()).balance).toBe(960);
  });

  it("of one that nobody can pay for gives it back as it was, to the last word", async () => {
    const world = await openWorld({ graph, credits: 30, script: answering({ "still 0": no }) });
    await world.start();
    await world.rest();
    const before = publicProduction(world.production());
    await world.table.put(projectItem("other"), "absent");
    const dying = dyingBefore(world.table, ({ sort }) => sort === "account");
    await resumeProduction(world.depsOf({ table: dying }), key(world)).catch(() => null);
    expect(world.production().state).toBe("starting");
    // Somebody else spends what there is.
    await world.start(world.deps, { projectId: "other", budget: 20 }, "other");
    await world.rest();
    await world.checkAtRest();
    const { round, updatedAt, ...after } = publicProduction(world.production(before.id));
    expect(round).toBe(2);
    expect({ ...after, round: 1, updatedAt: before.updatedAt }).toEqual(before);
  });
});

describe("A round that is asked for under an Idempotency-Key", () => {
  const remake = (world: World, deps = world.deps, idempotencyKey = "k") =>
    remakeNodes(deps, key(world), ["still"], { budget: 30 }, idempotencyKey);
  const filmed = async (script = answering({})) => {
    const world = await openWorld({ graph, script });
    await world.start();
    await world.rest();
    return world;
  };

  it("is begun once, however late it is asked for again", async () => {
    const world = await filmed();
    expect(await remake(world)).toMatchObject({ isNew: true, production: { round: 2 } });
    expect(await remake(world)).toMatchObject({ isNew: false, production: { round: 2, state: "starting" } });
    await world.rest();
    expect(await remake(world)).toMatchObject({ isNew: false, production: { round: 2, state: "settled" } });
    expect([(await world.account()).balance, starts(world)]).toEqual([950, 5]);
    expect(await remake(world, world.deps, "other")).toMatchObject({ isNew: true, production: { round: 3 } });
    await world.rest();
    // Behind another round it still stands for its own.
    expect(await remake(world)).toMatchObject({ isNew: false, production: { round: 3, state: "settled" } });
    expect((await world.account()).balance).toBe(930);
    await world.checkAtRest();
  });

  it("is not another one: of another part, or for another budget", async () => {
    const world = await filmed();
    await remake(world);
    await world.rest();
    const mismatch = { type: "idempotency_mismatch" };
    await expect(remakeNodes(world.deps, key(world), ["still"], {}, "k")).rejects.toMatchObject(mismatch);
    await expect(remakeNodes(world.deps, key(world), ["portrait"], { budget: 30 }, "k")).rejects.toMatchObject(
      mismatch,
    );
    expect(world.production().round).toBe(2);
  });

  it("that was resumed and failed again is not begun anew", async () => {
    const world = await filmed(answering({ "still 0": no }));
    expect(world.production().outcome).toBe("failed");
    expect(await resumeProduction(world.deps, key(world), {}, "k")).toMatchObject({ isNew: true });
    await world.rest();
    expect(await resumeProduction(world.deps, key(world), {}, "k")).toMatchObject({ isNew: false });
    expect([world.production().round, starts(world)]).toEqual([2, 3]);
  });

  it("is begun and paid for once, whichever write its first caller dies before", async () => {
    for (let before = 0, isDead = true; isDead; before++) {
      const world = await filmed();
      let writes = 0;
      const dying = dyingBefore(world.table, () => writes++ === before);
      isDead = await remake(world, world.depsOf({ table: dying })).then(
        () => false,
        () => true,
      );
      await remake(world);
      await world.rest();
      await remake(world);
      await world.checkAtRest();
      expect([before, world.production().outcome, (await world.account()).balance]).toEqual([before, "completed", 950]);
      if (!isDead) expect(before).toBeGreaterThan(3);
    }
  });

  it("that goes on with one of somebody who died stands for that one", async () => {
    const world = await filmed(answering({ "still 0": no }));
    const dying = dyingBefore(world.table, ({ sort }) => sort === "account");
    await expect(resumeProduction(world.depsOf({ table: dying }), key(world))).rejects.toThrow("dead");
    expect(await resumeProduction(world.deps, key(world), {}, "k")).toMatchObject({ production: { round: 2 } });
    await world.rest();
    expect(await resumeProduction(world.deps, key(world), {}, "k")).toMatchObject({ isNew: false });
    expect([world.production().round, world.production().state]).toEqual([2, "settled"]);
    await world.checkAtRest();
  });

  it("that was refused is begun when it is asked for again and can be paid for", async () => {
    const world = await openWorld({ graph, credits: 60, script: answering({}) });
    await world.start();
    await world.rest();
    const dying = dyingBefore(world.table, ({ sort }) => sort === "account");
    await expect(remake(world, world.depsOf({ table: dying }))).rejects.toThrow("dead");
    await world.startOther("other");
    await expect(remake(world)).rejects.toMatchObject({ type: "insufficient_credits" });
    expect(world.production()).toMatchObject({ round: 2, state: "settled", outcome: "completed" });
    await cancelProduction(world.deps, keyOf(world.newest()));
    await world.rest();
    expect(await remake(world)).toMatchObject({ isNew: true, production: { round: 3 } });
    await world.rest();
    await world.checkAtRest();
    expect([world.production().outcome, (await world.account()).balance]).toEqual(["completed", 10]);
  });
});

/** Its timers go on until the screenplay is there, and not one step further. */
async function untilWritten(world: World): Promise<void> {
  const dying = dyingBefore(
    world.table,
    ({ sort, data }) => sort.startsWith("production#") && data.isExpanded === true,
  );
  for (let turn = 0; turn < 60 && world.production().states !== "d"; turn++) {
    await world.rest({ by: world.depsOf({ table: dying }), untilMs: world.clock.now() + 1000 }).catch(() => null);
    world.clock.moveTo(world.clock.now() + 1000);
  }
  expect([world.production().states, world.production().isExpanded]).toEqual(["d", false]);
}
