// How a job ends otherwise than well: cancelled, failed, out of time; and how a failed one is tried again.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CheckOutcome } from "../../shared/ports/provider.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, hasEnded, type ShownJob, type User } from "./user.ts";
import { waitingProvider } from "./waiting-provider.ts";

const broken: CheckOutcome = {
  state: "failed",
  failure: { type: "provider_error", message: "The machine is on fire.", retryable: false },
};
const slow = waitingProvider();
let product: Product;
let user: User;

beforeAll(async () => {
  const environment = {
    WELCOME_CREDITS: "25",
    MAX_ACTIVE_JOBS: "200",
    MAX_ACTIVE_FREE_JOBS: "200",
    TIMER_SECONDS: "1",
  };
  product = await startProduct({ providers: [slow.provider], environment });
});
afterAll(() => product.close());
beforeEach(async () => {
  slow.resume();
  user = await product.register();
});

const post = (id: string, action: string) => user.call("POST", `/jobs/${id}/${action}`);
const failed = async (): Promise<ShownJob> => {
  slow.finish(broken);
  return follow(user, (await create(user, { prompt: "doomed" })).id);
};

describe("cancel", () => {
  test("ends a job at once, gives its credits back, and reaches the provider; again it answers the same", async () => {
    const { id } = await create(user, { prompt: "never mind" });
    await follow(user, id, (job) => job.stage === "generating");
    const first = await post(id, "cancel");
    expect([first.status, first.body.data.status]).toEqual([200, "cancelled"]);
    expect(await creditsOf(user)).toEqual({ balance: 25, held: 0, totalEarned: 25, totalSpent: 0 });
    const second = await post(id, "cancel");
    expect([second.status, second.body.data.status]).toEqual([200, "cancelled"]);
    const closed = await follow(user, id, (job) => job.providerCancel === "done");
    expect(closed).toMatchObject({ status: "cancelled", stage: "done", outputs: [], error: null, attempts: 1 });
    await checkLedger(user);
  });

  test("comes too early for nothing: a job that just began is cancelled", async () => {
    const { id } = await create(user, { prompt: "at once" });
    expect((await post(id, "cancel")).status).toBe(200);
    await checkLedger(user);
  });

  test("of a completed or a failed job is a conflict that changes nothing", async () => {
    slow.finish();
    const { id } = await create(user, { prompt: "done" });
    const completed = await follow(user, id);
    const bad = await failed();
    for (const job of [completed, bad]) {
      const answer = await post(job.id, "cancel");
      expect([answer.status, answer.body.error.type]).toEqual([409, "conflict"]);
      expect((await user.call("GET", `/jobs/${job.id}`)).body.data).toMatchObject({ status: job.status });
    }
    await checkLedger(user);
  });

  test("of a cancelled job's retry is a conflict", async () => {
    const { id } = await create(user, { prompt: "never mind" });
    await post(id, "cancel");
    const answer = await post(id, "retry");
    expect([answer.status, answer.body.error.type]).toEqual([409, "conflict"]);
  });

  test("F26: 20 jobs that are cancelled while they complete each end one way, and are given back only when cancelled", async () => {
    const painter = await product.register();
    const ends = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const json = { prompt: `race ${i}`, provider: "sketch", size: "64x64" };
        const { id } = await create(painter, json);
        await follow(painter, id, (job) => i % 3 === 0 || job.status !== "pending");
        const { status, body } = await painter.call("POST", `/jobs/${id}/cancel`);
        const job = await follow(painter, id);
        expect([200, 409]).toContain(status);
        expect(job.status).toBe(status === 200 ? "cancelled" : "completed");
        if (status === 409) expect(["too_late", "conflict"]).toContain(body.error.type);
        return job;
      }),
    );
    for (const job of ends) for (const url of job.resultUrls) expect((await fetch(url)).status).toBe(200);
    await checkLedger(painter);
  });
});

describe("retry", () => {
  test("charges a failed job anew, in its next round, with its old error gone", async () => {
    const job = await failed();
    expect(job.error).toEqual({ type: "provider_error", message: "The machine is on fire.", retryable: false });
    slow.finish();
    const again = await post(job.id, "retry");
    expect([again.status, again.headers.get("location")]).toEqual([202, `/api/v1/jobs/${job.id}`]);
    expect(again.body.data).toMatchObject({ id: job.id, round: 2, error: null });
    expect(await follow(user, job.id)).toMatchObject({ status: "completed", round: 2, attempts: 2, error: null });
    expect(await creditsOf(user)).toEqual({ balance: 15, held: 0, totalEarned: 25, totalSpent: 10 });
    await checkLedger(user);
  });

  test("is for failed jobs alone", async () => {
    const { id } = await create(user, { prompt: "busy" });
    await follow(user, id, (job) => job.status === "processing");
    expect((await post(id, "retry")).body.error.type).toBe("conflict");
    slow.finish();
    await follow(user, id);
    expect((await post(id, "retry")).body.error.type).toBe("conflict");
    await checkLedger(user);
  });

  test("works three times and no more", async () => {
    const { id } = await failed();
    for (const round of [2, 3, 4]) {
      expect((await post(id, "retry")).status).toBe(202);
      expect(await follow(user, id, (job) => job.round === round && hasEnded(job))).toMatchObject({ status: "failed" });
    }
    const fourth = await post(id, "retry");
    expect([fourth.status, fourth.body.error.type]).toEqual([409, "conflict"]);
    expect((await user.call("GET", `/jobs/${id}`)).body.data).toMatchObject({ status: "failed", round: 4 });
    const { lines } = await checkLedger(user);
    expect(lines.filter((line) => line.jobId === id).length).toBe(8);
  });

  test("without the credits is 402, and the job is as it was, with its old error", async () => {
    const job = await failed();
    slow.resume();
    for (let i = 0; i < 2; i++) await create(user, { prompt: `spends ${i}` });
    const refused = await post(job.id, "retry");
    expect([refused.status, refused.body.error.type]).toEqual([402, "insufficient_credits"]);
    expect((await user.call("GET", `/jobs/${job.id}`)).body.data).toEqual(job);
    await checkLedger(user);
  });

  test("by ten at once begins one round and charges once: whoever is answered 202 is in it", async () => {
    const job = await failed();
    slow.resume();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(job.id, "retry")));
    const begun = answers.filter(({ status }) => status === 202);
    expect(begun.length).toBeGreaterThan(0);
    for (const { body } of begun) expect(body.data).toMatchObject({ id: job.id, round: 2 });
    expect(answers.filter(({ status }) => status === 409).length).toBe(10 - begun.length);
    expect((await creditsOf(user)).held).toBe(10);
    await checkLedger(user);
  });

  test("of several jobs at once, with credits for one, begins one; the others keep their errors", async () => {
    const jobs = [await failed(), await failed(), await failed(), await failed()];
    slow.resume();
    await create(user, { prompt: "leaves 15" });
    const answers = await Promise.all(jobs.map(({ id }) => post(id, "retry")));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 402, 402, 402]);
    for (const [i, { status }] of answers.entries()) {
      if (status === 202) continue;
      const now = (await user.call("GET", `/jobs/${jobs[i].id}`)).body.data;
      expect([now.status, now.error]).toEqual(["failed", jobs[i].error]);
    }
    await checkLedger(user);
  });
});

describe("a deadline", () => {
  test("ends a job whose provider never finishes, gives the credits back, and a late success changes nothing (F32)", async () => {
    await product.restart({ environment: { IMAGE_DEADLINE_SECONDS: "2" } });
    const { id } = await create(user, { prompt: "for ever" });
    const job = await follow(user, id);
    expect(job).toMatchObject({ status: "failed", error: { type: "deadline_exceeded", retryable: true } });
    slow.finish();
    await follow(user, id, (now) => now.providerCancel === "done");
    expect(await creditsOf(user)).toEqual({ balance: 25, held: 0, totalEarned: 25, totalSpent: 0 });
    await checkLedger(user);
    expect((await user.call("GET", `/jobs/${id}`)).body.data.status).toBe("failed");
  });
});
