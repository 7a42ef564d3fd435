import { describe, expect, it } from "vitest";
import { findHold, readAccount } from "../../shared/credits/account.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { keyOf, readJob } from "../../shared/jobs/job.ts";
import { type FeedNews, feedAfter, followFeed, isReadToItsEnd } from "../../shared/jobs/reading/feed.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { isSettled } from "../../shared/jobs/states.ts";
import { createDriver } from "../jobs/drive.ts";
import { never, type World, worlds } from "../jobs/fixture.ts";
import { itemPut } from "../jobs/intercept.ts";
import { delivered, failing, running, started } from "../jobs/outcomes.ts";

const open = worlds();
const refused = failing({ type: "moderation_blocked", retryable: false });
const MINUTE_MS = 60_000;

/** Jobs that go on for as long as the test wants: every pause is one that the test lets pass. */
const patient = {
  isBare: true,
  longestShortMs: 0,
  provider: { start: () => started("T1", 2 * MINUTE_MS) },
};

describe("Following", () => {
  it("tells every entry once and in order, then the whole job, and ends", async () => {
    const checks = [running(20), running(60), delivered(1)];
    const w = await open({ provider: { start: () => started("T1"), check: (n) => checks[n] ?? delivered(1) } });
    const first = await w.create();
    const news: FeedNews[] = [];
    const feed = followFeed(w.deps, first, { after: 0, ms: 10 * MINUTE_MS, signal: never });
    for await (const each of feed) {
      news.push(each);
      await w.run();
      w.clock.pass(3000);
    }
    const events = news.flatMap((each) => (each.is === "event" ? [each] : []));
    const job = await w.job();
    expect(events.map(({ event }) => event.n)).toEqual(job.feed.map(({ n }) => n));
    expect(events.map(({ event }) => event.status)).toEqual(job.feed.map(({ status }) => status));
    expect(events.map(({ isEnd }) => isEnd)).toEqual(job.feed.map(({ n }) => n === job.feed.length));
    expect(events.at(-1)?.event.job).toEqual(await publicJob(w.store, job));
    expect(events.at(-1)?.event).toMatchObject({ status: "completed", stage: "done", progress: 100 });
    expect(events.slice(0, -1).filter(({ event }) => event.job)).toEqual([]);
  });

  it("reads the job once a second and says every 15 seconds that it is still there", async () => {
    const { w, driver, deps, reads } = await counted();
    const following = collect(deps, await w.job(), { ms: 10 * MINUTE_MS, signal: never });
    const since = reads();
    await driver.to(w.clock.now() + 60_000);
    expect(reads() - since).toBe(60);
    expect(following.news.filter(({ is }) => is === "silence")).toHaveLength(4);
    await following.leave();
  });

  it("reads nothing any more once the caller has gone", async () => {
    const { w, driver, deps, reads } = await counted();
    const gone = new AbortController();
    const following = collect(deps, await w.job(), { ms: 10 * MINUTE_MS, signal: gone.signal });
    await driver.to(w.clock.now() + 5000);
    const before = reads();
    gone.abort();
    await following.done;
    await driver.to(w.clock.now() + MINUTE_MS);
    expect(reads()).toBe(before);
  });

  it("ends within ten seconds for a reader who may no longer look", async () => {
    const { w, driver, deps } = await counted();
    let isAllowed = true;
    const options = { ms: 10 * MINUTE_MS, signal: never, isAllowed: async () => isAllowed };
    const following = collect(deps, await w.job(), options);
    await driver.to(w.clock.now() + 30_000);
    const lockedAt = w.clock.now();
    isAllowed = false;
    expect(await driver.until(following.done)).toBe(true);
    expect(w.clock.now() - lockedAt).toBeLessThanOrEqual(10_000);
  });

  it("ends before its time is over, also when the clock goes back meanwhile", async () => {
    const { w, driver, deps } = await counted();
    const startedAt = w.clock.now();
    const following = collect(deps, await w.job(), { ms: 20_500, signal: never });
    expect(await driver.until(following.done)).toBe(true);
    expect(w.clock.now() - startedAt).toBe(20_000);

    let isBack = false;
    const jumping = {
      ...deps,
      clock: {
        ...deps.clock,
        now: () => w.clock.now() - (isBack ? 3_600_000 : 0),
        sleep: deps.clock.sleep.bind(deps.clock),
      },
    };
    const again = collect(jumping, await w.job(), { ms: 20_500, signal: never });
    isBack = true;
    const from = w.clock.now();
    expect(await driver.until(again.done)).toBe(true);
    expect(w.clock.now() - from).toBe(20_000);
  });

  it("hurries a job that is late, as every reader does", async () => {
    const { w, driver, deps } = await counted();
    const following = collect(deps, await w.job(), { ms: 10 * MINUTE_MS, signal: never });
    await driver.to(w.clock.now() + 3 * MINUTE_MS);
    expect((await w.job()).nudges).toBeGreaterThan(0);
    await following.leave();
  });

  it("goes on from an event that the reader has, and from the newest one for a number that was never given out", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    await w.create();
    await w.run();
    const job = await w.job();
    const numbers = async (after: number) => (await feedAfter(w.store, job, after)).items.map(({ n }) => n);
    expect(await numbers(0)).toEqual(job.feed.map(({ n }) => n));
    expect(await numbers(1)).toEqual(job.feed.slice(1).map(({ n }) => n));
    expect(await numbers(job.feed.length)).toEqual([]);
    const news: FeedNews[] = [];
    for await (const each of followFeed(w.deps, job, { after: 999, ms: 10 * MINUTE_MS, signal: never })) {
      news.push(each);
      await w.run();
      w.clock.pass(1000);
    }
    expect(news.find(({ is }) => is === "event")).toMatchObject({ event: { n: job.feed.length + 1 } });
    expect(news.at(-1)).toMatchObject({ isEnd: true });
  });
});

describe("The end", () => {
  it("shows in the feed only when the hold of its round is settled, at whatever write one looks", async () => {
    const checks = [running(50), refused, delivered(1)];
    const w = await open({ provider: { start: (n) => started(`T${n}`), check: (n) => checks[n] ?? delivered(1) } });
    const key = keyOf(await w.create());
    let looks = 0;
    let ends = 0;
    const watched = w.process({
      async around(call, act) {
        const answer = await act();
        if (!itemPut(call)) return answer;
        const job = (await readJob(w.table, key))?.job;
        const account = (await readAccount(w.table, key.userId))?.account;
        if (!job || !account) throw new Error("there is neither job nor account");
        const { items } = await feedAfter(w.store, job, 0);
        const isEnd = items.some((event) => event.job !== undefined);
        looks += 1;
        ends += isEnd ? 1 : 0;
        if (isEnd) expect(findHold(account, job.id, job.round)).toBeUndefined();
        if (job.phase === "ended")
          expect([items.at(-1)?.status, isReadToItsEnd(job, 1e6)]).toEqual(["processing", false]);
        return answer;
      },
    });
    const runOn = async () => {
      for (let turns = 0; turns < 20 && !isSettled(await w.job()); turns++) {
        await w.run(watched);
        w.clock.pass(3000);
      }
    };
    await runOn();
    expect((await w.job()).outcome).toBe("failed");
    await retryJob(watched, key);
    await runOn();
    expect((await w.job()).outcome).toBe("completed");
    expect(looks).toBeGreaterThan(15);
    expect(ends).toBeGreaterThan(1);
  });

  it("of an earlier round is only a step on the way, and the numbers go on", async () => {
    const w = await open({
      provider: {
        start: (n) => started(`T${n}`),
        check: (n) => (n === 0 ? refused : delivered(1)),
      },
    });
    const key = keyOf(await w.create());
    await w.rest();
    const failed = await w.job();
    const end = failed.feed.at(-1)?.n ?? 0;
    expect(isReadToItsEnd(failed, end)).toBe(true);
    await retryJob(w.deps, key);
    expect(isReadToItsEnd(await w.job(), end)).toBe(false);
    await w.rest();
    const { items, next } = await feedAfter(w.store, await w.job(), 0);
    expect(items.map(({ n }) => n)).toEqual(items.map((_, i) => i + 1));
    expect(items.filter(({ job }) => job).map(({ n }) => n)).toEqual([next]);
    expect(items[end - 1]).toMatchObject({ n: end, status: "failed" });
    expect(items[end]).toMatchObject({ n: end + 1, status: "pending" });
  });
});

it("Whoever was away for more than 50 events hears which are lost, and gets the rest", async () => {
  const w = await open({
    provider: { start: (n) => started(`T${n}`), check: (n) => (n % 4 === 3 ? failing() : running((n % 4) * 30 + 30)) },
  });
  const key = keyOf(await w.create());
  await w.rest();
  for (let retries = 0; retries < 3; retries++) {
    await retryJob(w.deps, key);
    await w.rest();
  }
  const job = await w.job();
  const oldest = job.feed[0]?.n ?? 0;
  const news: FeedNews[] = [];
  for await (const each of followFeed(w.deps, job, { after: 2, ms: MINUTE_MS, signal: never })) news.push(each);
  expect(news[0]).toEqual({ is: "gap", from: 3, to: oldest - 1 });
  expect(news.slice(1).map((each) => each.is === "event" && each.event.n)).toEqual(job.feed.map(({ n }) => n));
  expect(news.at(-1)).toMatchObject({ isEnd: true });
});

/** A world whose reads of the table are counted, as far as one process makes them. */
async function counted() {
  const w = await open(patient);
  const driver = createDriver(w.clock);
  let reads = 0;
  const deps = w.process({
    around(call, act) {
      if (call.port === "table" && call.name === "get") reads += 1;
      return driver.around(call, act);
    },
  });
  const key = keyOf(await w.create());
  await w.run();
  return { w, driver, deps, key, reads: () => reads };
}

/** Reads along until it ends. */
function collect(
  deps: JobDeps,
  job: Awaited<ReturnType<World["job"]>>,
  options: { ms: number; signal: AbortSignal; isAllowed?: () => Promise<boolean> },
) {
  const leave = new AbortController();
  const news: FeedNews[] = [];
  const read = async () => {
    const signal = AbortSignal.any([options.signal, leave.signal]);
    for await (const each of followFeed(deps, job, { ...options, after: 0, signal })) news.push(each);
  };
  const done = read();
  return {
    news,
    done,
    leave() {
      leave.abort();
      return done;
    },
  };
}
