import { describe, expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { placeOf, placeText } from "../../shared/productions/reading/place.ts";
import { everythingAfter, followEverything, type UserEvent } from "../../shared/productions/reading/user-feed.ts";
import { createDriver } from "../jobs/drive.ts";
import { never, type World, worlds } from "../jobs/fixture.ts";
import { itemPut } from "../jobs/intercept.ts";
import { delivered, failing, running, started } from "../jobs/outcomes.ts";
import { userId } from "../jobs/request.ts";
import { rest as untilAtRest } from "../jobs/timers.ts";
import { userId as filmMaker, openWorld as openFilms } from "../productions/world.ts";

const open = worlds();
const MINUTE_MS = 60_000;
const refused = failing({ type: "moderation_blocked", retryable: false });

describe("a reader of everything", () => {
  it.each([1, 2, 3, 5, 8, 13])(
    "who comes back at every %ith write hears of each job's events once, in order, without a gap, to its end",
    async (every) => {
      const { w, heard, look } = await listening(every);
      const first = await w.createBy(w.deps);
      const second = await w.createBy(w.deps);
      await w.run(w.deps, keyOf(first));
      await w.run(w.deps, keyOf(second));
      const third = await w.createBy(w.deps);
      await w.run(w.deps, keyOf(third));
      await cancelJob(w.deps, keyOf(third));
      await w.rest();
      const failed = (await w.jobs()).find(({ outcome }) => outcome === "failed");
      if (failed) await retryJob(w.deps, keyOf(failed));
      await w.rest();
      await look();
      for (const job of await w.jobs()) {
        const told = heard.flatMap((each) => (each.event !== "snapshot" && about(each) === job.id ? [each] : []));
        const numbers = told.map(({ data }) => data.n);
        const from = numbers[0] ?? 0;
        expect(numbers).toEqual(job.feed.map(({ n }) => n).filter((n) => n >= from));
        expect(told[0]?.data).toMatchObject({ job: { id: job.id } });
        expect(told.at(-1)).toMatchObject({ event: "ended", data: { job: { status: job.outcome } } });
      }
      expect(heard[0]).toEqual({ event: "snapshot", data: { jobs: [], productions: [], missed: false } });
      expect(heard.filter(({ event }) => event === "snapshot")).toHaveLength(1);
    },
  );

  it("hears of what began and ended while nobody looked, also when it cost nothing", async () => {
    const { w, heard, look } = await listening(Number.POSITIVE_INFINITY, { settings: { maxActiveFreeJobs: 20 } });
    await look();
    const jobs = [await w.createBy(w.deps, { price: 0 }), await w.createBy(w.deps)];
    await w.rest();
    await look();
    const ended = heard.flatMap((each) => (each.event === "ended" ? [about(each)] : []));
    expect(ended.toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
    await look();
    expect(heard).toHaveLength(3);
  });

  it("who has missed more endings than are counted gets a snapshot that says so", async () => {
    const { w, heard, look } = await listening(Number.POSITIVE_INFINITY, { credits: 1000 });
    await look();
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 11; j++) await w.createBy(w.deps);
      await w.rest();
    }
    const unfinished = await w.createBy(w.deps);
    await look();
    expect(heard.slice(1)).toEqual([
      { event: "snapshot", data: { jobs: [await publicJob(w.store, unfinished)], productions: [], missed: true } },
    ]);
    await w.rest();
    await look();
    expect(heard.at(-1)).toMatchObject({ event: "ended", data: { jobId: unfinished.id } });
    await look();
    expect(heard.filter(({ event }) => event === "ended")).toHaveLength(1);
  });

  it("needs no clock: one that goes back a day loses nothing, and tells nothing twice", async () => {
    const { w, heard, look } = await listening(Number.POSITIVE_INFINITY);
    await look();
    const job = await w.createBy(w.deps);
    await w.run(w.deps, keyOf(job));
    await look();
    const back = w.process({ clock: { now: () => w.clock.now() - 86_400_000, sleep: w.clock.sleep.bind(w.clock) } });
    const other = await w.createBy(back);
    await look();
    await w.rest();
    await look();
    const numbers = heard.flatMap((each) => (each.event !== "snapshot" && about(each) === job.id ? [each.data.n] : []));
    expect(numbers).toEqual((await w.job(keyOf(job))).feed.map(({ n }) => n).slice(-numbers.length));
    const ended = heard.flatMap((each) => (each.event === "ended" ? [about(each)] : []));
    expect(ended.toSorted()).toEqual([job.id, other.id].toSorted());
  });

  it("costs one read a look and one for each job under way, however many jobs there are; with none a look every two seconds", async () => {
    const w = await open({
      isBare: true,
      longestShortMs: 0,
      credits: 1000,
      provider: { start: () => started("T", MINUTE_MS) },
    });
    const driver = createDriver(w.clock);
    const reads: string[] = [];
    const counted = w.process({
      around: (call, act) => {
        if (call.port === "table") reads.push(call.name);
        return driver.around(call, act);
      },
    });
    for (let i = 0; i < 8; i++) {
      const { id } = await w.createBy(w.deps);
      await cancelJob(w.deps, { userId, jobId: id });
    }
    const leaving = new AbortController();
    const events: string[] = [];
    const done = (async () => {
      const options = { place: null, ms: 60 * MINUTE_MS, signal: leaving.signal };
      for await (const news of followEverything(counted, userId, options)) events.push(news.is);
    })();
    await driver.to(w.clock.now() + 10_000);
    reads.length = 0;
    await driver.to(w.clock.now() + 20_000);
    expect(reads).toEqual(Array.from({ length: 10 }, () => "get"));
    const jobs = [await w.createBy(w.deps), await w.createBy(w.deps)];
    await driver.to(w.clock.now() + 2000);
    reads.length = 0;
    await driver.to(w.clock.now() + 4000);
    expect(reads).toEqual(Array.from({ length: 4 * (1 + jobs.length) }, () => "get"));
    expect(events.filter((is) => is === "silence").length).toBeGreaterThan(0);
    leaving.abort();
    await done;
    const before = reads.length;
    await driver.to(w.clock.now() + MINUTE_MS);
    expect(reads.length).toBe(before);
  });

  it("hears of productions as well, and of none of their jobs", async () => {
    const world = await openFilms({
      graph: [{ id: "portrait" }, { id: "episode", kind: "episode", from: ["portrait"], prices: [0] }],
    });
    let place = (await everythingAfter(world.deps, filmMaker, null)).next;
    const heard: UserEvent[] = [];
    const look = async () => {
      const { items, next } = await everythingAfter(world.deps, filmMaker, placeOf(place));
      heard.push(...items);
      place = next;
    };
    await world.start();
    await look();
    await world.runTickets();
    await look();
    await world.rest();
    await look();
    const { id, feed } = world.production();
    expect(new Set(heard.map(about))).toEqual(new Set([id]));
    expect(heard.at(-1)).toMatchObject({ event: "ended", data: { production: { id, status: "completed" } } });
    expect(heard.filter(({ event }) => event === "ended")).toHaveLength(1);
    const numbers = heard.map((each) => ("n" in each.data ? each.data.n : 0));
    expect(numbers).toEqual(feed.map(({ n }) => n).slice(-numbers.length));
  });

  it("who goes away within a look goes on behind the very event that came last", async () => {
    const w = await open({ provider: script() });
    const job = await w.createBy(w.deps);
    const place = (await everythingAfter(w.deps, userId, null)).next;
    await w.rest();
    const whole = await everythingAfter(w.deps, userId, placeOf(place));
    expect(whole.items.length).toBeGreaterThan(2);
    for (let taken = 1; taken <= whole.items.length; taken++) {
      const ids: string[] = [];
      for await (const news of followEverything(w.deps, userId, { place: placeOf(place), ms: 0, signal: never })) {
        if (news.is === "event") ids.push(news.id);
      }
      const rest = await everythingAfter(w.deps, userId, placeOf(ids[taken - 1] ?? ""));
      expect(rest.items).toEqual(whole.items.slice(taken));
    }
    expect(about(whole.items[0] as UserEvent)).toBe(job.id);
  });
});

describe("a place", () => {
  it("says the same when it is read", () => {
    const told = new Map([
      ["job#01900000-0000-7000-8000-00000000aaaa", 7],
      ["production#01900000-0000-7000-bfff-00000000bbbb", 123_456],
    ]);
    const text = placeText({ settled: 42, told });
    expect(placeOf(text)).toEqual({ settled: 42, told });
    expect(text).toMatch(/^[\w.-]+$/);
    expect(placeOf(placeText({ settled: 0, told: new Map() }))).toEqual({ settled: 0, told: new Map() });
  });

  it.each(["", "0", "7", "-1.", "1.A", "1.AAAA", "x.", "1.%", `1.${"A".repeat(4100)}`, "01."])("is not %#", (text) => {
    expect(placeOf(text)).toBeNull();
  });

  it("stays within what a header may take", () => {
    const told = new Map(
      Array.from({ length: 500 }, (_, i) => [`job#01900000-0000-7000-8000-${String(i).padStart(12, "0")}`, i + 1]),
    );
    const text = placeText({ settled: 9, told });
    expect(text.length).toBeLessThan(4100);
    expect(placeOf(text)?.told.size).toBe(150);
  });
});

function script() {
  const checks = [running(20), running(60), refused, delivered(1), refused];
  return { start: (n: number) => started(`T${n}`), check: (n: number) => checks[n] ?? delivered(1) };
}

/** What a reader hears who looks at every so many writes, each time with nothing but the place that it was given. */
async function listening(every: number, options: Parameters<typeof open>[0] = {}) {
  const w: World = await open({ provider: script(), ...options });
  const heard: UserEvent[] = [];
  let place = (await everythingAfter(w.deps, userId, null)).next;
  heard.push({ event: "snapshot", data: { jobs: [], productions: [], missed: false } });
  const look = async () => {
    const { items, next } = await everythingAfter(w.deps, userId, placeOf(place));
    heard.push(...items);
    place = next;
  };
  let writes = 0;
  const watched = w.process({
    async around(call, act) {
      const answer = await act();
      if (itemPut(call) && ++writes % every === 0) await look();
      return answer;
    },
  });
  // The timers, as a process whose every write is seen.
  const rest = () => untilAtRest(watched, w.clock);
  const seen: World = { ...w, deps: watched, rest };
  return { w: seen, heard, look };
}

function about(each: UserEvent): string {
  if (each.event === "snapshot") return "";
  return "jobId" in each.data ? each.data.jobId : each.data.productionId;
}
