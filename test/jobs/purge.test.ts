// Purging temp/: what has had its time goes, what a job still needs stays, and a purge that dies is gone on with.
import { describe, expect, it } from "vitest";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import { tempInputKey, tempOutputKey } from "../../shared/media/keys.ts";
import { never, type World, type WorldOptions, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing, started } from "./outcomes.ts";
import { userId } from "./request.ts";
import { tinyPng } from "./tiny-png.ts";

const day = 24 * 60 * 60_000;
const openWorld = worlds();
/** The store says by the real clock when an object was written; so time begins there. */
const open = (options: WorldOptions = {}) => openWorld({ startsAt: Date.now(), ...options });

const nobody = "01900000-0000-7000-8000-00000000dddd";
const orphan = (i: number) => tempOutputKey(userId, nobody, 1 + Math.floor(i / 4), i % 4);

async function keys(w: World): Promise<string[]> {
  return (await w.objects("temp/")).map(({ key }) => key);
}

describe("A purge", () => {
  it("removes what is older than its time, and nothing younger", async () => {
    const w = await open();
    await w.store.put(orphan(0), tinyPng);
    w.clock.pass(day - 60_000);
    expect(await purgeTemp(w.deps, never)).toEqual({ deleted: 0, kept: 0 });
    w.clock.pass(120_000);
    expect(await purgeTemp(w.deps, never)).toEqual({ deleted: 1, kept: 0 });
    expect(await keys(w)).toEqual([]);
  });

  it("keeps what an unfinished job needs, however old, while the job uses it (F54)", async () => {
    const w = await open();
    await w.create({ deadlineMs: 3 * day, input: { key: (id) => tempInputKey(userId, id, 0), bytes: tinyPng } });
    const dead = dying((call) => (jobPut(call)?.phase === "storing" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    const before = await keys(w);
    expect(before).toHaveLength(3);
    w.clock.pass(2 * day);
    const purges: unknown[] = [];
    const purging = w.process({
      async around(call, act) {
        if (objectOf(call, "copy")) purges.push(await purgeTemp(w.deps, never));
        return act();
      },
    });
    expect(await purgeTemp(w.deps, never)).toEqual({ deleted: 0, kept: 3 });
    expect(await keys(w)).toEqual(before);
    await w.run(purging);
    // Two days later nobody knows that its owner is dead, until a lease has run out.
    w.clock.pass(15_000);
    await w.run(purging);
    expect(purges).toEqual([{ deleted: 0, kept: 3 }]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("removes what a job needed that has ended since", async () => {
    const w = await open({ provider: { start: () => failing({ retryable: false }) } });
    const { id } = await w.create({ input: { key: (jobId) => tempInputKey(userId, jobId, 0), bytes: tinyPng } });
    await w.rest();
    expect(await keys(w)).toEqual([tempInputKey(userId, id, 0)]);
    w.clock.pass(2 * day);
    await purgeTemp(w.deps, never);
    expect(await keys(w)).toEqual([]);
  });

  it("leaves a failed job its input for a retry within the day", async () => {
    const w = await open({ provider: { start: (n) => (n === 0 ? failing({ retryable: false }) : delivered(1)) } });
    const key = keyOf(await w.create({ input: { key: (jobId) => tempInputKey(userId, jobId, 0), bytes: tinyPng } }));
    await w.rest();
    w.clock.pass(day / 2);
    await purgeTemp(w.deps, never);
    const pending = await retryJob(w.deps, key);
    expect(pending.request.source).toEqual({ key: tempInputKey(userId, key.jobId, 0) });
    expect(await w.store.head(tempInputKey(userId, key.jobId, 0))).not.toBeNull();
    await w.run();
    expect(await keys(w)).toEqual([]);
  });

  it("removes objects under names that mean nothing", async () => {
    const w = await open();
    const names = ["temp/x", "temp/outputs/y", "temp/unknown/deep/er/z", `temp/outputs/${userId}/not-a-job/1-0`];
    for (const name of names) await w.store.put(name, tinyPng);
    w.clock.pass(2 * day);
    expect(await purgeTemp(w.deps, never)).toEqual({ deleted: 4, kept: 0 });
  });

  it("touches nothing outside temp/", async () => {
    const w = await open();
    await w.create();
    await w.run();
    const before = await w.objects("users/");
    w.clock.pass(100 * day);
    await purgeTemp(w.deps, never);
    expect(await w.objects("users/")).toEqual(before);
  });

  it("goes through 1,000 objects page by page, past what stays (F56)", async () => {
    const w = await open({ provider: { start: () => started("T1", day) } });
    const { id } = await w.create({ deadlineMs: 3 * day });
    await w.run();
    await w.store.put(tempOutputKey(userId, id, 1, 0), tinyPng);
    await Promise.all(Array.from({ length: 1000 }, (_, i) => w.store.put(orphan(i), tinyPng)));
    w.clock.pass(2 * day);
    const pages: number[] = [];
    const counted = w.process({
      async around(call, act) {
        if (call.name === "list") pages.push((call.args[0] as { limit: number }).limit);
        return act();
      },
    });
    expect(await purgeTemp(counted, never)).toEqual({ deleted: 1000, kept: 2 });
    expect(pages.length).toBeGreaterThan(1);
    expect(Math.max(...pages)).toBeLessThan(1000);
    expect((await keys(w)).every((key) => key.includes(id))).toBe(true);
  });

  it("that is stopped half way stops at once, and the next one finishes (F07)", async () => {
    const w = await open();
    for (let i = 0; i < 20; i++) await w.store.put(orphan(i), tinyPng);
    w.clock.pass(2 * day);
    const stop = new AbortController();
    let deletions = 0;
    const stopping = w.process({
      async around(call, act) {
        if (objectOf(call, "delete") && ++deletions === 7) stop.abort(new Error("the machine shuts down"));
        return act();
      },
    });
    expect(await purgeTemp(stopping, stop.signal)).toEqual({ deleted: 7, kept: 0 });
    expect(await purgeTemp(w.deps, never)).toEqual({ deleted: 13, kept: 0 });
  });

  it("that dies half way leaves nothing that the next one does not remove (F07)", async () => {
    const w = await open();
    for (let i = 0; i < 20; i++) await w.store.put(orphan(i), tinyPng);
    w.clock.pass(2 * day);
    let deletions = 0;
    const dead = dying((call) => (objectOf(call, "delete") && ++deletions === 7 ? "after" : null));
    await purgeTemp(w.process({ around: dead.around }), never).catch(() => undefined);
    expect(dead.isDead()).toBe(true);
    expect(await purgeTemp(w.deps, never)).toEqual({ deleted: 13, kept: 0 });
  });

  it("goes on past an object that cannot be removed", async () => {
    const w = await open();
    for (let i = 0; i < 4; i++) await w.store.put(orphan(i), tinyPng);
    w.clock.pass(2 * day);
    const stuck = w.process({
      async around(call, act) {
        if (objectOf(call, "delete") === orphan(1)) throw new Error("permission denied");
        return act();
      },
    });
    await purgeTemp(stuck, never).catch(() => undefined);
    expect(await keys(w)).toEqual([orphan(1)]);
  });
});
