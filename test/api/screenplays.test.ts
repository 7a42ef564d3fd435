// Screenplays in the whole product: what is asked, what is kept of it, what it costs, and what is refused.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ChatServer, startChatServer } from "../servers/chat/server.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User } from "./user.ts";

const path = "/ai/generate-screenplay";
let server: ChatServer;
let product: Product;
let user: User;

beforeAll(async () => {
  server = await startChatServer();
  product = await startProduct({
    environment: {
      ...{ LOCAL_QWEN_BASE_URL: server.baseUrl, LOCAL_QWEN_API_KEY: server.key, LOCAL_QWEN_MODELS: server.model },
      ...{ DEFAULT_TEXT_PROVIDER: "sketch", TIMER_SECONDS: "1", PRICES: '{"local_qwen":7}' },
    },
  });
  user = await product.register();
});
afterAll(async () => {
  await product.close();
  await server[Symbol.asyncDispose]();
});

async function written(json: object): Promise<ShownJob> {
  return follow(user, (await create(user, json, path)).id);
}

async function textOf({ outputs: [output] }: ShownJob) {
  const file = await fetch(output.url);
  const text = await file.text();
  expect(file.headers.get("content-type")).toBe("application/json");
  expect(output.sha256).toBe(createHash("sha256").update(text).digest("hex"));
  return JSON.parse(text);
}

describe("sketch", () => {
  test("writes one in the prompt's language, which is kept, labelled, and costs a credit", async () => {
    const before = await creditsOf(user);
    const job = await written({ prompt: "一艘晚点的船", genre: "comedy", episodes: 2, seed: 3 });
    expect(job).toMatchObject({ type: "text", status: "completed", provider: "sketch", cost: 1, error: null });
    const params = { language: "zh", genre: "comedy", episodes: 2, scenesPerEpisode: 3, durationSec: 60, seed: 3 };
    expect(job.params).toMatchObject(params);
    expect(job.outputs).toMatchObject([{ type: "text", width: null, height: null, durationMs: null }]);
    const screenplay = await textOf(job);
    expect(screenplay).toMatchObject({ kind: "screenplay", language: "zh", genre: "comedy" });
    expect(screenplay.AIGC).toMatchObject({ Label: "1", ProduceID: `${job.id}-1-0` });
    expect(screenplay.episodes).toHaveLength(2);
    expect((await creditsOf(user)).balance).toBe(before.balance - 1);
    await checkLedger(user);
  });

  test("is what a dry run is written by, for nothing", async () => {
    const job = await written({ prompt: "A ferry", provider: "local_qwen", dryRun: true });
    expect(job).toMatchObject({ provider: "sketch", cost: 0, status: "completed" });
  });

  test("a text is listed by its type, and is no picture to work on", async () => {
    const { id } = await written({ prompt: "A ferry" });
    const { data } = (await user.call("GET", "/jobs?type=text&limit=1")).body;
    expect(data.items).toMatchObject([{ id, type: "text" }]);
    const json = { prompt: "x", operation: "edit", inputs: [{ jobId: id, index: 0 }] };
    const refused = await user.call("POST", "/ai/generate-image", { json });
    expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining("has a text")]);
  });
});

describe("a language model", () => {
  const request = { prompt: "A ferry that is late", provider: "local_qwen" };

  test("writes one, for the price that was quoted", async () => {
    const quoted = await user.call("POST", "/ai/quote", { json: { type: "text", ...request } });
    expect(quoted.body.data).toMatchObject({ price: 7, provider: "local_qwen", model: server.model });
    const job = await written(request);
    expect(job).toMatchObject({ status: "completed", cost: 7, model: server.model });
    expect(await textOf(job)).toMatchObject({ title: "Ferry", language: "en", genre: "drama" });
  });

  test("that answers nonsense twice in each of three attempts is given back, and asked six times in all", async () => {
    const before = await creditsOf(user);
    const asked = server.asked.length;
    for (let i = 0; i < 6; i++) server.say("no");
    const job = await written(request);
    expect(job).toMatchObject({ status: "failed", attempts: 3, error: { type: "invalid_output" } });
    expect(server.asked.length - asked).toBe(6);
    expect(await creditsOf(user)).toEqual(before);
    await checkLedger(user);
  });

  test("whose answer was lost is asked again, and paid once", async () => {
    server.trouble("start", { when: "after", what: "cut body" });
    const job = await written(request);
    expect(job).toMatchObject({ status: "completed", cost: 7 });
    const { lines } = await checkLedger(user);
    expect(lines.filter(({ jobId }) => jobId === job.id).map(({ amount }) => amount)).toEqual([-7]);
  });
});

test("models and health tell of it", async () => {
  const models = (await user.call("GET", "/ai/models")).body.data.items;
  const texts = models.filter(({ type }: { type: string }) => type === "text");
  expect(texts).toContainEqual(
    expect.objectContaining({ provider: "local_qwen", id: server.model, price: 7, available: true }),
  );
  expect(texts).toContainEqual(expect.objectContaining({ provider: "cloud_qwen", available: false }));
  const providers = (await user.call("GET", "/ai/health")).body.data.items;
  expect(providers).toContainEqual(expect.objectContaining({ provider: "local_qwen", status: "up" }));
});

describe.each([
  [path, {}],
  ["/ai/quote", { type: "text" }],
])("%s refuses, by name,", (route, more) => {
  test.each<[string, object, string]>([
    ["no prompt", {}, "prompt"],
    ["no episodes", { prompt: "x", episodes: 0 }, "episodes"],
    ["too many scenes", { prompt: "x", scenesPerEpisode: 11 }, "scenesPerEpisode"],
    ["a genre that nobody writes", { prompt: "x", genre: "opera" }, "genre"],
    ["a time that is too short for its scenes", { prompt: "x", durationSec: 20, scenesPerEpisode: 10 }, "durationSec"],
    ["what belongs to pictures", { prompt: "x", size: "64x64" }, "size"],
    ["more scenes than an answer holds", { prompt: "x", provider: "local_qwen", episodes: 20 }, "episodes"],
    ["a provider that writes nothing", { prompt: "x", provider: "runway" }, "provider"],
  ])("%s", async (_, json, wrong) => {
    const { status, body } = await user.call("POST", route, { json: { ...more, ...json } });
    expect(status).toBe(400);
    expect(body.error.details.map((detail: { path: string }) => detail.path)).toContain(wrong);
  });
});
