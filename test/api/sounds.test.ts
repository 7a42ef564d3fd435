// Speech and music in the whole product: asked, kept, measured, paid for by character, refused.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DashscopeServer, startDashscopeServer } from "../servers/dashscope/server.ts";
import { type OpenaiServer, startOpenaiServer } from "../servers/openai/server.ts";
import { sampleFile } from "../servers/vendor/sample-files.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User } from "./user.ts";

const speech = "/ai/generate-speech";
const music = "/ai/generate-music";
let openai: OpenaiServer;
let dashscope: DashscopeServer;
let product: Product;
let user: User;

beforeAll(async () => {
  [openai, dashscope] = await Promise.all([startOpenaiServer(), startDashscopeServer()]);
  product = await startProduct({
    environment: {
      ...{ OPENAI_API_KEY: openai.key, OPENAI_BASE_URL: openai.baseUrl },
      ...{ DASHSCOPE_API_KEY: dashscope.key, DASHSCOPE_BASE_URL: dashscope.url },
      ...{ TRUSTED_HOSTS: dashscope.host, DEFAULT_AUDIO_PROVIDER: "sketch", TIMER_SECONDS: "1" },
      PRICES:
        '{"openai/tts-1":{"unit":"character","amount":0.5},"dashscope/qwen3-tts-flash":{"unit":"character","amount":0.1}}',
    },
  });
  user = await product.register();
});
afterAll(async () => {
  await product.close();
  await Promise.all([openai[Symbol.asyncDispose](), dashscope[Symbol.asyncDispose]()]);
});

async function made(path: string, json: object): Promise<ShownJob> {
  return follow(user, (await create(user, json, path)).id);
}

async function bytesOf({ outputs: [output] }: ShownJob): Promise<Buffer> {
  const file = await fetch(output.url);
  const bytes = Buffer.from(await file.arrayBuffer());
  expect(file.headers.get("content-type")).toBe(output.contentType);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(output.sha256);
  return bytes;
}

describe("sketch", () => {
  test("makes music of a mood and a length, labelled, for a credit", async () => {
    const before = await creditsOf(user);
    const job = await made(music, { prompt: "a ferry in the fog", mood: "sad", durationSec: 4 });
    expect(job).toMatchObject({ type: "audio", status: "completed", provider: "sketch", cost: 1 });
    expect(job.params).toMatchObject({ sound: "music", mood: "sad", durationSec: 4 });
    expect(job.outputs).toMatchObject([
      { type: "audio", contentType: "audio/wav", durationMs: 4000, width: null, height: null },
    ]);
    expect((await bytesOf(job)).toString("latin1")).toContain(`"ProduceID":"${job.id}-1-0"`);
    expect((await creditsOf(user)).balance).toBe(before.balance - 1);
  });

  test("speaks, or is silent for as long as that would take", async () => {
    const job = await made(speech, { prompt: "It is late, as I am.", voice: "girl" });
    expect(job.params).toMatchObject({ sound: "speech", voice: "girl" });
    expect(job.outputs[0].durationMs).toBeGreaterThan(500);
  });
});

test("one Idempotency-Key on both routes is two requests", async () => {
  const headers = { "idempotency-key": "one for two" };
  const asked = (path: string, json: object) => user.call("POST", path, { json, headers });
  const spoken = await asked(speech, { prompt: "Good morning." });
  const played = await asked(music, { prompt: "morning", durationSec: 2 });
  expect([spoken.status, played.status]).toEqual([202, 202]);
  expect(spoken.body.data.id).not.toBe(played.body.data.id);
});

describe("openai", () => {
  test("speaks into the store, paid by the character", async () => {
    const request = { prompt: "Ten letters and more", provider: "openai", model: "tts-1", voice: "man" };
    const { body } = await user.call("POST", "/ai/quote", { json: { type: "audio", ...request } });
    expect(body.data.price).toBe(10);
    const job = await made(speech, request);
    expect(job).toMatchObject({
      status: "completed",
      cost: 10,
      outputs: [{ contentType: "audio/mpeg", durationMs: 240 }],
    });
    expect(openai.asked.at(-1)?.fields).toEqual({
      ...{ model: "tts-1", input: "Ten letters and more", voice: "onyx", response_format: "mp3" },
    });
    const bytes = await bytesOf(job);
    expect(bytes.indexOf(sampleFile("audio").bytes)).toBeGreaterThan(0);
    expect(bytes.toString("latin1")).toContain("AIGC");
  });

  test("whose sound breaks off is not asked twice, and is given back", async () => {
    const before = await creditsOf(user);
    const asked = openai.asked.length;
    openai.trouble("start", { when: "after", what: "cut body" });
    const job = await made(speech, { prompt: "It is late", provider: "openai", model: "tts-1" });
    expect(job).toMatchObject({ status: "failed", error: { type: "provider_unknown" } });
    expect(openai.asked.length - asked).toBe(1);
    expect(await creditsOf(user)).toMatchObject({ balance: before.balance });
  });
});

describe("a dry run", () => {
  test.each([
    ["openai", "tts-1", "nova", "woman"],
    ["dashscope", "qwen3-tts-flash", "Cherry", "woman"],
    ["openai", "tts-1", "old_man", "old_man"],
  ])("of %s's %s with the voice %s is spoken by a %s, and asks nobody", async (provider, model, voice, spoken) => {
    const asked = [openai.asked.length, dashscope.requests.length];
    const request = { prompt: "It is late", provider, model, voice, dryRun: true };
    const { status, body } = await user.call("POST", "/ai/quote", { json: { type: "audio", ...request } });
    expect([status, body.data]).toMatchObject([200, { price: 0, provider: "sketch" }]);
    const job = await made(speech, request);
    expect(job).toMatchObject({ status: "completed", cost: 0, params: { voice: spoken } });
    expect([openai.asked.length, dashscope.requests.length]).toEqual(asked);
  });

  test("of sketch itself refuses a voice that it has not", async () => {
    const json = { prompt: "It is late", provider: "sketch", voice: "nova", dryRun: true };
    expect((await user.call("POST", speech, { json })).body.error.details).toMatchObject([{ path: "voice" }]);
  });
});

describe("dashscope", () => {
  test.each([
    ["qwen3-tts-flash", "Cherry", { voice: "Cherry", language_type: "Chinese" }],
    ["cosyvoice-v3-flash", "old_man", { voice: "longanyun_v3", format: "wav", sample_rate: 24_000 }],
  ])("%s speaks with the voice %s", async (model, voice, said) => {
    const job = await made(speech, { prompt: "船晚点了。", provider: "dashscope", model, voice });
    expect(job).toMatchObject({ status: "completed", cost: 1 });
    await bytesOf(job);
    const body = JSON.parse(String(dashscope.requests.filter(({ kind }) => kind === "start").at(-1)?.body));
    expect(body).toEqual({ model, input: { text: "船晚点了。", ...said } });
  });
});

test("models say what they make and which voices they have", async () => {
  const { items } = (await user.call("GET", "/ai/models")).body.data;
  const found = items.filter(({ type }: { type: string }) => type === "audio");
  const ofSketch = found.filter(({ provider }: { provider: string }) => provider === "sketch");
  expect(ofSketch).toEqual([
    expect.objectContaining({ id: "sketch", sounds: ["speech"], voices: expect.arrayContaining(["woman"]) }),
    expect.objectContaining({ id: "sketch", sounds: ["music"], defaults: { durationSec: 30 } }),
  ]);
  expect(found).toContainEqual(
    expect.objectContaining({
      id: "tts-1",
      sounds: ["speech"],
      voices: expect.arrayContaining(["nova"]),
      pricing: { unit: "character", amount: 0.5 },
      price: 50,
    }),
  );
});

test.each<[string, string, object, string]>([
  ["music by who only speaks", music, { prompt: "x", provider: "openai" }, "provider"],
  ["a voice that nobody has", speech, { prompt: "x", provider: "openai", voice: "bass" }, "voice"],
  ["no words", speech, { prompt: " " }, "prompt"],
  ["a length of speech", speech, { prompt: "x", durationSec: 4 }, "durationSec"],
  ["a mood that music has not", music, { prompt: "x", mood: "hungry" }, "mood"],
  ["music that does not end", music, { prompt: "x", durationSec: 3600 }, "durationSec"],
  ["a quote of speech with a mood", "/ai/quote", { type: "audio", prompt: "x", mood: "joy" }, "mood"],
  ["a quote of music with a voice", "/ai/quote", { type: "audio", sound: "music", prompt: "x", voice: "man" }, "voice"],
  ["a quote of a picture with a voice", "/ai/quote", { prompt: "x", voice: "man" }, "voice"],
])("%s is refused, by name", async (_, path, json, wrong) => {
  const { status, body } = await user.call("POST", path, { json });
  expect(status).toBe(400);
  expect(body.error.details.map((detail: { path: string }) => detail.path)).toContain(wrong);
  await checkLedger(user);
});
