// The main job over HTTP: ask, follow, and have a picture of one's own.
import { createHash } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unlabelled } from "../labels/marking.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User } from "./user.ts";
import { waitingProvider } from "./waiting-provider.ts";

const slow = waitingProvider();
let product: Product;
let user: User;

beforeAll(async () => {
  product = await startProduct({ providers: [slow.provider], environment: { DEFAULT_IMAGE_PROVIDER: "sketch" } });
});
afterAll(() => product.close());

async function generate(json: object): Promise<ShownJob> {
  const { id } = await create(user, { size: "64x64", ...json });
  return follow(user, id);
}

/** Without the label, in which each output has a name of its own. */
async function pixelsOf(url: string): Promise<string> {
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  return createHash("sha256")
    .update(await sharp(bytes).raw().toBuffer())
    .digest("hex");
}

describe("a picture", () => {
  beforeAll(async () => {
    user = await product.register();
  });

  test("is asked for, followed and kept, and costs a credit", async () => {
    const answer = await user.call("POST", "/ai/generate-image", { json: { prompt: "a lake at dawn" } });
    const { data } = answer.body;
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`/api/v1/jobs/${data.id}`);
    expect(data).toMatchObject({ status: "pending", stage: "queued", progress: 0, outputs: [], resultUrls: [] });
    expect(data.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

    const job = await follow(user, data.id);
    expect(job).toMatchObject({ status: "completed", stage: "done", progress: 100, cost: 1, round: 1, attempts: 1 });
    expect(job).toMatchObject({ provider: "sketch", model: "sketch", operation: "generate", error: null });
    expect(job.outputs).toHaveLength(1);
    expect(job.resultUrls).toEqual([job.outputs[0].url]);
    expect(job.outputs[0]).toMatchObject({ index: 0, type: "image", contentType: "image/png" });
    expect(job.outputs[0]).toMatchObject({ width: 1024, height: 1024, durationMs: null });
    expect(await creditsOf(user)).toEqual({ balance: 99, held: 0, totalEarned: 100, totalSpent: 1 });
    const { lines } = await checkLedger(user);
    expect(lines.map(({ type, amount, jobId }) => ({ type, amount, jobId }))).toEqual([
      { type: "charge", amount: -1, jobId: job.id },
      { type: "grant", amount: 100, jobId: undefined },
    ]);
  });

  test("is served without a token, with its type, for ever, and is the file that was recorded", async () => {
    const [output] = (await generate({ prompt: "a lighthouse" })).outputs;
    expect(output.url).toBe(`${product.url}/media/${output.key}`);
    expect(output.key).toMatch(/^users\/[0-9a-f-]{36}\/jobs\/[0-9a-f-]{36}\/image-[0-9]{13}-0\.png$/);
    const response = await fetch(output.url);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([response.status, bytes.length]).toEqual([200, output.size]);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(output.sha256);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(output.size),
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "png", width: 64, height: 64 });
    const [, id] = /jobs\/([0-9a-f-]{36})/.exec(output.key) ?? [];
    expect((await unlabelled(bytes)).produceIds).toEqual([`${id}-1-0`]);
  });

  test("is served in ranges", async () => {
    const [output] = (await generate({ prompt: "a harbour" })).outputs;
    const whole = Buffer.from(await (await fetch(output.url)).arrayBuffer());
    const part = await fetch(output.url, { headers: { range: "bytes=10-19" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 10-19/${output.size}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10, 20));
    const behind = await fetch(output.url, { headers: { range: `bytes=${output.size}-` } });
    expect(behind.status).toBe(416);
  });

  test("comes in fours, each another one, for four credits", async () => {
    const before = await creditsOf(user);
    const job = await generate({ prompt: "a market", n: 4, seed: 7 });
    expect([job.status, job.cost]).toEqual(["completed", 4]);
    expect(job.outputs.map((output: ShownJob) => output.index)).toEqual([0, 1, 2, 3]);
    expect(new Set(await Promise.all(job.resultUrls.map(pixelsOf))).size).toBe(4);
    expect(new Set(job.resultUrls).size).toBe(4);
    expect((await creditsOf(user)).balance).toBe(before.balance - 4);
  });

  test("has the size that was asked for", async () => {
    const { outputs } = await generate({ prompt: "a wide field", size: "320x128" });
    expect(outputs[0]).toMatchObject({ width: 320, height: 128 });
  });

  test("is the same for the same prompt and seed, and another one for another seed", async () => {
    const jobs = await Promise.all([1, 1, 2].map((seed) => generate({ prompt: "a bridge", seed })));
    const [first, second, other] = await Promise.all(jobs.map((job) => pixelsOf(job.resultUrls[0])));
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  test("of a dry run is drawn and kept, and costs nothing", async () => {
    const before = await checkLedger(user);
    const job = await generate({ prompt: "a rehearsal", provider: "scripted", dryRun: true });
    expect(job).toMatchObject({ status: "completed", dryRun: true, cost: 0, provider: "sketch" });
    expect((await fetch(job.resultUrls[0])).status).toBe(200);
    const after = await checkLedger(user);
    expect([after.balance, after.lines]).toEqual([before.balance, before.lines]);
  });
});

test("a video is drawn, kept and served as what it is, for five credits", async () => {
  user = await product.register();
  const json = { prompt: "waves", durationSec: 1, resolution: "480p", ratio: "4:3" };
  const { id } = await create(user, json, "/ai/generate-video");
  const job = await follow(user, id);
  expect(job).toMatchObject({ status: "completed", type: "video", provider: "sketch", cost: 5, attempts: 1 });
  expect(job.outputs[0]).toMatchObject({ type: "video", contentType: "video/mp4", width: 640, height: 480 });
  expect(job.outputs[0].durationMs).toBe(1000);
  const response = await fetch(job.resultUrls[0]);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect([response.headers.get("content-type"), bytes.length]).toEqual(["video/mp4", job.outputs[0].size]);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(job.outputs[0].sha256);
  expect(await creditsOf(user)).toEqual({ balance: 95, held: 0, totalEarned: 100, totalSpent: 5 });
  await checkLedger(user);
});

describe("what was sent", () => {
  beforeAll(async () => {
    user = await product.register();
  });

  test.each([
    ["with white space around", "  a lake \n at dawn\t"],
    ["in Chinese, with emoji and marks of other scripts", "画一只猫 🐈‍⬛ e\u0301 שלום مرحبا \u202e"],
    ["that looks like markup", "<b>bold</b> &amp; <svg onload=alert(1)> {{x}} $(y) %00"],
    ["of control characters", "a\u0000b\u0001\u001b[31m\r\nc\u0085\u2028\ufeff\uffff"],
    ["of 4000 characters outside of the basic plane", "🌊".repeat(4000)],
  ])("a prompt %s is kept exactly, and drawn", async (_, prompt) => {
    const job = await generate({ prompt });
    expect([job.status, job.prompt]).toEqual(["completed", prompt]);
  });

  test("metadata comes back unchanged, whatever its keys", async () => {
    const metadata = { snake_case: 1, camelCase: [null, true, { "": "x" }], "a b": -0.25, 画: "猫🐈", n: 5 };
    const job = await generate({ prompt: "a note", metadata });
    expect(job.metadata).toEqual(metadata);
  });

  test("metadata of exactly 4096 bytes is taken", async () => {
    const metadata = { text: "x".repeat(4096 - '{"text":""}'.length) };
    expect((await generate({ prompt: "a long note", metadata })).metadata).toEqual(metadata);
  });

  test("keys may be written in snake_case", async () => {
    const json = { prompt: "a fox", negative_prompt: "a dog", dry_run: true, metadata: { dry_run: "mine" } };
    const job = await generate(json);
    expect(job).toMatchObject({ dryRun: true, metadata: { dry_run: "mine" }, params: { negativePrompt: "a dog" } });
  });
});

describe("while the provider works", () => {
  beforeAll(async () => {
    user = await product.register();
  });

  test("the credits are held, and they are spent only when the job has ended", async () => {
    slow.resume();
    const { id } = await create(user, { prompt: "patience", provider: "scripted", n: 2 });
    const working = await follow(user, id, (job) => job.stage === "generating");
    expect(working).toMatchObject({ status: "processing", progress: 40, completedAt: null, cost: 20 });
    expect(await creditsOf(user)).toEqual({ balance: 80, held: 20, totalEarned: 100, totalSpent: 0 });
    await checkLedger(user);
    slow.finish({ state: "succeeded", sources: [0, 1].map((index) => ({ kind: "stream", data: { index } })) });
    expect(await follow(user, id)).toMatchObject({ status: "completed", cost: 20 });
    expect(await creditsOf(user)).toEqual({ balance: 80, held: 0, totalEarned: 100, totalSpent: 20 });
    await checkLedger(user);
  });

  test("whoever prefers to wait gets 201 when the job ends in time, and 202 when it does not", async () => {
    const wait = (seconds: number, json: object) =>
      user.call("POST", "/ai/generate-image", { headers: { prefer: `wait=${seconds}` }, json });
    const ended = await wait(20, { prompt: "soon", size: "64x64" });
    const patient = await wait(9_999_999_999, { prompt: "soon enough", size: "64x64" });
    expect([patient.status, patient.body.data.status]).toEqual([201, "completed"]);
    expect([ended.status, ended.body.data.status]).toEqual([201, "completed"]);
    expect(ended.headers.get("location")).toBe(`/api/v1/jobs/${ended.body.data.id}`);
    slow.resume();
    const going = await wait(1, { prompt: "later", provider: "scripted" });
    expect([going.status, going.body.data.status]).toEqual([202, "processing"]);
    slow.finish({ state: "failed", failure: { type: "moderation_blocked", message: "Not this.", retryable: false } });
    const failed = await follow(user, going.body.data.id);
    expect(failed.error).toEqual({ type: "moderation_blocked", message: "Not this.", retryable: false });
    const failing = await wait(20, { prompt: "never", provider: "scripted" });
    expect([failing.status, failing.body.data.status]).toEqual([201, "failed"]);
    await checkLedger(user);
  });
});
