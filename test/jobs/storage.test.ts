// What a user's files take: room before anything is kept, one write that makes it count, and nothing twice, whoever dies or is faster.
import { describe, expect, it } from "vitest";
import { type Account, accountItem, readAccount } from "../../shared/credits/account.ts";
import { requireBytes, roomsOf, withRooms } from "../../shared/credits/storage.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { type JobInput, keyOf } from "../../shared/jobs/job.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { countStorage } from "../../shared/jobs/money/count-storage.ts";
import { endJob } from "../../shared/jobs/money/ending.ts";
import { reserveRoom } from "../../shared/jobs/money/room.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { toEnded } from "../../shared/jobs/states.ts";
import { never, type World, worlds } from "./fixture.ts";
import { dying, itemPut, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing } from "./outcomes.ts";
import { pictures, userId } from "./request.ts";
import { whole } from "./sources.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();
const size = tinyPng.length;
const limited = (maxStoredBytes: number) => ({ credits: 1000, settings: { maxStoredBytes } });

async function change(w: World, by: (account: Account) => Account): Promise<void> {
  const stored = await readAccount(w.table, userId);
  if (!stored) throw new Error("the account is gone");
  await w.table.put(accountItem(by(stored.account)), { version: stored.version });
}

/** As an older version left it. */
const uncounted = (w: World) => change(w, ({ usedBytes: _, uploads: __, ...account }) => account);

function refusalOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => "taken",
    (error) => (error instanceof AppError ? `${error.status} ${error.message}` : String(error)),
  );
}

describe("A job that completes", () => {
  it("counts what it keeps in the very write that captures its credits, and room for it was there before", async () => {
    const w = await open({ provider: { start: () => delivered(3) } });
    await w.create({ request: pictures(3) });
    const seen: unknown[] = [];
    const watched = w.process({
      async around(call, act) {
        const item = itemPut(call);
        if (item?.sort === "account") {
          const { spent, usedBytes, holds } = item.data as unknown as Account;
          seen.push([spent, usedBytes, holds.map(({ bytes }) => bytes)]);
        }
        if (objectOf(call, "copy")) seen.push("copy");
        return act();
      },
    });
    await w.run(watched);
    expect(seen).toEqual(["copy", "copy", "copy", [30, 3 * size, []]]);
    expect(await w.account()).toMatchObject({ usedBytes: 3 * size });
  });

  it("near the limit has its room by a write of its own, before anything is copied", async () => {
    const w = await open(limited(2 * size));
    await w.create();
    const seen: unknown[] = [];
    const watched = w.process({
      async around(call, act) {
        const item = itemPut(call);
        if (item?.sort === "account") seen.push((item.data as unknown as Account).holds[0]?.bytes);
        if (objectOf(call, "copy")) seen.push("copy");
        return act();
      },
    });
    await w.run(watched);
    expect(seen).toEqual([size, "copy", undefined]);
  });

  it("in part counts the part", async () => {
    const open3 = (index: number) => (index === 2 ? failingSource() : whole());
    const w = await open({ ...limited(10 * size), provider: { start: () => delivered(3), open: open3 } });
    await w.create({ request: pictures(3) });
    await w.rest();
    expect(await w.account()).toMatchObject({ usedBytes: 2 * size, spent: 20 });
  });
});

// biome-ignore lint/correctness/useYield: it breaks at once
async function* failingSource(): AsyncGenerator<Uint8Array> {
  throw new AppError("moderation_blocked");
}

describe("With nothing left", () => {
  it("a new job is refused, says why, and writes nothing", async () => {
    const w = await open(limited(size));
    await w.create();
    await w.run();
    const [jobs, account] = [await w.jobs(), await w.account()];
    expect(await refusalOf(w.create())).toBe(
      `507 Your files take ${size} bytes of ${size} bytes, and the rest is too little or set aside. Delete jobs, uploads or projects that you do not need.`,
    );
    expect([await w.jobs(), await w.account()]).toEqual([jobs, account]);
  });

  it("a retry is refused and leaves the job as it failed, also when the room went at the last moment", async () => {
    const w = await open({ ...limited(size), provider: { start: (n) => (n === 0 ? never_() : delivered(1)) } });
    const key = keyOf(await w.create());
    await w.run();
    const before = await w.job();
    const slow = w.process({
      async around(call, act) {
        const answer = await act();
        if (jobPut(call)?.round === 2 && jobPut(call)?.outcome === null)
          await change(w, (a) => ({ ...a, maxBytes: 0 }));
        return answer;
      },
    });
    expect(await refusalOf(retryJob(slow, key))).toMatch(/^507 /);
    expect(await refusalOf(retryJob(w.deps, key))).toMatch(/^507 /);
    expect([await w.job().then(({ error, retries }) => [error, retries])]).toEqual([[before.error, 0]]);
  });

  it("the operator's exception counts instead of the setting, both ways", async () => {
    const w = await open(limited(size));
    await change(w, (account) => ({ ...account, maxBytes: 0 }));
    expect(await refusalOf(w.create())).toMatch(/^507 /);
    await change(w, (account) => ({ ...account, maxBytes: 2 * size }));
    for (let n = 0; n < 2; n++) await advance(w.deps, keyOf(await w.create()), { by: "run-job", signal: never });
    expect(await refusalOf(w.create())).toMatch(/^507 /);
    expect(await w.account()).toMatchObject({ usedBytes: 2 * size });
  });
});

const never_ = () => failing({ retryable: false });

describe("What is delivered and does not fit", () => {
  it("ends the round with a clear error and its credits back, keeps nothing, and asks the provider no second time", async () => {
    const w = await open({ ...limited(size + 1), provider: { start: () => delivered(2) } });
    const key = keyOf(await w.create({ request: pictures(2) }));
    await w.run();
    const shown = await publicJob(w.store, await w.job());
    expect([shown.status, shown.error?.type, shown.error?.retryable, shown.attempts]).toEqual([
      "failed",
      "storage_full",
      true,
      1,
    ]);
    expect(shown.error?.message).toContain("Delete jobs, uploads or projects");
    await w.rest();
    expect([await w.bookings(), await w.objects("users/")]).toEqual([["charge -20", "refund 20"], []]);
    await change(w, (account) => ({ ...account, maxBytes: 2 * size }));
    await retryJob(w.deps, key);
    await w.rest();
    expect([(await w.job()).outcome, (await w.account()).usedBytes]).toEqual(["completed", 2 * size]);
  });

  it("is left to whoever still transfers for the attempt when an event finds out first", async () => {
    const w = await open({ ...limited(1), provider: { start: () => delivered(2) } });
    const key = keyOf(await w.create({ request: pictures(2) }));
    let outcome: string | null = null;
    const slow = w.process({
      async around(call, act) {
        const answer = await act();
        const job = jobPut(call);
        const isHalf = job?.phase === "transferring" && job.deliveries.some(({ state }) => state === "stored");
        if (isHalf && outcome === null) {
          const index = job.deliveries.findIndex(({ state }) => state === "stored");
          outcome = await persistOutput(w.process(), { ...key, attempt: 1, index });
          expect((await w.job()).outcome).toBeNull();
        }
        return answer;
      },
    });
    await w.run(slow);
    const { error, attempt } = await w.job();
    expect([outcome, error?.type, attempt]).toEqual(["dropped", "storage_full", 1]);
  });

  it("of several jobs at once is decided one by one: what fits is kept, and never more than that", async () => {
    const w = await open({ ...limited(3 * size + 1) });
    const jobs = await Promise.all(Array.from({ length: 8 }, () => w.create()));
    await Promise.all(jobs.map((job) => advance(w.process(), keyOf(job), { by: "run-job", signal: never })));
    await w.rest();
    const ended = (await w.jobs()).map(({ outcome, error }) => error?.type ?? outcome);
    expect(ended.toSorted()).toEqual([...Array(3).fill("completed"), ...Array(5).fill("storage_full")]);
    expect((await w.account()).usedBytes).toBe(3 * size);
  });

  it("meets a cancel, a deadline and a completion: the round ends once", async () => {
    const w = await open({ ...limited(1) });
    const key = keyOf(await w.create());
    const slow = w.process({
      async around(call, act) {
        if (jobPut(call)?.error?.type === "storage_full") {
          await endJob(w.deps, key, 1, (job, now) => toEnded(job, now, { outcome: "cancelled", captured: 0 }));
        }
        return act();
      },
    });
    await w.run(slow);
    await w.rest();
    expect([(await w.job()).outcome, await w.bookings()]).toEqual(["cancelled", ["charge -10", "refund 10"]]);
  });
});

describe("Whoever keeps an output may die", () => {
  const gaps = [
    ["behind the write that set room aside", (item: Account) => item.holds.some(({ bytes = 0 }) => bytes > 0)],
    ["behind the write that captured and counted", (item: Account) => item.spent > 0],
  ] as const;
  for (const [name, isHere] of gaps) {
    for (const moment of ["before", "after"] as const) {
      it(`${moment === "before" ? "right before, not " : ""}${name}: it counts once`, async () => {
        const w = await open(limited(5 * size));
        await w.create();
        const dead = dying((call) => {
          const item = itemPut(call);
          return item?.sort === "account" && isHere(item.data as unknown as Account) ? moment : null;
        });
        await w.run(w.process({ around: dead.around })).catch(() => undefined);
        expect(dead.isDead()).toBe(true);
        await w.rest();
        expect(await w.account()).toMatchObject({ usedBytes: size, holds: [] });
      });
    }
  }

  it("and the room of a round that ends otherwise is free again", async () => {
    const w = await open(limited(size));
    await w.create({ deadlineMs: 100_000 });
    const dead = dying((call) => (objectOf(call, "copy") ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect((await w.account()).holds[0]?.bytes).toBe(size);
    w.clock.pass(101_000);
    await w.rest();
    expect([(await w.job()).error?.type, (await w.account()).usedBytes]).toEqual(["deadline_exceeded", 0]);
    await advance(w.deps, keyOf(await w.create()), { by: "run-job", signal: never });
    expect((await w.account()).usedBytes).toBe(size);
  });

  it("room is set aside once by two who persist the same output", async () => {
    const w = await open(limited(size));
    await w.create();
    const dead = dying((call) => (objectOf(call, "copy") ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    const job = await w.job();
    const rooms = await Promise.all([1, 2, 3].map(() => reserveRoom(w.process(), job)));
    expect(rooms).toEqual(Array(3).fill({ state: "reserved" }));
    expect((await w.account()).holds[0]?.bytes).toBe(size);
  });
});

describe("Inputs that a failed job keeps for its retry", () => {
  const fetched: JobInput = { origin: { url: "https://example.com/lake.png" }, file: null };
  const fetchSource = async () => ({ body: whole(), contentLength: null });

  it("count until the retry has them in its hands, and not once it completes", async () => {
    const w = await open({ fetchSource, provider: { start: (n) => (n < 2 ? never_() : delivered(1)) } });
    const key = keyOf(await w.create({ inputs: [fetched] }));
    await w.run();
    expect((await w.account()).usedBytes).toBe(size);
    await retryJob(w.deps, key);
    expect((await w.account()).usedBytes).toBe(0);
    await w.run();
    expect((await w.account()).usedBytes).toBe(size);
    await retryJob(w.deps, key);
    await w.run();
    await w.rest();
    expect([(await w.job()).outcome, (await w.account()).usedBytes]).toEqual(["completed", size]);
  });

  it("count as before when the retry could not be paid for", async () => {
    const w = await open({ credits: 10, fetchSource, provider: { start: never_ } });
    const key = keyOf(await w.create({ inputs: [fetched] }));
    await w.run();
    const slow = w.process({
      async around(call, act) {
        const answer = await act();
        if (jobPut(call)?.round === 2 && jobPut(call)?.outcome === null) await w.create();
        return answer;
      },
    });
    expect(await refusalOf(retryJob(slow, key))).toMatch(/^402 /);
    expect((await w.account()).usedBytes).toBe(size);
  });
});

describe("An account of a version that did not count", () => {
  it("is counted from the records when somebody needs it, and then goes on by itself", async () => {
    const w = await open({ provider: { start: () => delivered(2) } });
    for (let n = 0; n < 3; n++) {
      await advance(w.deps, keyOf(await w.create({ request: pictures(2) })), { by: "run-job", signal: never });
    }
    await uncounted(w);
    await advance(w.deps, keyOf(await w.create({ request: pictures(2) })), { by: "run-job", signal: never });
    expect((await w.account()).usedBytes).toBeUndefined();
    await Promise.all([w.deps, w.process(), w.process()].map((deps) => countStorage(deps, userId)));
    expect((await w.account()).usedBytes).toBe(8 * size);
  });

  it("is counted before its jobs are kept to a limit", async () => {
    const w = await open(limited(2 * size));
    for (let n = 0; n < 2; n++) await advance(w.deps, keyOf(await w.create()), { by: "run-job", signal: never });
    await uncounted(w);
    const third = keyOf(await w.create());
    await advance(w.deps, third, { by: "run-job", signal: never });
    expect([(await w.job(third)).error?.type, (await w.account()).usedBytes]).toEqual(["storage_full", 2 * size]);
  });

  it("meeting a completion at every step of the count counts each file once", async () => {
    for (let n = 1; ; n++) {
      const w = await open();
      await advance(w.deps, keyOf(await w.create()), { by: "run-job", signal: never });
      await uncounted(w);
      const key = keyOf(await w.create());
      let calls = 0;
      const slow = w.process({
        async around(_, act) {
          if (++calls === n) await advance(w.deps, key, { by: "run-job", signal: never });
          return act();
        },
      });
      await countStorage(slow, userId);
      if (calls < n) return expect(n).toBeGreaterThan(4);
      expect([n, (await w.account()).usedBytes]).toEqual([n, 2 * size]);
    }
  });
});

describe("The account", () => {
  it("with as many holds, uploads and lines as there may be has less than 8 KB", async () => {
    const w = await open({ credits: 100_000 });
    const jobs = await Promise.all(Array.from({ length: 20 }, () => w.create({ provider: "dashscope-international" })));
    expect(jobs.length).toBe(20);
    const rooms = Array.from({ length: 20 }, () => ({
      id: w.deps.ids.uuid(),
      bytes: 10 * 1024 ** 2,
      until: w.clock.now() + 1_050_000,
    }));
    const account = withRooms(await w.account(), rooms);
    expect([account.holds.length, roomsOf(account)]).toEqual([20, rooms]);
    expect(JSON.stringify(account).length).toBeLessThan(8 * 1024);
  });

  it("says what is wrong when it does not say what the records say", async () => {
    const w = await open();
    await w.create();
    await w.run();
    const read = async () => ({ account: await w.account(), olderLines: [], jobs: await w.jobs(), uploads: [] });
    expect(checkLedger(await read(), w.clock.now())).toEqual([]);
    await change(w, (account) => ({ ...account, usedBytes: size + 1 }));
    expect(checkLedger(await read(), w.clock.now())).toEqual([
      `the files take ${size} bytes, but the account says ${size + 1}`,
    ]);
    await change(w, (account) => ({ ...account, usedBytes: size }));
  });

  it("has room for what is exactly as large as what is left", async () => {
    const w = await open();
    const account = await w.account();
    expect(() => requireBytes(account, 100, 100)).not.toThrow();
    expect(() => requireBytes(account, 100, 101)).toThrow("Your files take 0 bytes of 100 bytes");
  });
});
