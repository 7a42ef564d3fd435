import { describe, expect, test } from "vitest";
import type { Job } from "../../shared/jobs/job.ts";
import { until } from "../api/user.ts";
import type { GapOf } from "./gaps.ts";
import { generated, type Row, sentAlong, sketch, survives, survivesWithoutClient } from "./generation.ts";
import { checkAtRest } from "./invariants.ts";
import { readTable } from "./remains.ts";
import { AFTER_LEASES_S, inWorld, type World } from "./world.ts";

/** Whether the job goes on although its client never asks again. */
const rows: Record<GapOf<"create">, Row & { goesOn: boolean }> = {
  "create: after the key": { ...sketch, goesOn: false },
  "create: after the input": { ...sentAlong, goesOn: false },
  "create: before the job": { ...generated("a lake"), goesOn: false },
  "create: after the job": { ...sentAlong, goesOn: false },
  "create: before the hold": { ...sketch, goesOn: false },
  "create: after the hold": { ...generated("a lake"), goesOn: true },
  "create: before the ticket": { ...sentAlong, goesOn: true },
  "create: after the ticket": { ...generated("a lake"), goesOn: true },
};
const gaps = Object.entries(rows) as [GapOf<"create">, Row & { goesOn: boolean }][];

const sketched = { prompt: "a lake", provider: "sketch", size: "64x64" };

describe.concurrent("a process that dies while it creates a job", () => {
  test.for(gaps)("F01: %s: the repeat goes on with the same job, charged once", ([gap, row]) => survives(gap, row));

  test.for(gaps)("F01: %s: without a repeat it goes on if it was paid for, else it never was", ([gap, row]) =>
    survivesWithoutClient(gap, row, row.goesOn),
  );

  test("a repeat that pays for a job makes it due, also when a timer has put it off meanwhile", () =>
    inWorld(async (world) => {
      await world.start({ gap: "create: after the job" });
      const user = await world.register();
      const headers = { "idempotency-key": "the one" };
      const ask = () => user.call("POST", "/ai/generate-image", { json: sketched, headers });
      await world.diesDuring(ask);
      const before = theJob(world);
      await world.start({ secondsLater: AFTER_LEASES_S });
      await until(
        async () => theJob(world),
        ({ dueAt, lease }) => dueAt !== before.dueAt && lease === null,
      );
      expect((await ask()).status).toBe(202);
      const { phase, dueAt } = theJob(world);
      const isPutOff = phase === "queued" && dueAt !== null && dueAt > Date.now() + AFTER_LEASES_S * 1000;
      expect([phase, isPutOff]).toEqual([phase, false]);
      await checkAtRest(world, [user]);
    }));
});

/** The only one that there is. */
function theJob({ dataDir }: World): Job {
  const [job, ...others] = readTable(dataDir).jobs;
  if (!job || others.length > 0) throw new Error(`there are ${others.length + (job ? 1 : 0)} jobs`);
  return job;
}
