// Creating jobs, with and without a key, and listing them.
import { describe, expect, it } from "vitest";
import { createJob } from "../../shared/jobs/asking/create.ts";
import type { IdempotencyKey } from "../../shared/jobs/asking/idempotency.ts";
import { listJobs } from "../../shared/jobs/reading/read.ts";
import { dueHandlers } from "../../shared/jobs/timers/tick-jobs.ts";
import { tempInputKey } from "../../shared/media/keys.ts";
import { never, worlds } from "./fixture.ts";
import { delivered, failing } from "./outcomes.ts";
import { newJob, userId } from "./request.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();
const sameKey: IdempotencyKey = { key: "k", route: "generate-image", body: { prompt: "a lake", n: 1 } };

describe("A key", () => {
  it("used by fifty requests at once makes one job, charges once, and answers that job to all (F20)", async () => {
    const w = await open();
    const processes = [w.deps, w.process(), w.process()];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => createJob(processes[i % 3] ?? w.deps, newJob(), sameKey)),
    );
    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("used by fifty requests at once, with credits for one job only, refuses none of them", async () => {
    const w = await open({ credits: 10 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => createJob(w.process(), newJob(), sameKey)));
    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
  });

  it("used again answers the job as it is by then", async () => {
    const w = await open();
    const { job } = await createJob(w.deps, newJob(), sameKey);
    await w.rest();
    const again = await createJob(w.deps, newJob(), sameKey);
    expect([again.isNew, again.job.id, again.job.outcome]).toEqual([false, job.id, "completed"]);
  });

  it("used with another request is refused, and nothing is made (F21)", async () => {
    const w = await open();
    await createJob(w.deps, newJob(), sameKey);
    const other = createJob(w.deps, newJob(), { ...sameKey, body: { prompt: "a hill", n: 1 } });
    await expect(other).rejects.toMatchObject({ type: "idempotency_mismatch" });
    expect(await w.jobs()).toHaveLength(1);
  });

  it("means the same request whatever the order of its fields", async () => {
    const w = await open();
    const { job } = await createJob(w.deps, newJob(), sameKey);
    const again = await createJob(w.deps, newJob(), { ...sameKey, body: { n: 1, prompt: "a lake" } });
    expect(again.job.id).toBe(job.id);
  });

  it("on another route is another key", async () => {
    const w = await open();
    await createJob(w.deps, newJob(), sameKey);
    await createJob(w.deps, newJob(), { ...sameKey, route: "generate-video" });
    expect(await w.jobs()).toHaveLength(2);
  });

  it("is free again after a day, and forgotten by the timer", async () => {
    const w = await open();
    await createJob(w.deps, newJob(), sameKey);
    const page = await w.table.query({ partition: `user#${userId}`, prefix: "idem#", order: "ascending", limit: 10 });
    const [item] = page.items;
    if (!item) throw new Error("no key was kept");
    expect(item.due?.at).toBe(w.clock.now() + 86_400_000);
    w.clock.pass(86_399_999);
    await dueHandlers(w.deps).idempotency(item, never);
    expect(await w.table.get(item)).not.toBeNull();
    w.clock.pass(1);
    expect((await createJob(w.process(), newJob(), { ...sameKey, body: { prompt: "a hill" } })).isNew).toBe(true);
    w.clock.pass(86_400_000);
    await dueHandlers(w.deps).idempotency(item, never);
    expect(await w.table.get(item)).toBeNull();
  });
});

describe("A refusal", () => {
  it("that is certain writes nothing", async () => {
    const w = await open({ credits: 9 });
    const before = w.touched.size;
    await expect(createJob(w.deps, newJob(), sameKey)).rejects.toMatchObject({ type: "insufficient_credits" });
    expect(w.touched.size).toBe(before);
  });

  it("of somebody without an account is that they are nobody", async () => {
    const w = await open();
    const nobody = { ...newJob(), userId: "01900000-0000-7000-8000-00000000bbbb" };
    await expect(createJob(w.deps, nobody, null)).rejects.toMatchObject({ type: "unauthenticated" });
  });
});

describe("A file that came with the request", () => {
  it("lies in temp/ before the job is written, and is the job's source", async () => {
    const w = await open();
    const { id, request } = await w.create({
      input: { key: (jobId) => tempInputKey(userId, jobId, 0), bytes: tinyPng },
    });
    expect(request.source).toEqual({ key: tempInputKey(userId, id, 0) });
    expect((await w.store.head(tempInputKey(userId, id, 0)))?.size).toBe(tinyPng.length);
    await w.rest();
    expect(await w.store.head(tempInputKey(userId, id, 0))).toBeNull();
  });
});

describe("A list of jobs", () => {
  it("is paged through, newest first, with each job once, whatever the size of a page", async () => {
    const w = await open({ credits: 1000 });
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.unshift((await w.create()).id);
    for (let limit = 1; limit <= 8; limit++) {
      const seen: string[] = [];
      for (let after: string | undefined | null; after !== null; ) {
        const page = await listJobs(w.table, userId, { limit, after });
        seen.push(...page.jobs.map((job) => job.id));
        expect(page.total).toBe(7);
        after = page.next;
      }
      expect([limit, seen]).toEqual([limit, ids]);
    }
  });

  it("by status finds what users see, and does not count", async () => {
    const w = await open({ provider: { start: (n) => (n % 2 === 0 ? failing({ retryable: false }) : delivered(1)) } });
    for (let i = 0; i < 4; i++) await w.create();
    await w.rest();
    await w.create();
    const count = async (status: "pending" | "processing" | "completed" | "failed") => {
      const page = await listJobs(w.table, userId, { limit: 10, status: [status] });
      expect(page.total).toBeNull();
      return page.jobs.length;
    };
    expect([await count("pending"), await count("completed"), await count("failed")]).toEqual([1, 2, 2]);
  });
});
