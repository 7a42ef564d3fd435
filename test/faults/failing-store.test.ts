// A store that answers 503 for a while, at each kind of call. Parts of multipart uploads belong to the adapters of clouds.
import { expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { worlds } from "../jobs/fixture.ts";
import { type Call, objectOf } from "../jobs/intercept.ts";
import { delivered } from "../jobs/outcomes.ts";

const open = worlds();

const isPut = (prefix: string) => (call: Call) => objectOf(call, "put")?.startsWith(prefix) ?? false;

const calls: [string, (call: Call) => boolean][] = [
  ["put of an output", isPut("temp/outputs/")],
  ["copy into its place", (call) => objectOf(call, "copy") !== null],
  ["delete of what is in the way", (call) => objectOf(call, "delete") !== null],
];

it.each(calls)(
  "F43: a %s that fails three times is tried again, and costs no attempt and no credits",
  async (_, at) => {
    const w = await open({ provider: { start: () => delivered(1) } });
    await w.create();
    let failures = 0;
    const shaky = w.process({
      async around(call, act) {
        if (at(call) && failures < 3 && ++failures) throw new AppError("unavailable");
        return act();
      },
    });
    for (let looks = 0; (await w.job()).phase !== "closed" && looks < 20; looks++) {
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      await w.run(shaky);
    }
    const { outcome, phase, attempt } = await w.job();
    expect([failures, outcome, phase, attempt]).toEqual([3, "completed", "closed", 1]);
    expect(w.provider.calls.filter(({ name }) => name === "start")).toHaveLength(1);
    expect(await w.bookings()).toEqual(["charge -10"]);
  },
);

it("F43: a ticket that cannot be put is no failure: the timer runs the job", async () => {
  const w = await open();
  const withoutTickets = w.process({
    async around(call, act) {
      if (isPut("temp/tickets/")(call)) throw new AppError("unavailable");
      return act();
    },
  });
  await w.createBy(withoutTickets);
  for (let looks = 0; (await w.job()).outcome === null && looks < 10; looks++) {
    w.clock.pass(20_000);
    await w.tick(withoutTickets);
  }
  const { outcome, attempt } = await w.job();
  expect([outcome, attempt]).toEqual(["completed", 1]);
});

it("F43: a store that never takes an output again: given up at the deadline, given back, and nothing is left in it", async () => {
  const w = await open();
  const { deadlineAt } = await w.create();
  const broken = w.process({
    async around(call, act) {
      if (!isPut("temp/outputs/")(call)) return act();
      // It takes what comes, and refuses it at the end.
      for await (const _ of call.args[1] as AsyncIterable<Uint8Array>);
      throw new AppError("unavailable");
    },
  });
  for (let looks = 0; (await w.job()).outcome === null && looks < 200; looks++) {
    w.clock.moveTo((await w.indexedAt()) ?? 0);
    await w.run(broken);
  }
  expect([w.clock.now(), (await w.job()).error?.type]).toEqual([deadlineAt, "deadline_exceeded"]);
  await w.rest();
  expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  expect(await w.objects("")).toEqual([]);
});

const refusal = () =>
  new AppError("unavailable", { forOperator: "The store refused for good: 403 AccessDenied.", cause: new Error("no") });

const steps: [string, (call: Call) => boolean][] = [
  ["put of an output", isPut("temp/outputs/")],
  ["copy into its place", (call) => objectOf(call, "copy") !== null],
];

it.each(steps)(
  "a %s that is refused for good ends the job at once, with the reason first in the log",
  async (_, at) => {
    const w = await open({ provider: { start: () => delivered(1) } });
    await w.create();
    const refused = w.process({
      async around(call, act) {
        if (at(call)) throw refusal();
        return act();
      },
    });
    const startedAt = w.clock.now();
    for (let looks = 0; (await w.job()).outcome === null && looks < 4; looks++) await w.run(refused);
    const { outcome, error } = await w.job();
    expect([outcome, error?.type, error?.retryable, w.clock.now()]).toEqual(["failed", "internal", true, startedAt]);
    expect(w.log[0]).toMatchObject({
      level: "error",
      message: "a job was ended: The store refused for good: 403 AccessDenied.",
      fields: { jobId: (await w.job()).id },
    });
    await w.rest();
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  },
);

it("a job that has ended is tidied up whenever the store lets it, however often it is refused for good", async () => {
  const w = await open({ provider: { start: () => delivered(1) } });
  await w.create();
  let refusals = 0;
  const refused = w.process({
    async around(call, act) {
      if (objectOf(call, "delete") !== null && refusals < 3 && ++refusals) throw refusal();
      return act();
    },
  });
  for (let looks = 0; (await w.job()).phase !== "closed" && looks < 20; looks++) {
    w.clock.moveTo((await w.indexedAt()) ?? 0);
    await w.run(refused);
  }
  expect([refusals, (await w.job()).outcome]).toEqual([3, "completed"]);
  expect(await w.bookings()).toEqual(["charge -10"]);
});
