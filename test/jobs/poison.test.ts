// Jobs that kill or break whoever looks at them (F53), and callers that come too late.
import { describe, expect, it } from "vitest";
import { keyOf } from "../../shared/jobs/job.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import { never, type World, worlds } from "./fixture.ts";
import { type Around, dying, jobPut, objectOf } from "./intercept.ts";
import { delivered, started } from "./outcomes.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();

/** A call of ours that breaks in the same way each time. */
function defectAt(fits: Parameters<typeof dying>[0]): Around {
  return async (call, act) => {
    if (fits(call)) throw new TypeError("undefined is not a function");
    return act();
  };
}

/** Looks at the job whenever it is due, up to so many times. */
async function look(w: World, times: number, around: Around): Promise<void> {
  const deps = w.process({ around });
  for (let looks = 0; looks < times && (await w.indexedAt()) !== null; looks++) {
    w.clock.moveTo((await w.indexedAt()) ?? 0);
    await w.run(deps);
  }
}

/** Runs the job in a process that is killed when half of a file has come, and was told of. */
async function dieInTheMiddle(w: World): Promise<void> {
  const told = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  let isKilled = false;
  const dead = dying(() => (isKilled ? "before" : null));
  const owner = w.process({
    async around(call, act) {
      const answer = await dead.around(call, act);
      if (jobPut(call)?.progress) told.resolve();
      return answer;
    },
  });
  async function* half() {
    yield tinyPng.subarray(0, tinyPng.length / 2);
    await told.promise;
    isKilled = true;
    killed.resolve();
    await new Promise(() => {});
  }
  const fetchSource = async () => ({ body: half(), contentLength: tinyPng.length });
  await Promise.race([w.run({ ...owner, fetchSource }), killed.promise]);
}

describe("A job that kills its owners", () => {
  it("is given up after ten of them, with the credits given back", async () => {
    const w = await open();
    await w.create();
    let deaths = 0;
    for (; (await w.job()).outcome === null && deaths < 20; deaths++) {
      const dead = dying((call) => (call.name === "start" || call.name === "open" ? "before" : null));
      await w.run(w.process({ around: dead.around })).catch(() => undefined);
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      if (!dead.isDead()) break;
    }
    expect(deaths).toBe(11);
    const job = await w.job();
    expect([job.outcome, job.error?.type]).toEqual(["failed", "internal"]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("in the middle of a file is given up after ten of them, however far each had got", async () => {
    const w = await open({
      provider: { start: () => ({ state: "succeeded", sources: [{ kind: "url", url: "https://cdn.example/1.png" }] }) },
    });
    await w.create();
    let runs = 0;
    for (; (await w.job()).outcome === null && runs < 30; runs++) {
      await dieInTheMiddle(w);
      w.clock.moveTo((await w.indexedAt()) ?? 0);
    }
    expect((await w.job()).error?.type).toBe("internal");
    // The first of them had made progress: the provider's success.
    expect(runs).toBe(12);
  });

  it("before it was ever submitted is given up, too, and its user sees that it failed", async () => {
    const w = await open();
    await w.create();
    for (let deaths = 0; (await w.job()).outcome === null && deaths < 20; deaths++) {
      const dead = dying((call) => (jobPut(call)?.phase === "submitting" ? "before" : null));
      await w.run(w.process({ around: dead.around })).catch(() => undefined);
      w.clock.moveTo((await w.indexedAt()) ?? 0);
    }
    const job = await w.job();
    expect([job.outcome, job.paidRound]).toEqual(["failed", 1]);
  });
});

describe("A job that is given up", () => {
  it("at the very moment at which an event completes it stays completed, and paid for", async () => {
    const w = await open();
    const { id, userId } = await w.create();
    await look(
      w,
      11,
      defectAt((call) => (objectOf(call, "copy") ? "before" : null)),
    );
    expect([(await w.job()).phase, (await w.job()).looks]).toEqual(["storing", 10]);
    w.clock.moveTo((await w.indexedAt()) ?? 0);
    const persisted: string[] = [];
    const tooLate = w.process({
      async around(call, act) {
        if (jobPut(call)?.outcome === "failed" && persisted.length === 0) {
          persisted.push(await persistOutput(w.deps, { userId, jobId: id, attempt: 1, index: 0 }));
        }
        return act();
      },
    });
    await w.run(tooLate);
    expect(persisted).toEqual(["kept"]);
    expect((await w.job()).outcome).toBe("completed");
    expect(await w.bookings()).toEqual(["charge -10"]);
    expect((await w.account()).spent).toBe(10);
  });

  it("while it is tidied up keeps its outcome, and is put aside for the operator", async () => {
    const w = await open({ startsAt: Date.now() });
    await w.create();
    await look(
      w,
      20,
      defectAt((call) => (objectOf(call, "delete") ? "before" : null)),
    );
    const job = await w.job();
    expect([job.phase, job.outcome, job.dueAt]).toEqual(["closed", "completed", null]);
    expect(await w.bookings()).toEqual(["charge -10"]);
    expect(w.log).toContainEqual(expect.objectContaining({ level: "error", message: "a job was given up" }));
    w.clock.pass(2 * 86_400_000);
    await purgeTemp(w.deps, never);
  });

  it("because its lost submission cannot be looked up leaves a note for the operator", async () => {
    const w = await open({
      provider: {
        lostSubmit: "lookUp",
        start: () => started("T1"),
        lookUp() {
          throw new Error("the connection broke");
        },
      },
    });
    const { id } = await w.create();
    const dead = dying((call) => (call.name === "start" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.providerCancel, job.uncertain]).toEqual(["failed", "unknown", [`${id}-1`]]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("while its hold cannot be settled is not put aside: its credits are never forgotten", async () => {
    const w = await open();
    await w.create();
    const isAccount = defectAt((call) => {
      const [item] = call.args as [{ sort?: string } | undefined];
      return call.name === "put" && item?.sort === "account" ? "before" : null;
    });
    await look(w, 20, isAccount);
    expect([(await w.job()).phase, (await w.job()).outcome]).toEqual(["ended", "completed"]);
    expect((await w.account()).holds).toHaveLength(1);
    await w.rest();
    expect((await w.account()).holds).toEqual([]);
    expect((await w.account()).spent).toBe(10);
  });
});

describe("A caller that comes too late", () => {
  it("takes nothing, and counts as no look, when the job is not due any more", async () => {
    const w = await open({ provider: { start: () => started("T1", 60_000), check: () => delivered(1) } });
    await w.create();
    let isFirst = true;
    const late = w.process({
      async around(call, act) {
        if (jobPut(call) && isFirst) {
          isFirst = false;
          await w.run();
        }
        return act();
      },
    });
    await w.run(late);
    const job = await w.job();
    expect([job.phase, job.lease, job.looks]).toEqual(["waiting", null, 0]);
  });

  it("in whatever number does not make a healthy job look like one that kills its owners", async () => {
    const w = await open({ provider: { start: () => started("T1", 60_000) } });
    const key = keyOf(await w.create());
    const all = Promise.withResolvers<void>();
    let waiting = 0;
    const late = Array.from({ length: 15 }, () => {
      let isFirst = true;
      return w.process({
        async around(call, act) {
          if (jobPut(call) && isFirst) {
            isFirst = false;
            if (++waiting === 15) {
              await w.run();
              all.resolve();
            }
            await all.promise;
          }
          return act();
        },
      });
    });
    await Promise.all(late.map((deps) => w.run(deps, key)));
    const job = await w.job();
    expect([job.outcome, job.phase]).toEqual([null, "waiting"]);
    expect(job.looks).toBe(0);
  });
});
