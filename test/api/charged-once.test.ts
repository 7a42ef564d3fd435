// Fifty at once: nobody gets more than they can pay for, and one key is one job and one charge.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import type { Table } from "../../shared/ports/table.ts";
import { useRuntime } from "../../shared/runtime/runtime.ts";
import { countStatuses, createAtOnce, idsOf } from "./at-once.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { creditsOf, follow, type ShownJob, type User } from "./user.ts";

const small = { prompt: "a crowd", size: "64x64" };
let product: Product;
let user: User;

const ended = (jobs: ShownJob[]) => Promise.all(jobs.map(({ id }) => follow(user, id)));

describe("with credits for ten", () => {
  beforeAll(async () => {
    product = await startProduct({ environment: { WELCOME_CREDITS: "10" } });
  });
  afterAll(() => product.close());

  test("F19: 50 creates over 50 sockets make 10 jobs, 40 are 402, and nothing is left to spend", async () => {
    user = await product.register();
    const { answers, sockets } = await createAtOnce(product.url, user, 50, () => ({ json: small }));
    expect(sockets).toBe(50);
    expect(countStatuses(answers)).toEqual({ 202: 10, 402: 40 });
    expect(await creditsOf(user)).toMatchObject({ balance: 0, totalEarned: 10 });
    const { jobs } = await checkLedgerAtRest();
    expect(jobs.map((job) => job.status)).toEqual(Array(10).fill("completed"));
    expect(jobs.map((job) => job.id).toSorted()).toEqual(idsOf(answers).toSorted());
    expect(await creditsOf(user)).toEqual({ balance: 0, held: 0, totalEarned: 10, totalSpent: 10 });
  });

  test("50 creates of four each make two jobs, and two credits stay", async () => {
    user = await product.register();
    const { answers } = await createAtOnce(product.url, user, 50, () => ({ json: { ...small, n: 4 } }));
    expect(countStatuses(answers)).toEqual({ 202: 2, 402: 48 });
    await checkLedgerAtRest();
    expect(await creditsOf(user)).toEqual({ balance: 2, held: 0, totalEarned: 10, totalSpent: 8 });
  });

  test("a refusal for lack of credits says what it costs and what there is, and makes no job", async () => {
    user = await product.register();
    const drain = Array.from({ length: 10 }, () => user.call("POST", "/ai/generate-image", { json: small }));
    await Promise.all(drain);
    const { status, body } = await user.call("POST", "/ai/generate-image", { json: { ...small, n: 3 } });
    expect([status, body.error.type]).toEqual([402, "insufficient_credits"]);
    expect(body.message).toMatch(/costs 3 .* balance is 0/);
    expect((await checkLedgerAtRest()).jobs.length).toBe(10);
  });
});

describe("with one key", () => {
  const withKey =
    (key: string, json: object = small) =>
    () => ({ json, headers: { "idempotency-key": key } });

  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.close());
  afterEach(checkLedgerAtRest);

  test("F20, F22: 50 creates over 50 sockets are one job and one charge, and all who are answered get it", async () => {
    user = await product.register();
    const { answers, sockets } = await createAtOnce(product.url, user, 50, withKey("one and only"));
    expect(sockets).toBe(50);
    const { 202: started, 200: repeated = 0, 409: later = 0, ...others } = countStatuses(answers);
    expect([started, repeated + later, others]).toEqual([1, 49, {}]);
    expect(idsOf(answers)).toHaveLength(1);
    const { jobs, balance } = await checkLedgerAtRest();
    expect([jobs.length, balance]).toEqual([1, 99]);
  });

  test("a repeat answers 200 with the job as it is now, however the request is spelled", async () => {
    user = await product.register();
    const headers = { "idempotency-key": "key ~!" };
    const post = (json: object) => user.call("POST", "/ai/generate-image", { json, headers });
    const first = await post({ ...small, negativePrompt: "rain", n: 1 });
    const job = await follow(user, first.body.data.id);
    const again = await post({ n: 1, negative_prompt: "rain", ...small, operation: "generate" });
    expect([first.status, again.status, again.body.data]).toEqual([202, 200, job]);
    expect(again.headers.get("location")).toBe(`/api/v1/jobs/${job.id}`);
  });

  test("F21: another body is 422 and has no effect", async () => {
    user = await product.register();
    const { answers } = await createAtOnce(product.url, user, 1, withKey("taken"));
    const others = await createAtOnce(product.url, user, 20, (i) => withKey("taken", { ...small, seed: i })());
    expect(countStatuses(others.answers)).toEqual({ 422: 20 });
    for (const { body } of others.answers) expect(body.error.type).toBe("idempotency_mismatch");
    const { jobs } = await checkLedgerAtRest();
    expect(jobs.map((job) => job.id)).toEqual(idsOf(answers));
  });

  test("25 of one body and 25 of another at once: one body wins, and the other is 422", async () => {
    user = await product.register();
    const seeds = (i: number) => ({ ...small, seed: i % 2 });
    const { answers } = await createAtOnce(product.url, user, 50, (i) => withKey("contested", seeds(i))());
    const { 202: started, 422: refused, ...others } = countStatuses(answers);
    expect([started, refused]).toEqual([1, 25]);
    expect(Object.keys(others).every((status) => ["200", "409"].includes(status))).toBe(true);
    expect((await checkLedgerAtRest()).jobs.length).toBe(1);
  });

  test("the same key of another user, or on the other route, is another key", async () => {
    const other = await product.register();
    const answers = await createAtOnce(product.url, other, 1, withKey("shared"));
    user = await product.register();
    const own = await createAtOnce(product.url, user, 1, withKey("shared"));
    expect(own.answers[0]?.status).toBe(202);
    expect(idsOf(own.answers)).not.toEqual(idsOf(answers.answers));
    const headers = { "idempotency-key": "shared" };
    const video = await user.call("POST", "/ai/generate-video", { headers, json: { videoUrl: "http://localhost/x" } });
    expect(video.status).toBe(202);
  });

  test("F23: a repeat after a restart answers the same job, charged once", async () => {
    user = await product.register();
    const before = await createAtOnce(product.url, user, 5, (i) => withKey(`kept ${i}`)());
    await product.restart();
    const after = await createAtOnce(product.url, user, 5, (i) => withKey(`kept ${i}`)());
    expect(countStatuses(after.answers)).toEqual({ 200: 5 });
    expect(idsOf(after.answers)).toEqual(idsOf(before.answers));
    expect((await checkLedgerAtRest()).balance).toBe(95);
  });
});

describe("with one key and credits for one", () => {
  beforeAll(async () => {
    product = await startProduct({ environment: { WELCOME_CREDITS: "1", MAX_ACTIVE_JOBS: "1" } });
  });
  afterAll(() => product.close());

  test("nobody of 50 who send the request at once is told that it cannot be paid for: it has been", async () => {
    user = await product.register();
    const headers = { "idempotency-key": "the last credit" };
    const { answers } = await createAtOnce(product.url, user, 50, () => ({ json: small, headers }));
    const { 202: started, 200: repeated = 0, 409: later = 0, ...others } = countStatuses(answers);
    expect([started, repeated + later, others]).toEqual([1, 49, {}]);
    await checkLedgerAtRest();
  });

  test("a repeat that looks at the account only after the first was charged gets the first one's job", async () => {
    user = await product.register();
    const post = () =>
      user.call("POST", "/ai/generate-image", { json: small, headers: { "idempotency-key": "the last credit" } });
    const account = delayedAccount(product.runtime.table);
    const delayed = { ...product.runtime, table: account.table };
    useRuntime({ ...delayed, changeAccount: createAccountChanges(delayed) });
    const repeat = post();
    await account.isAskedFor;
    useRuntime(product.runtime);
    const first = await post();
    account.answer();
    const { status, body } = await repeat;
    expect([first.status, [200, 409].includes(status), body.message]).toEqual([202, true, body.message]);
    await checkLedgerAtRest();
  });
});

/** The first look at an account waits, as it may over a network. */
function delayedAccount(table: Table) {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const delayed: Table = {
    ...table,
    async get(key) {
      if (key.sort !== "account") return table.get(key);
      asked.resolve();
      await answered.promise;
      return table.get(key);
    },
  };
  return { table: delayed, isAskedFor: asked.promise, answer: answered.resolve };
}

async function checkLedgerAtRest() {
  const { data } = (await user.call("GET", "/jobs?limit=100")).body;
  await ended(data.items);
  return checkLedger(user);
}
