// The models that let a frontend meet every ending: each ends as its name says, costs what the reference says, and leaves nothing behind.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Job } from "../../shared/jobs/job.ts";
import { type TestModel, testModels } from "../../shared/providers/sketch/test-models.ts";
import { checkLedger } from "./check-ledger.ts";
import { type HurriedClock, hurriedClock } from "./hurried-clock.ts";
import { hurryJob } from "./hurry.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, type ShownJob, type User } from "./user.ts";

let product: Product;
let clock: HurriedClock;
let user: User;

beforeAll(async () => {
  clock = hurriedClock();
  product = await startProduct({ clock, environment: { WELCOME_CREDITS: "1000", TIMER_SECONDS: "0.1" } });
});
afterAll(() => product.close());

const hurry = (jobId: string, isThere: (job: Job) => boolean) =>
  hurryJob({ product, clock }, { userId: user.userId, jobId }, isThere);
const isClosed = ({ dueAt }: Job) => dueAt === null;
/** What a dry run has left is removed a week later. */
const isClosedOrKept = (job: Job) => isClosed(job) || (job.phase === "closed" && job.keptForMs !== undefined);

/** A new user asks for it, and follows it to its end. Whatever becomes of it, the books are right and only what is kept lies there. */
async function ending(model: string, json: object = {}, path?: string): Promise<{ job: ShownJob; spent: number }> {
  user = await product.register();
  const { id } = await create(user, { model, prompt: "a lake", ...json }, path);
  await hurry(id, isClosedOrKept);
  return await ended(id);
}

async function ended(id: string): Promise<{ job: ShownJob; spent: number }> {
  const job: ShownJob = (await user.call("GET", `/jobs/${id}`)).body.data;
  const { balance } = await checkLedger(user);
  expect((await creditsOf(user)).held).toBe(0);
  const keys = job.outputs.map((output: ShownJob) => output.key);
  expect((await product.files()).filter((path) => path.includes(user.userId) && !path.includes("/thumbnail-"))).toEqual(
    keys,
  );
  return { job, spent: 1000 - balance };
}

const failed = (type: string, attempts: number, retryable = true) => ({
  status: "failed",
  attempts,
  outputs: [],
  error: { type, retryable },
});

describe("A picture by", () => {
  const endings: Record<TestModel, [ending: object, spent: number, asked?: object]> = {
    "sketch-slow": [{ status: "completed", attempts: 1, cost: 1 }, 1],
    "sketch-fail-once": [{ status: "completed", attempts: 2, cost: 1, error: null }, 1],
    "sketch-fail": [failed("provider_error", 3), 0],
    "sketch-refused": [failed("moderation_blocked", 1, false), 0],
    "sketch-partial": [
      { status: "completed", attempts: 3, cost: 2, outputs: [{ index: 0 }, { index: 1 }] },
      2,
      { n: 3 },
    ],
    "sketch-timeout": [{ ...failed("deadline_exceeded", 1), providerCancel: "done" }, 0],
    "sketch-wrong-file": [failed("invalid_output", 3), 0],
    "sketch-expired": [failed("fetch_failed", 3), 0],
  };

  test("each test model is looked at here, and told of in the reference and the README", async () => {
    expect(Object.keys(endings)).toEqual(Object.keys(testModels));
    const { paths }: ShownJob = (await product.call("GET", "/openapi.json")).body;
    const reference = paths["/ai/models"].get.description;
    const readme = readFileSync("README.md", "utf8").replaceAll(/ +/g, " ");
    for (const [id, does] of Object.entries(testModels)) {
      expect(reference).toContain(`\`${id}\` ${does}.`);
      expect(readme).toContain(`| \`${id}\` | ${does} |`);
    }
  });

  test.each(Object.entries(endings))("%s ends as it must", async (model, [wanted, spent, asked]) => {
    const found = await ending(model, asked);
    expect(found.job).toMatchObject({ provider: "test", model, ...wanted });
    expect(found.spent).toBe(spent);
  });
});

describe("A frontend can see", () => {
  test("the progress of sketch-slow, and cancel it", async () => {
    user = await product.register();
    const { id } = await create(user, { model: "sketch-slow", prompt: "a lake" });
    await hurry(id, (job) => job.progress > 30);
    const seen: ShownJob = (await user.call("GET", `/jobs/${id}`)).body.data;
    expect(seen).toMatchObject({ status: "processing", stage: "generating" });
    expect((await user.call("POST", `/jobs/${id}/cancel`)).status).toBeLessThan(300);
    await hurry(id, isClosed);
    const { job, spent } = await ended(id);
    expect([job.status, job.providerCancel, spent]).toEqual(["cancelled", "done", 0]);
  });

  test("sketch-slow go on after everything was stopped and started again", async () => {
    user = await product.register();
    const { id } = await create(user, { model: "sketch-slow", prompt: "a lake" });
    await hurry(id, (job) => job.task !== null);
    await product.restart();
    await hurry(id, isClosed);
    expect((await ended(id)).job).toMatchObject({ status: "completed", attempts: 1 });
  });

  test("a retry of sketch-fail fail again, and be given back again", async () => {
    const { job } = await ending("sketch-fail");
    expect((await user.call("POST", `/jobs/${job.id}/retry`)).status).toBeLessThan(300);
    await hurry(job.id, isClosed);
    const again = await ended(job.id);
    expect(again.job).toMatchObject({ ...failed("provider_error", 6), round: 2 });
    expect(again.spent).toBe(0);
  });

  test("a video end in the same ways", async () => {
    const { job, spent } = await ending("sketch-refused", { durationSec: 1 }, "/ai/generate-video");
    expect([job.type, job.error.type, spent]).toEqual(["video", "moderation_blocked", 0]);
  });
});

describe("A test model is", () => {
  test("refused where it could not do what it is for, saying what to ask instead", async () => {
    user = await product.register();
    const answer = await user.call("POST", "/ai/generate-image", { json: { model: "sketch-partial", prompt: "x" } });
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(/^n: Must be 2 at least/)]);
  });

  test("shown as what it is, behind all others, and takes a dry run as what it is", async () => {
    const { items } = (await product.call("GET", "/ai/models")).body.data;
    const marked = items.map((item: ShownJob) => item.isForTests === true);
    expect(marked).toEqual(marked.toSorted());
    expect(marked.filter(Boolean)).toHaveLength(2 * Object.keys(testModels).length);
    const { job, spent } = await ending("sketch-fail", { dryRun: true });
    expect([job.error.type, job.dryRun, spent]).toEqual(["provider_error", true, 0]);
  });

  test.each([
    [{ NODE_ENV: "production", JWT_SECRET: "x".repeat(32) }, 400],
    [{ NODE_ENV: "production", JWT_SECRET: "x".repeat(32), TEST_MODELS: "1" }, 202],
    [{ TEST_MODELS: "0" }, 400],
  ])("there or not, with %o", async (environment, status) => {
    const other = await startProduct({ environment: { ...environment, REGISTRATIONS_PER_HOUR: "0" } });
    try {
      const json = { model: "sketch-refused", prompt: "a lake" };
      expect((await (await other.register()).call("POST", "/ai/generate-image", { json })).status).toBe(status);
    } finally {
      await other.close();
    }
  });
});
