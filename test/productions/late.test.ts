// Owners that wake when everything has gone on without them, and what was made in part before a stop: nothing of an earlier round gets into a later one.
import { expect, it } from "vitest";
import { readJob } from "../../shared/jobs/job.ts";
import { advanceProduction } from "../../shared/productions/advancing/advance.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { remakeNodes } from "../../shared/productions/starting/resume.ts";
import { dyingBefore } from "./interrupted.ts";
import { unique } from "./scripts.ts";
import { signal } from "./timers.ts";
import { openWorld, userId, type World } from "./world.ts";

const graph = [
  { id: "portrait" },
  { id: "still", from: ["portrait"] },
  { id: "episode", kind: "episode" as const, from: ["still"] },
];

const move = (world: World, deps = world.deps) =>
  advanceProduction(deps, keyOf(world.production()), { by: "run-job", signal });

/** The sha256 of what each node's job was given is that of what its production has now. */
async function checkInputs(world: World): Promise<void> {
  const outputs = new Map(world.nodes().map(({ index, output }) => [index, output?.sha256]));
  for (const { index, output } of world.nodes()) {
    if (index === 0 || !output) continue;
    const job = (await readJob(world.table, { userId, jobId: output.jobId }))?.job;
    expect([index, job?.inputs?.map(({ file }) => file?.sha256)]).toEqual([index, [outputs.get(index - 1)]]);
  }
}

async function dieBetweenJobAndEntry(world: World): Promise<void> {
  await world.start();
  const dying = dyingBefore(world.table, ({ sort, data }) => {
    return sort.startsWith("production#") && String((data as { states?: string }).states).startsWith("da");
  });
  const deps = world.depsOf({ table: dying });
  for (let turn = 0; turn < 40 && world.nodeJobs().length < 2; turn++) {
    for (const ticket of world.tickets.splice(0)) await world.runTicket(ticket, deps).catch(() => null);
    world.clock.moveTo(world.clock.now() + 500);
  }
  expect([world.nodeJobs().length, world.production().states]).toEqual([2, "d.."]);
}

it.each(["pending", "ended unpaid"])(
  "a job that was never admitted, %s, is not what a later round makes its node from, when its inputs have changed",
  async (as) => {
    const world = await openWorld({ graph, script: { open: unique } });
    await dieBetweenJobAndEntry(world);
    await cancelProduction(world.deps, keyOf(world.production()));
    for (let turn = 0; turn < 40 && world.production().state !== "settled"; turn++) {
      await move(world);
      world.clock.moveTo(world.clock.now() + 500);
    }
    if (as === "ended unpaid") await world.rest();
    expect([
      world.production().states,
      world
        .nodeJobs()
        .map(({ outcome }) => outcome)
        .toSorted(),
    ]).toEqual(["dcc", as === "pending" ? ["completed", null] : ["completed", "failed"]]);
    await remakeNodes(world.deps, keyOf(world.production()), ["portrait"]);
    await world.rest();
    await world.checkAtRest();
    expect(world.production().states).toBe("ddd");
    await checkInputs(world);
  },
);
