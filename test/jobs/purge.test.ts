// Purging temp/: what has had its time goes, what a job still needs stays, and a purge that dies is gone on with.
import { describe, expect, it } from "vitest";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import { tempInputKey, tempOutputKey } from "../../shared/media/keys.ts";
import { never, type World, type WorldOptions, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf, objectsOf } from "./intercept.ts";
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

  it("looks at the job right before it removes what is its own", async () => {
    const w = await open({ provider: { start: () => failing({ retryable: false }) } });
    const key = keyOf(await w.create({ input: { key: (jobId) => tempInputKey(userId, jobId, 0), bytes: tinyPng } }));
    await w.rest();
    w.clock.pass(2 * day);
    const faster = w.process({
      async around(call, act) {
        const answer = await act();
        if (call.name === "list") await retryJob(w.deps, key);
        return answer;
      },
    });
    expect(await purgeTemp(faster, never)).toEqual({ deleted: 0, kept: 1 });
  });

  it("goes through 1,500 objects page by page, past what stays, by one request for each page (F56)", async () => {
    const w = await open({ provider: { start: () => started("T1", day) } });
    const { id } = await w.create({ deadlineMs: 3 * day });
    await w.run();
    await w.store.put(tempOutputKey(userId, id, 1, 0), tinyPng);
    await plant(w, 1500);
    w.clock.pass(2 * day);
    const pages: number[] = [];
    const batches: number[] = [];
    const counted = w.process({
      async around(call, act) {
        if (call.name === "list") pages.push((call.args[0] as { limit: number }).limit);
        const keys = objectsOf(call);
        if (keys) batches.push(keys.length);
        return act();
      },
    });
    expect(await purgeTemp(counted, never)).toEqual({ deleted: 1500, kept: 2 });
    expect(pages).toEqual([1000, 1000]);
    expect(batches.reduce((sum, each) => sum + each, 0)).toBe(1500);
    expect(batches).toHaveLength(2);
    expect((await keys(w)).every((key) => key.includes(id))).toBe(true);
  });

  it("that is stopped half way stops behind what is under way, and the next one finishes (F07)", async () => {
    const w = await open();
    await plant(w, 1200);
    w.clock.pass(2 * day);
    const stop = new AbortController();
    const stopping = w.process({
      async around(call, act) {
        if (objectsOf(call)) stop.abort(new Error("the machine shuts down"));
        return act();
      },
    });
    expect(await purgeTemp(stopping, stop.signal)).toEqual({ deleted: 1000, kept: 0 });
    expect(await purgeTemp(w.deps, never)).toEqual({ deleted: 200, kept: 0 });
  });

  it("that is stopped while it looks at jobs removes nothing any more", async () => {
    const w = await open();
    await plant(w, 20);
    w.clock.pass(2 * day);
    const stop = new AbortController();
    const stopping = w.process({
      async around(call, act) {
        if (call.port === "table") stop.abort(new Error("the machine shuts down"));
        return act();
      },
    });
    expect(await purgeTemp(stopping, stop.signal)).toEqual({ deleted: 0, kept: 0 });
    expect(await keys(w)).toHaveLength(20);
  });

  it("that dies half way leaves nothing that the next one does not remove (F07)", async () => {
    const w = await open();
    await plant(w, 20);
    w.clock.pass(2 * day);
    const dying = w.process({
      async around(call, act) {
        const gone = objectsOf(call)?.slice(0, 7);
        if (!gone) return act();
        await w.store.deleteMany(gone);
        throw new Error("this process is dead");
      },
    });
    await purgeTemp(dying, never).catch(() => undefined);
    expect(await keys(w)).toHaveLength(13);
    expect(await purgeTemp(w.deps, never)).toEqual({ deleted: 13, kept: 0 });
  });

  it("goes on past an object that cannot be removed, and says so at its end", async () => {
    const w = await open();
    await plant(w, 1200);
    w.clock.pass(2 * day);
    const error = new Error("permission denied");
    const stuck = w.process({
      async around(call, act) {
        const asked = objectsOf(call);
        if (!asked?.includes(orphan(1))) return act();
        await w.store.deleteMany(asked.filter((key) => key !== orphan(1)));
        return [{ key: orphan(1), error }];
      },
    });
    await expect(purgeTemp(stuck, never)).rejects.toBe(error);
    expect(await keys(w)).toEqual([orphan(1)]);
  });

  it("goes on behind a page that the store refuses to remove, and says so at its end", async () => {
    const w = await open();
    await plant(w, 1200);
    w.clock.pass(2 * day);
    let refusals = 0;
    const refusing = w.process({
      async around(call, act) {
        if (objectsOf(call) && refusals++ === 0) throw new Error("come again later");
        return act();
      },
    });
    await expect(purgeTemp(refusing, never)).rejects.toThrow("come again later");
    expect(await keys(w)).toHaveLength(1000);
  });
});

/** So many objects of attempts that nobody knows. */
async function plant(w: World, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => w.store.put(orphan(i), tinyPng)));
}
