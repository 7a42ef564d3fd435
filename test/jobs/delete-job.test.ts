// Deleting a job: what is there no more, what stays in the ledger, and that its room comes back once, whoever dies or is faster.

import { describe, expect, it } from "vitest";
import { type Account, accountItem, readAccount } from "../../shared/credits/account.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { createJob } from "../../shared/jobs/asking/create.ts";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { readInputs } from "../../shared/jobs/inputs/inputs-asked.ts";
import { type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { countStorage } from "../../shared/jobs/money/count-storage.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import { findJob, listJobs } from "../../shared/jobs/reading/read.ts";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import { sidesOf } from "../../shared/media/sides.ts";
import { readDelivery } from "../../shared/webhooks/delivery.ts";
import { picture } from "../providers/picture.ts";
import { never, type World, type WorldOptions, worlds } from "./fixture.ts";
import { type Call, dying, itemPut, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing, started } from "./outcomes.ts";
import { newJob, pictures, userId } from "./request.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();
const size = tinyPng.length;
const hour = 60 * 60_000;
const day = 24 * hour;

function answerOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => "done",
    (error) => error.type ?? String(error),
  );
}

/** A job with two outputs, completed and closed. */
async function completed(options: WorldOptions = {}, fields = {}): Promise<{ w: World; key: JobKey }> {
  const w = await open({ provider: { start: () => delivered(2) }, ...options });
  const key = keyOf(await w.create({ request: pictures(2), ...fields }));
  await w.run();
  return { w, key };
}

/** Everything in the table and the store that names the job. */
async function leftOf(w: World, { jobId }: JobKey): Promise<string[]> {
  const { items } = await w.table.query({ partition: `user#${userId}`, prefix: "", order: "ascending", limit: 1000 });
  const named = items.map(({ sort }) => sort).filter((sort) => sort.includes(jobId));
  const objects = [...(await w.objects("users/")), ...(await w.objects("temp/"))].map(({ key }) => key);
  return [...named, ...objects.filter((key) => key.includes(jobId))];
}

async function expectGone(w: World, key: JobKey): Promise<void> {
  await w.rest();
  expect(await leftOf(w, key)).toEqual([]);
  const { usedBytes, jobs, deletedJobs, givenBack = [] } = await w.account();
  expect([usedBytes, jobs, deletedJobs, givenBack]).toEqual([0, 0, { jobs: 1, spent: 20 }, []]);
  expect(await differencesOf(w)).toEqual([]);
}

async function differencesOf(w: World): Promise<string[]> {
  const [account, jobs, lines] = [await w.account(), await w.jobs(), await w.ledger()];
  return checkLedger({ account, olderLines: lines, jobs, uploads: [] }, w.clock.now());
}

describe("A deleted job", () => {
  it("is not there any more at once, and its room is free; files and records follow, and its lines stay", async () => {
    const { w, key } = await completed({}, { webhookUrl: "https://example.com/hook" });
    await deleteJob(w.deps, key);
    expect(await answerOf(findJob(w.deps, key))).toBe("not_found");
    expect(await listJobs(w.table, userId, { limit: 20 })).toEqual({ jobs: [], total: 0, next: null });
    expect((await w.account()).usedBytes).toBe(0);
    expect((await w.objects("temp/tickets/")).length).toBe(1);
    await w.run();
    expect([await w.objects("users/"), await w.objects("temp/")]).toEqual([[], []]);
    expect(await leftOf(w, key)).toEqual([`job#${key.jobId}`]);
    expect(JSON.stringify(await w.job())).not.toContain("a lake");
    await expectGone(w, key);
    const lines = (await w.ledger()).filter(({ jobId }) => jobId === key.jobId);
    expect(lines.map(({ type, amount }) => [type, amount])).toEqual([["charge", -20]]);
  });

  it("goes without anybody but the timer, at most an hour and a day after it was made", async () => {
    const { w, key } = await completed();
    const { createdAt } = await w.job();
    await deleteJob(w.process({ around: noTickets }), key);
    await expectGone(w, key);
    expect(w.clock.now()).toBe(createdAt + day + hour);
  });

  it("is refused to be deleted again, retried, cancelled or worked on, as if it had never been", async () => {
    const { w, key } = await completed();
    await deleteJob(w.deps, key);
    for (const act of [deleteJob, retryJob, cancelJob]) expect(await answerOf(act(w.deps, key))).toBe("not_found");
    const asked = { jobId: key.jobId, index: 0 };
    const generation = { trustedHosts: parseTrustedHosts("") };
    await expect(readInputs({ ...w.deps, generation, lookForUpload: async () => {} }, userId, [asked])).rejects.toThrow(
      "is no job of yours",
    );
  });

  it("is deleted by one of twenty who want to at once, and its room comes back once", async () => {
    const { w, key } = await completed();
    const other = keyOf(await w.create({ request: pictures(2) }));
    await advance(w.deps, other, { by: "run-job", signal: never });
    const answers = await Promise.all(Array.from({ length: 20 }, () => answerOf(deleteJob(w.process(), key))));
    expect(answers.toSorted()).toEqual(["done", ...Array(19).fill("not_found")]);
    expect((await w.account()).usedBytes).toBe(2 * size);
    await w.rest();
    expect(await w.account()).toMatchObject({ usedBytes: 2 * size, jobs: 1, deletedJobs: { jobs: 1, spent: 20 } });
  });

  it("tells nobody how it ended, when that was not told before", async () => {
    const w = await open({ provider: { start: () => delivered(2) } });
    const key = keyOf(await w.create({ request: pictures(2), webhookUrl: "https://example.com/hook" }));
    const dead = dying((call) => (jobPut(call)?.phase === "closing" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    await deleteJob(w.deps, key);
    await expectGone(w, key);
    expect(await readDelivery(w.deps, { ...key, round: 1 })).toBeNull();
  });

  it("that still has something to cancel at the provider cancels that first", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    const key = keyOf(await w.create());
    await w.run();
    await cancelJob(w.deps, key);
    await deleteJob(w.deps, key);
    await w.rest();
    expect(w.provider.calls.filter(({ name }) => name === "cancel").map(({ task }) => task)).toEqual(["T1"]);
    expect([await leftOf(w, key), (await w.account()).deletedJobs]).toEqual([[], { jobs: 1, spent: 0 }]);
  });

  it("that failed gives the room of its inputs back", async () => {
    const fetchSource = async () => ({
      body: (async function* () {
        yield tinyPng;
      })(),
      contentLength: null,
    });
    const w = await open({ fetchSource, provider: { start: () => failing({ retryable: false }) } });
    const key = keyOf(await w.create({ inputs: [{ origin: { url: "https://example.com/a.png" }, file: null }] }));
    await w.run();
    expect((await w.account()).usedBytes).toBe(size);
    await deleteJob(w.deps, key);
    expect((await w.account()).usedBytes).toBe(0);
    await w.rest();
    expect(await leftOf(w, key)).toEqual([]);
  });
});

const noTickets = (call: Call, act: () => Promise<unknown>) =>
  objectOf(call, "put")?.startsWith("temp/tickets/") ? Promise.reject(new Error("no ticket")) : act();

describe("A job is not deleted", () => {
  it("while it is unfinished, in whatever phase", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => delivered(1) } });
    const key = keyOf(await w.create());
    expect(await answerOf(deleteJob(w.deps, key))).toBe("conflict");
    await w.run();
    expect(await answerOf(deleteJob(w.deps, key))).toBe("conflict");
    const dead = dying((call) => (jobPut(call)?.phase === "ended" ? "after" : null));
    w.clock.pass(1000);
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect((await w.job()).phase).toBe("ended");
    expect(await answerOf(deleteJob(w.deps, key))).toBe("conflict");
    await w.rest();
    expect(await answerOf(deleteJob(w.deps, key))).toBe("done");
  });

  it("when nobody paid for it, or it is somebody else's", async () => {
    const { w, key } = await completed();
    const other = { ...key, userId: userId.replace("aaaa", "bbbb") };
    expect(await answerOf(deleteJob(w.deps, other))).toBe("not_found");
  });

  it("while an unfinished job works on it, which is named; a job that begins at that very moment fails and is refunded", async () => {
    const { w, key } = await completed();
    const origin = { jobId: key.jobId, index: 0 };
    const output = (await w.job()).outputs[0];
    if (!output) throw new Error("there is none");
    const input = {
      origin,
      file: { ...picture, key: output.key, size, contentType: output.contentType, ...sidesOf(output) },
    };
    const user = keyOf(await w.create({ inputs: [input] }));
    await expect(deleteJob(w.deps, key)).rejects.toThrow(`Job ${user.jobId}, which is unfinished, works on it.`);
    await advance(w.deps, user, { by: "run-job", signal: never });
    let late: JobKey | null = null;
    const slow = w.process({
      async around(call, act) {
        if (jobPut(call)?.deletion && !late) late = keyOf(await w.create({ inputs: [input] }));
        return act();
      },
    });
    await deleteJob(slow, key);
    await w.run();
    if (!late) throw new Error("it was made");
    await w.rest();
    expect((await w.job(late)).error).toMatchObject({
      type: "fetch_failed",
      message: "Input 1: The picture is no longer in the store. Make a new job with another one.",
    });
  });

  it("and retried at once: one of both is done, whoever is a moment faster", async () => {
    for (const first of ["delete", "retry"] as const) {
      const w = await open({ provider: { start: (n) => (n === 0 ? failing({ retryable: false }) : delivered(1)) } });
      const key = keyOf(await w.create());
      await w.run();
      const acts = { delete: deleteJob, retry: retryJob };
      let isDone = false;
      const slow = w.process({
        async around(call, act) {
          if (jobPut(call) && !isDone) {
            isDone = true;
            await acts[first](w.deps, key);
          }
          return act();
        },
      });
      const second = first === "delete" ? "retry" : "delete";
      expect(await answerOf(acts[second](slow, key))).toBe(second === "retry" ? "not_found" : "conflict");
      await w.rest();
      const { jobs, deletedJobs } = await w.account();
      expect([jobs, deletedJobs?.jobs ?? 0]).toEqual(first === "delete" ? [0, 1] : [1, 0]);
    }
  });
});

describe("Whoever deletes may die", () => {
  const gaps: [name: string, at: (call: Call) => boolean][] = [
    ["the mark on the job", (call) => jobPut(call)?.deletion?.isGivenBack === false],
    ["the account without it", (call) => accountPut(call)?.deletedJobs !== undefined],
    ["the job that says so", (call) => jobPut(call)?.deletion?.isGivenBack === true],
    ["the account without the marker", (call) => accountPut(call)?.givenBack?.length === 0],
    ["the ticket", (call) => objectOf(call, "put") !== null],
  ];
  for (const [name, at] of gaps) {
    for (const moment of ["before", "after"] as const) {
      it(`${moment} ${name}: the timer finishes, and the room comes back once`, async () => {
        const { w, key } = await completed();
        const dead = dying((call) => (at(call) ? moment : null));
        const isWritten = moment === "after" || name !== "the mark on the job";
        await deleteJob(w.process({ around: dead.around }), key).catch(() => undefined);
        expect(dead.isDead()).toBe(true);
        expect(await answerOf(findJob(w.deps, key))).toBe(isWritten ? "not_found" : "done");
        expect(await differencesOf(w)).toEqual([]);
        if (!isWritten) await deleteJob(w.deps, key);
        await expectGone(w, key);
      });
    }
  }

  it("at every call of whoever removes what is left: the next one finishes", async () => {
    for (let n = 1; ; n++) {
      const { w, key } = await completed({}, { webhookUrl: "https://example.com/hook" });
      await deleteJob(w.deps, key);
      let calls = 0;
      const dead = dying(() => (++calls === n ? "after" : null));
      await w.run(w.process({ around: dead.around })).catch(() => undefined);
      await expectGone(w, key);
      if (!dead.isDead()) return expect(n).toBeGreaterThan(8);
    }
  });

  it("meeting the timer at every step of the deletion: nothing is given back twice", async () => {
    for (let n = 1; ; n++) {
      const { w, key } = await completed();
      let calls = 0;
      const slow = w.process({
        async around(_, act) {
          if (++calls === n) await w.tick();
          return act();
        },
      });
      await deleteJob(slow, key);
      await expectGone(w, key);
      if (calls < n) return expect(n).toBeGreaterThan(8);
    }
  });

  it("a store that is away for long keeps nothing for ever, however often somebody looks", async () => {
    const { w, key } = await completed();
    await deleteJob(w.deps, key);
    const broken = w.process({
      async around(call, act) {
        if (objectOf(call, "delete")) throw new Error("the disk cannot be written");
        return act();
      },
    });
    for (let looks = 0; looks < 15; looks++) {
      await w.run(broken);
      w.clock.pass(2 * 60_000);
    }
    expect((await w.objects("users/")).length).toBe(2);
    await expectGone(w, key);
  });
});

describe("What comes late", () => {
  it("a copy within the hour, an event of an output, and a repeat of the deletion's own ticket change nothing", async () => {
    const { w, key } = await completed();
    await deleteJob(w.deps, key);
    await w.run();
    await w.store.put(`users/${userId}/jobs/${key.jobId}/image-1-0.png`, tinyPng);
    expect(await persistOutput(w.deps, { ...key, attempt: 1, index: 0 })).toBe("dropped");
    await w.run();
    await expectGone(w, key);
    expect(await persistOutput(w.deps, { ...key, attempt: 1, index: 0 })).toBe("dropped");
    expect(await w.run()).toBeNull();
  });

  const sameKey = { key: "k", route: "generate-image", body: { prompt: "a lake" } };
  const make = (deps: JobDeps) => createJob(deps, newJob(), sameKey);

  it("a repeat with its Idempotency-Key is told so for as long as the key lives, and never charged", async () => {
    const w = await open();
    const { job } = await make(w.deps);
    await advance(w.deps, keyOf(job), { by: "run-job", signal: never });
    await deleteJob(w.deps, keyOf(job));
    for (const ms of [0, hour, day - hour - 1]) {
      w.clock.pass(ms);
      await w.tick();
      await expect(make(w.process())).rejects.toThrow("This Idempotency-Key made a job that was deleted.");
    }
    expect(await w.bookings()).toEqual(["charge -10"]);
    w.clock.pass(2 * hour);
    await w.rest();
    const next = await make(w.deps);
    expect([next.isNew, next.job.id === job.id]).toEqual([true, false]);
  });
});

describe("A dry run", () => {
  const ttl = { settings: { dryRunTtlMs: 7 * day } };
  const dry = { dryRun: true, price: 0 };

  it("is deleted when it has had its time after its end, as its user would have deleted it", async () => {
    const { w, key } = await completed(ttl, dry);
    const { completedAt } = await w.job();
    w.clock.moveTo((completedAt ?? 0) + 7 * day - 1);
    await w.tick();
    expect((await findJob(w.deps, key)).outputs.length).toBe(2);
    w.clock.pass(1);
    await w.tick();
    expect(await answerOf(findJob(w.deps, key))).toBe("not_found");
    expect([(await w.account()).usedBytes, await w.objects("users/")]).toEqual([0, []]);
    await w.rest();
    expect([await leftOf(w, key), (await w.account()).deletedJobs]).toEqual([[], { jobs: 1, spent: 0 }]);
  });

  it("is kept while an unfinished job works on it", async () => {
    const { w, key } = await completed(ttl, dry);
    const { completedAt, outputs } = await w.job();
    const [output] = outputs;
    if (!output) throw new Error("there is none");
    w.clock.moveTo((completedAt ?? 0) + 7 * day);
    const file = { ...picture, key: output.key, size, contentType: output.contentType, ...sidesOf(output) };
    await w.create({ deadlineMs: 2 * hour, inputs: [{ origin: { jobId: key.jobId, index: 0 }, file }] });
    await advance(w.deps, key, { by: "tick", signal: never });
    expect((await findJob(w.deps, key)).outputs.length).toBe(2);
    await w.rest();
    expect(await leftOf(w, key)).toEqual([]);
  });

  it("that failed and is tried again has its time from the new end", async () => {
    const provider = { start: (n: number) => (n === 0 ? failing({ retryable: false }) : delivered(1)) };
    const w = await open({ ...ttl, provider });
    const key = keyOf(await w.create(dry));
    await w.run();
    w.clock.pass(6 * day);
    await retryJob(w.deps, key);
    await w.run();
    w.clock.pass(6 * day);
    await w.tick();
    expect((await findJob(w.deps, key)).outcome).toBe("completed");
    await w.rest();
    expect(await leftOf(w, key)).toEqual([]);
  });

  it("of a user who wants to keep them, and any other job, is never due", async () => {
    const { w } = await completed({}, dry);
    expect(await w.indexedAt()).toBeNull();
    const paid = await completed(ttl);
    expect(await paid.w.indexedAt()).toBeNull();
  });
});

describe("The account", () => {
  it("that never counted counts a deleted job no more, at whatever moment it is counted", async () => {
    for (let n = 1; ; n++) {
      const { w, key } = await completed();
      const other = keyOf(await w.create({ request: pictures(2) }));
      await advance(w.deps, other, { by: "run-job", signal: never });
      const stored = await readAccount(w.table, userId);
      if (!stored) throw new Error("the account is gone");
      const { usedBytes: _, ...uncounted } = stored.account;
      await w.table.put(accountItem(uncounted), { version: stored.version });
      let calls = 0;
      const slow = w.process({
        async around(_call, act) {
          if (++calls === n) await countStorage(w.deps, userId);
          return act();
        },
      });
      await deleteJob(slow, key);
      await countStorage(w.deps, userId);
      expect([n, (await w.account()).usedBytes]).toEqual([n, 2 * size]);
      if (calls < n) return;
    }
  });

  it("says how many jobs are gone and what they had captured, and a line that nothing explains is still named", async () => {
    const { w, key } = await completed();
    await deleteJob(w.deps, key);
    await w.rest();
    const account = await w.account();
    const lines = await w.ledger();
    const check = (changed: Account) =>
      checkLedger({ account: changed, olderLines: lines, jobs: [], uploads: [] }, w.clock.now());
    expect(check(account)).toEqual([]);
    expect(check({ ...account, deletedJobs: { jobs: 1, spent: 10 } })).toEqual([
      "the lines of jobs that are not there add up to -20, but deleted jobs had captured 10",
      `job ${key.jobId}: there is no such job, but credits were taken for it`,
    ]);
    const { deletedJobs: _, ...without } = account;
    expect(check(without)).toEqual([`job ${key.jobId}: there is no such job, but credits were taken for it`]);
  });
});

function accountPut(call: Call): Account | null {
  const item = itemPut(call);
  return item?.sort === "account" ? (item.data as unknown as Account) : null;
}
