// Sources that are made on opening: in turns, cancelled while they are made, and not held against the time that they wait.
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import type { NewJob } from "../../shared/jobs/asking/new-job.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import type { CallContext } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { jobPut } from "./intercept.ts";
import { toBeMade } from "./outcomes.ts";
import { pictures } from "./request.ts";
import { whole } from "./sources.ts";

const open = worlds();

/** Makes something until its caller gives up, and then goes on until the test lets it end. */
function maker() {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<unknown>();
  return {
    begun: begun.promise,
    aborted: aborted.promise,
    end: () => ended.resolve(),
    async make({ signal }: CallContext) {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      begun.resolve();
      await ended.promise;
      signal.throwIfAborted();
      return whole();
    },
  };
}

function opened(w: World): number {
  return w.provider.calls.filter((call) => call.name === "open").length;
}

describe("A job whose output is being made", () => {
  it("is cancelled, what makes it is told, and its credits come back", async () => {
    const { make, ...slow } = maker();
    const w = await open({ provider: { start: () => toBeMade(1), open: (_, context) => make(context) } });
    const key = keyOf(await w.create());
    const owner = w.run();
    await slow.begun;
    expect((await cancelJob(w.process(), key)).outcome).toBe("cancelled");
    w.clock.pass(2000);
    await slow.aborted;
    expect(await owner).toBeNull();
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    slow.end();
    await w.rest();
    expect(await w.objects("")).toEqual([]);
  });

  it("is cancelled also when others of its outputs lie in temp/ already, and they go", async () => {
    const { make, ...slow } = maker();
    const stored = Promise.withResolvers<void>();
    const w = await open({
      provider: { start: () => toBeMade(2), open: (index, context) => (index === 0 ? whole() : make(context)) },
    });
    const process = w.process({
      async around(call, act) {
        const result = await act();
        if (jobPut(call)?.deliveries[0]?.state === "stored") stored.resolve();
        return result;
      },
    });
    const key = keyOf(await w.create({ request: pictures(2) }));
    const owner = w.run(process);
    await Promise.all([slow.begun, stored.promise]);
    expect(await w.objects("temp/outputs/")).toHaveLength(1);
    expect((await cancelJob(w.process(), key)).outcome).toBe("cancelled");
    w.clock.pass(2000);
    await slow.aborted;
    slow.end();
    await owner;
    await w.rest();
    expect(await w.objects("")).toEqual([]);
    expect(await w.bookings()).toEqual(["charge -20", "refund 20"]);
  });

  it("can no longer be cancelled once the last of them lies in temp/", async () => {
    const w = await open({ provider: { start: () => toBeMade(1) } });
    const refusals: string[] = [];
    const process = w.process({
      async around(call, act) {
        const result = await act();
        if (jobPut(call)?.phase === "storing" && refusals.length === 0) {
          refusals.push("asked");
          const answer = await cancelJob(w.process(), keyOf(await w.job())).catch((error) => (error as AppError).type);
          refusals.push(String(answer));
        }
        return result;
      },
    });
    await w.create();
    await w.run(process);
    await w.rest();
    expect(refusals).toEqual(["asked", "too_late"]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("and that is cancelled in the moment in which it is made ends one way only", async () => {
    for (const before of [true, false]) {
      const w = await open({ provider: { start: () => toBeMade(1) } });
      const answers: string[] = [];
      const process = w.process({
        async around(call, act) {
          const isMade = jobPut(call)?.deliveries[0]?.state === "stored" && answers.length === 0;
          const cancel = async () => {
            answers.push("asked");
            const cancelling = cancelJob(w.process(), keyOf(await w.job()));
            answers.push(
              await cancelling.then(
                (job) => String(job.outcome),
                (error) => (error as AppError).type,
              ),
            );
          };
          if (isMade && before) await cancel();
          const result = await act();
          if (isMade && !before) await cancel();
          return result;
        },
      });
      await w.create();
      await w.run(process);
      await w.rest();
      expect([answers[1], (await w.job()).outcome]).toEqual(
        before ? ["cancelled", "cancelled"] : ["too_late", "completed"],
      );
      expect(await w.objects("temp/")).toEqual([]);
    }
  });
});

describe("A job that waits for its turn", () => {
  it("longer than making may take is still its owner's, and is made when its turn comes", async () => {
    const w = await open({ provider: { start: () => toBeMade(1) } });
    await w.create();
    const ends = await Promise.all([w.deps.turns.begin("other"), w.deps.turns.begin("another")]);
    const owner = w.run();
    const waited = () => w.clock.now();
    const until = waited() + 700_000;
    await nextPhase(w, "transferring");
    while (waited() < until) {
      w.clock.pass(5000);
      for (let i = 0; i < 20; i++) await nextTurn();
    }
    expect([opened(w), (await w.job()).phase]).toEqual([0, "transferring"]);
    for (const end of ends) end();
    await owner;
    expect([(await w.job()).outcome, (await w.job()).attempt, opened(w)]).toEqual(["completed", 1, 1]);
  });

  it("is never made when it is cancelled meanwhile", async () => {
    const w = await open({ provider: { start: () => toBeMade(1) } });
    const key = keyOf(await w.create());
    const ends = await Promise.all([w.deps.turns.begin("other"), w.deps.turns.begin("another")]);
    const owner = w.run();
    await nextPhase(w, "transferring");
    expect((await cancelJob(w.process(), key)).outcome).toBe("cancelled");
    for (const end of ends) end();
    expect(await owner).toBeNull();
    expect(opened(w)).toBe(0);
  });
});

it("what nobody waits for any more keeps its place until it has really ended", async () => {
  const { make, ...slow } = maker();
  const w = await open({ provider: { start: () => toBeMade(1), open: (_, context) => make(context) } });
  const key = keyOf(await w.create());
  const end = await w.deps.turns.begin("other");
  const owner = w.run();
  await slow.begun;
  await cancelJob(w.process(), key);
  w.clock.pass(2000);
  expect(await owner).toBeNull();
  let isServed = false;
  const waiting = w.deps.turns.begin("another").then(() => {
    isServed = true;
  });
  for (let i = 0; i < 20; i++) await nextTurn();
  expect(isServed).toBe(false);
  slow.end();
  await waiting;
  end();
});

const music: Partial<NewJob> = {
  type: "audio",
  request: { ...pictures(1), type: "audio", sound: { kind: "music", mood: "calm" } },
};

it.each<[string, Partial<NewJob>]>([
  ["a film", { type: "video" }],
  ["a piece of music", music],
])("%s waits for the one place of what takes long, and a picture of the same user does not", async (_, long) => {
  const w = await open({ provider: { start: () => toBeMade(1) } });
  const end = await w.deps.turns.begin("other", { isLong: true });
  const piece = await w.create(long);
  const picture = await w.create();
  const owner = w.run(w.deps, keyOf(piece));
  while ((await w.job(keyOf(piece))).phase !== "transferring") await nextTurn();
  await w.run(w.deps, keyOf(picture));
  expect((await w.job(keyOf(picture))).outcome).toBe("completed");
  expect(opened(w)).toBe(1);
  await cancelJob(w.process(), keyOf(piece));
  end();
  await owner;
  expect(opened(w)).toBe(1);
});

async function nextPhase(w: World, phase: string): Promise<void> {
  while ((await w.job()).phase !== phase) await nextTurn();
}
