// Who gave a production a webhook hears of the end of each round that was paid for, once, whoever dies in between.
import { expect, it } from "vitest";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { resumeProduction } from "../../shared/productions/starting/resume.ts";
import type { Delivery } from "../../shared/webhooks/delivery.ts";
import { dying, intercepted } from "../jobs/intercept.ts";
import { dyingBefore } from "./interrupted.ts";
import { answering, no } from "./scripts.ts";
import { openWorld, type World } from "./world.ts";

const graph = [{ id: "still" }, { id: "episode", kind: "episode" as const, from: ["still"] }];
const webhookUrl = "https://example.com/hook";

const deliveriesOf = (world: World) =>
  world.table
    .items()
    .filter(({ sort }) => sort.startsWith("delivery#"))
    .map(({ data }) => data as unknown as Delivery);

const told = (world: World) =>
  deliveriesOf(world).map(({ of, jobId, round, outcome, url }) => [of, jobId, round, outcome, url]);

/** The first round fails, the second one makes what was missing. */
function mending() {
  let isBroken = true;
  const mend = () => {
    isBroken = false;
  };
  return { script: answering({ "still 0": () => (isBroken ? no : ok) }), mend };
}
const ok = { state: "succeeded" as const, sources: [{ kind: "stream" as const, data: { index: 0 } }] };

it("each round is told of as it came out", async () => {
  const { script, mend } = mending();
  const world = await openWorld({ graph, script });
  const { id } = await world.start(world.deps, { webhookUrl });
  await world.rest();
  expect(told(world)).toEqual([["production", id, 1, "failed", webhookUrl]]);
  mend();
  await resumeProduction(world.deps, keyOf(world.production()));
  await world.rest();
  expect(told(world)).toEqual([
    ["production", id, 1, "failed", webhookUrl],
    ["production", id, 2, "completed", webhookUrl],
  ]);
});

it("without a URL, and of a round that nobody paid for, nobody hears", async () => {
  const world = await openWorld({ graph });
  await world.start();
  await world.rest();
  const poor = await openWorld({ graph, credits: 5 });
  await expect(poor.start(poor.deps, { webhookUrl })).rejects.toMatchObject({ status: 402 });
  const dead = await openWorld({ graph });
  const isProject = ({ sort }: { sort: string }) => sort.startsWith("project#");
  const dies = dead.depsOf({ table: dyingBefore(dead.table, isProject) });
  await expect(dead.start(dies, { webhookUrl })).rejects.toThrow();
  for (const each of [poor, dead]) await each.rest();
  for (const each of [world, poor, dead]) expect(deliveriesOf(each)).toEqual([]);
});

it("of an end that was not closed yet it is told before the next round begins", async () => {
  const { script, mend } = mending();
  const world = await openWorld({ graph, script });
  const { id } = await world.start(world.deps, { webhookUrl });
  const dead = world.depsOf({ table: dyingBefore(world.table, ({ sort }) => sort.startsWith("delivery#")) });
  for (let turn = 0; turn < 100 && world.production().state !== "settled"; turn++)
    await world.goOn(dead).catch(() => 0);
  expect([world.production().state, deliveriesOf(world)]).toEqual(["settled", []]);
  mend();
  await resumeProduction(world.deps, keyOf(world.production()));
  expect(told(world)).toEqual([["production", id, 1, "failed", webhookUrl]]);
});

it("at whichever write somebody dies, the end is told once", async () => {
  let nth = 0;
  for (let isDead = true; isDead; ) {
    nth++;
    const world = await openWorld({ graph });
    let count = 0;
    const death = dying(({ port, name }) => (port === "table" && name === "put" && ++count === nth ? "before" : null));
    const deps = world.depsOf(intercepted(world, death.around));
    await world.start(deps, { webhookUrl }, "k").catch(() => null);
    for (let turn = 0; turn < 200 && !death.isDead(); turn++) if (!(await world.goOn(deps).catch(() => true))) break;
    isDead = death.isDead();
    const { id } = await world.start(world.deps, { webhookUrl }, "k");
    await world.rest();
    await world.checkAtRest();
    const outcome = [nth, deliveriesOf(world).map((each) => [each.jobId, each.outcome, each.url])];
    expect(outcome).toEqual([nth, [[id, "completed", webhookUrl]]]);
  }
  expect(nth).toBeGreaterThan(30);
});

it("a cancelled one is told of as cancelled", async () => {
  const world = await openWorld({ graph });
  const { id } = await world.start(world.deps, { webhookUrl });
  await cancelProduction(world.deps, keyOf(world.production()));
  await world.rest();
  expect(told(world)).toEqual([["production", id, 1, "cancelled", webhookUrl]]);
});
