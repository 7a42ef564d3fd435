// Going on with what has stopped: what is missing is made, and nothing else; whatever is refused changes nothing.
import { describe, expect, it } from "vitest";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { publicProduction } from "../../shared/productions/reading/public-production.ts";
import { resumeProduction } from "../../shared/productions/starting/resume.ts";
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
    const resumed = await resumeProduction(world.deps, key(world));
    expect([resumed.round, resumed.budget, (await world.account()).balance]).toEqual([2, 20, 970]);
    await world.rest();
    await world.checkAtRest();
    expect([world.production().outcome, world.production().states]).toEqual(["completed", "ddd"]);
    expect([(await world.account()).balance, starts(world)]).toEqual([970, 4]);
    expect(world.production().rounds.map(({ captured }) => captured)).toEqual([10, 20]);
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
