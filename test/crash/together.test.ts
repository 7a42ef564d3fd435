// One machine writes key, job and hold in one step, and the end of a round with what becomes of its hold: there is nothing in between to die in.
import { describe, expect, test } from "vitest";
import { until } from "../api/user.ts";
import { comeToRest } from "./at-rest.ts";
import type { GapOf } from "./gaps.ts";
import { generated, imported, type Row, sketch, survives, survivesWithoutClient } from "./generation.ts";
import { checkAtRest } from "./invariants.ts";
import { readTable } from "./remains.ts";
import { words } from "./vendor.ts";
import { vendorIds } from "./vendor-provider.ts";
import { AFTER_LEASES_S, inWorld, welcomeCredits } from "./world.ts";

type Cancelling = "together: before end and refund" | "together: after end and refund";
type Running = Exclude<GapOf<"together">, Cancelling>;

/** Whether the job goes on although its client never asks again. */
const rows: Record<Running, Row & { goesOn: boolean }> = {
  "together: before key, job and hold": { ...generated("a lake"), goesOn: false },
  "together: after key, job and hold": { ...sketch, goesOn: true },
  "together: before end and capture": { ...imported, goesOn: true },
  "together: after end and capture": { ...sketch, goesOn: true },
};
const gaps = Object.entries(rows) as [Running, Row & { goesOn: boolean }][];

describe.concurrent("a process on one machine that dies", () => {
  test.for(gaps)("%s: the repeat goes on with the same job, charged once", ([gap, row]) => survives(gap, row));

  test.for(gaps)("%s: without a repeat it goes on if it was written, else it never was", ([gap, row]) =>
    survivesWithoutClient(gap, row, row.goesOn),
  );

  test.for<Cancelling>(["together: before end and refund", "together: after end and refund"])(
    "%s: a cancel that is repeated gives the credits back once",
    (gap) =>
      inWorld(async (world) => {
        await world.start({ gap });
        const user = await world.register();
        const json = { prompt: words.waits, provider: vendorIds.byReference };
        const { id } = (await user.call("POST", "/ai/generate-image", { json })).body.data;
        await until(
          async () => readTable(world.dataDir).jobs[0]?.phase,
          (phase) => phase === "waiting",
        );
        const cancel = () => user.call("POST", `/jobs/${id}/cancel`);
        await world.diesDuring(cancel);
        await world.start({ secondsLater: AFTER_LEASES_S });
        expect((await cancel()).status).toBe(200);
        await comeToRest(world.place);
        const { body } = await user.call("GET", "/credits");
        expect(body.data.balance).toBe(welcomeCredits);
        await checkAtRest(world, [user]);
      }),
  );

  test("right after the answer, with the ticket in its memory: the next one runs the job without being asked", () =>
    inWorld(async (world) => {
      await world.start();
      const user = await world.register();
      const json = { prompt: words.waits, provider: vendorIds.byReference };
      const asked = await Promise.all(
        Array.from({ length: 5 }, () => user.call("POST", "/ai/generate-image", { json: { ...json } })),
      );
      await world.kill();
      expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 202));
      await world.start({ secondsLater: AFTER_LEASES_S });
      await until(
        async () => readTable(world.dataDir).jobs.map(({ phase }) => phase),
        (phases) => phases.length === 5 && phases.every((phase) => phase === "waiting"),
      );
      world.vendor.release();
      await comeToRest(world.place);
      expect(readTable(world.dataDir).jobs.map(({ outcome }) => outcome)).toEqual(asked.map(() => "completed"));
      await checkAtRest(world, [user]);
    }));
});
