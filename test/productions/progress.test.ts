// What a user is told of how far a production is: what is lost is no progress, and what is being stopped comes to no new stage.
import { expect, test } from "vitest";
import { advanceProduction } from "../../shared/productions/advancing/advance.ts";
import { withLossPassedOn } from "../../shared/productions/graph.ts";
import { keyOf, type Production } from "../../shared/productions/production.ts";
import { progressOf } from "../../shared/productions/progress.ts";
import { toStopping } from "../../shared/productions/states.ts";
import { graphPlanner, plain } from "./planner.ts";
import { signal } from "./timers.ts";
import { openWorld } from "./world.ts";

const graph = [
  { id: "portrait" },
  { id: "still-1", from: ["portrait"] },
  { id: "still-2", from: ["portrait"] },
  { id: "cut", kind: "episode" as const, from: ["still-1?", "still-2?"] },
];
const plan = graphPlanner(graph).plan(plain);
const none = { providers: new Map(), settings: { productionParallel: 8 } };

async function running(): Promise<Production> {
  const world = await openWorld({ graph });
  await world.start();
  await advanceProduction(world.deps, keyOf(world.production()), { by: "run-job", signal });
  const production = world.production();
  expect([production.state, production.progress.stage, production.progress.percent]).toEqual([
    "running",
    "starting",
    0,
  ]);
  const states = "d...";
  const begun = { ...production, states };
  return { ...begun, progress: progressOf(begun, plan, none) };
}

test("while it is stopped it does not come to cut what has no pictures", async () => {
  const begun = await running();
  expect(begun.progress).toMatchObject({ stage: "pictures", made: 1, percent: 24 });
  const stopping = { ...toStopping(begun, 0, "cancelled"), states: "dcc." };
  expect(progressOf(stopping, plan, none)).toMatchObject({ stage: "pictures", made: 1, percent: 24, restMs: null });
});

test("pictures that cannot be made are no progress either; what is made without them goes on", async () => {
  const begun = await running();
  const lost = { ...begun, states: "dff." };
  // Half of what there is to be had: the portrait, and the cut that is still to come.
  expect(progressOf(lost, plan, none)).toMatchObject({ stage: "cutting", made: 1, percent: 49 });
  const passedOn = { ...begun, states: withLossPassedOn(plan, "f...") };
  expect(progressOf({ ...passedOn, progress: begun.progress }, plan, none)).toMatchObject({ made: 0, percent: 24 });
});

test("what is left is counted by what its provider usually takes, until one of its kind has been made", async () => {
  const begun = await running();
  const slow = { ...none, providers: new Map([["scripted", { typicalMs: 80_000 }]]) };
  const times = { still: [16_000] };
  expect(progressOf(begun, plan, slow)).toMatchObject({ restMs: (3 * 80_000) / 8 });
  const restMs = 2 * 16_000 + 80_000;
  expect(progressOf({ ...begun, times }, plan, slow)).toMatchObject({ restMs: restMs / 8 });
  const one = { ...slow, settings: { productionParallel: 1 } };
  expect(progressOf({ ...begun, times }, plan, one)).toMatchObject({ restMs });
});

test("what a user reads of a film that is cancelled in the middle says no more than was made", async () => {
  const world = await openWorld({ graph });
  await world.start();
  await world.goOn();
  const { cancelProduction } = await import("../../shared/productions/ending/stop.ts");
  await cancelProduction(world.deps, keyOf(world.production()));
  await world.rest({ withTickets: true });
  const { feed, states } = world.production();
  const made = states.replaceAll(/[^dgr]/g, "").length;
  for (const { percent, stage, made: told } of feed) {
    expect(percent).toBeLessThanOrEqual(Math.ceil((100 * made) / graph.length));
    expect([told <= made, stage]).toEqual([true, expect.not.stringMatching("cutting")]);
  }
});
