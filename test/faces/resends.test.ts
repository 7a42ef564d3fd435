// Clients that give up and send again without a key: whatever is lost, as many jobs are charged as were wished, and each wish gets its own.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateImage } from "ai";
import Openai from "openai";
import Openai6 from "openai-6";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { type Product, startProduct } from "../api/local.ts";
import { hasEnded, listAll, type User, until } from "../api/user.ts";
import { type WaitingProvider, waitingProvider } from "../api/waiting-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type LosingProxy, type Loss, startLosingProxy } from "../servers/losing-proxy.ts";

const PRICE = 10;
/** Of an answer, by the product in a hurry: seven seconds less what a function keeps for its farewell. */
const HOLD_MS = 2000;

interface Side {
  product: Product;
  proxy: LosingProxy;
}

let patient: Side;
let hurried: Side;
let product: Product;
let proxy: LosingProxy;
let waiting: WaitingProvider;
let user: User;

beforeAll(async () => {
  waiting = waitingProvider({ checkAfterMs: 250 });
  patient = await startSide();
  hurried = await startSide(7);
});
afterAll(async () => {
  for (const { proxy, product } of [patient, hurried]) {
    await proxy[Symbol.asyncDispose]();
    await product.close();
  }
});
beforeEach(() => take(patient));

async function startSide(timeoutSeconds?: number): Promise<Side> {
  const product = await startProduct({
    providers: [waiting.provider],
    environment: {
      WELCOME_CREDITS: "1000",
      TIMER_SECONDS: "1",
      DEFAULT_IMAGE_PROVIDER: "scripted",
      PRICES: '{"test/sketch-slow":9999}',
    },
    redeclare: (declared) =>
      declared.name === "openai-generate-image" && timeoutSeconds ? { ...declared, timeoutSeconds } : declared,
  });
  return { product, proxy: await startLosingProxy(product.url) };
}

/** From here on a new user asks there. */
async function take(side: Side): Promise<void> {
  ({ product, proxy } = side);
  user = await product.register();
  proxy.requests.length = 0;
  proxy.losses.length = 0;
  waiting.finish();
}

const baseURL = () => `${proxy.url}/api/v1/openai/v1`;

/** From now on nothing ends for so long. */
function takes(ms: number): void {
  waiting.resume();
  setTimeout(() => waiting.finish(), ms);
}

/** What all of it has cost in the end, once everything has ended: jobs, and credits. */
async function charged(price = PRICE): Promise<number> {
  await allEnded();
  const { jobs, lines } = await checkLedger(user);
  expect(lines.filter(({ type }) => type === "charge")).toHaveLength(jobs.length);
  const spent = lines.reduce((sum, line) => sum + (line.type === "charge" ? -line.amount : 0), 0);
  expect(spent).toBe(price * jobs.length);
  return jobs.length;
}

async function allEnded(): Promise<void> {
  waiting.finish();
  await until(
    async () => (await listAll(user, "/jobs")).items,
    (jobs) => jobs.every(hasEnded),
  );
}

const lines: [string, Loss[]][] = [
  ["nothing is lost", []],
  ["the request is lost", ["refuse"]],
  ["the answer is lost", ["lose"]],
  ["two answers are lost", ["lose", "lose"]],
  ["a gateway gives up, and the function goes on", [504]],
  ["gateways give up twice", [502, 504]],
  ["the line breaks while it waits", [{ cut: 100 }]],
  ["the line breaks unseen", [{ blind: 100 }]],
  ["both", [{ blind: 50 }, { cut: 50 }]],
];

describe.each([
  ["openai 7", Openai, lines],
  ["openai 6", Openai6 as unknown as typeof Openai, lines.slice(-3)],
] as const)("%s is charged once and gets its picture when", (_, Client, some) => {
  test.each(some)("%s", async (_what, losses) => {
    takes(400);
    proxy.losses.push(...losses);
    const { data } = await new Client({ baseURL: baseURL(), apiKey: user.token }).images.generate({ prompt: "a lake" });
    expect(data).toHaveLength(1);
    expect(proxy.requests.map(({ sentBefore }) => sentBefore)).toEqual(
      [...losses, null].map((_, tries) => String(tries)),
    );
    expect(await charged()).toBe(1);
  });

  test("its own patience is short", async () => {
    takes(900);
    const client = new Client({ baseURL: baseURL(), apiKey: user.token, timeout: 400, maxRetries: 9 });
    expect((await client.images.generate({ prompt: "a lake" })).data).toHaveLength(1);
    expect(proxy.requests.length).toBeGreaterThan(1);
    expect(await charged()).toBe(1);
  });

  test("the job takes longer than an answer is held", async () => {
    await take(hurried);
    takes(HOLD_MS + 700);
    const { data } = await new Client({ baseURL: baseURL(), apiKey: user.token, maxRetries: 6 }).images.generate({
      prompt: "a lake",
    });
    expect(data).toHaveLength(1);
    expect(proxy.requests.length).toBeGreaterThan(1);
    expect(await charged()).toBe(1);
  });

  test("it takes longer than all tries together, and somebody asks again by hand", async () => {
    await take(hurried);
    waiting.resume();
    const client = new Client({ baseURL: baseURL(), apiKey: user.token });
    await expect(client.images.generate({ prompt: "a lake" })).rejects.toMatchObject({
      status: 504,
      code: "still_running",
    });
    expect(proxy.requests).toHaveLength(3);
    await allEnded();
    expect((await client.images.generate({ prompt: "a lake" })).data).toHaveLength(1);
    expect(await charged()).toBe(1);
  });
});

const client = () => new Openai({ baseURL: baseURL(), apiKey: user.token });

describe("Who asks twice on purpose gets two, and pays two", () => {
  test("one after the other", async () => {
    const first = await client().images.generate({ prompt: "a lake" });
    const second = await client().images.generate({ prompt: "a lake" });
    expect(first.data?.[0]?.url).not.toBe(second.data?.[0]?.url);
    expect(await charged()).toBe(2);
  });

  test("at once, also when both answers are lost", async () => {
    takes(500);
    proxy.losses.push("lose", { cut: 100 });
    const both = await Promise.all([
      client().images.generate({ prompt: "a lake" }),
      client().images.generate({ prompt: "a lake" }),
    ]);
    expect(new Set(both.map(({ data }) => data?.[0]?.url)).size).toBe(2);
    expect(await charged()).toBe(2);
  });

  test("without a word about tries", async () => {
    takes(600);
    const three = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(three.map(({ jobId }) => jobId)).size).toBe(3);
    expect((await ask()).jobId).not.toBe(three[2]?.jobId);
    expect(await charged()).toBe(4);
  });

  test("while the first one still waits", async () => {
    takes(900);
    const first = ask();
    await new Promise((resolve) => setTimeout(resolve, 450));
    const second = await ask();
    expect(second.jobId).not.toBe((await first).jobId);
    expect(await charged()).toBe(2);
  });

  test("another prompt, another user", async () => {
    proxy.losses.push({ cut: 50 });
    takes(300);
    await expect(ask()).rejects.toThrow();
    const other = await ask({ prompt: "a sea" });
    expect(other.status).toBe(200);
    expect(await charged()).toBe(2);
    user = await product.register();
    await ask();
    expect(await charged()).toBe(1);
  });
});

describe("A client that says nothing of its tries", () => {
  const losses: [string, Loss][] = [
    ["whose line broke while it waited", { cut: 100 }],
    ["that was cut off at once", { cut: 5 }],
  ];

  test.each(losses)("gets the same job, %s", async (_what, loss) => {
    takes(700);
    proxy.losses.push(loss);
    await expect(ask()).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await ask()).status).toBe(200);
    expect(await charged()).toBe(1);
  });

  test("gets the same job when the answer came too late", async () => {
    await take(hurried);
    takes(HOLD_MS + 500);
    const late = await ask();
    expect([late.status, late.retryAfterMs]).toEqual([504, "50"]);
    const again = await ask();
    expect([again.status, again.jobId]).toEqual([200, late.jobId]);
    expect(await charged()).toBe(1);
  });

  test("three at once that are cut off and come again get three", async () => {
    takes(700);
    proxy.losses.push({ cut: 100 }, { cut: 120 }, { cut: 140 });
    await Promise.allSettled([ask(), ask(), ask()]);
    const again = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(again.map(({ jobId }) => jobId)).size).toBe(3);
    expect(await charged()).toBe(3);
  });
});

test("who sends a key of its own is known by it, and by nothing else", async () => {
  const headers = { "idempotency-key": "order-7" };
  const [first, second] = [await ask({ prompt: "a lake" }, headers), await ask({ prompt: "a lake" }, headers)];
  expect(second.jobId).toBe(first.jobId);
  expect((await ask({ prompt: "a sea" }, headers)).status).toBe(422);
  expect((await ask({ prompt: "a lake" })).jobId).not.toBe(first.jobId);
  expect(await charged()).toBe(2);
});

test("pictures as URLs of what was asked for as base64 are the same wish once nobody got it", async () => {
  takes(400);
  proxy.losses.push({ cut: 50 });
  await expect(ask({ prompt: "a lake", response_format: "b64_json" })).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await ask({ prompt: "a lake", response_format: "url" })).status).toBe(200);
  expect(await charged()).toBe(1);
});

test("a refusal leaves nothing behind that a later request could take for its own", async () => {
  const dear = { prompt: "a lake", model: "test/sketch-slow" };
  expect([(await ask(dear)).status, (await ask({ prompt: "a lake", n: 9 })).status]).toEqual([402, 400]);
  const places = { partition: `user#${user.userId}`, prefix: "resent#", order: "ascending", limit: 10 } as const;
  expect((await product.runtime.table.query(places)).items).toEqual([]);
});

test("forms are known by what is in them: each try has a boundary of its own", async () => {
  proxy.losses.push("lose", { cut: 20 });
  const image = new File([tinyPng], "tiny.png", { type: "image/png" });
  const { data } = await client().images.edit({
    prompt: "make it snow",
    image,
    model: "sketch/sketch",
    size: "256x256",
  });
  expect(data).toHaveLength(1);
  expect(proxy.requests).toHaveLength(3);
  expect(await charged(1)).toBe(1);
});

test("speech is paid once", async () => {
  proxy.losses.push("lose");
  const spoken = await client().audio.speech.create({ model: "sketch", voice: "nova", input: "Good morning." });
  expect((await spoken.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  expect(await charged(1)).toBe(1);
});

test("a video that was asked for, and whose answer was lost, is the same video", async () => {
  proxy.losses.push("lose", 503);
  const { id } = await client().videos.create({
    prompt: "a train",
    model: "sketch" as "sora-2",
    seconds: "1" as "4",
  });
  expect((await listAll(user, "/jobs")).items.map((job) => job.id)).toEqual([id]);
  expect(await charged(5)).toBe(1);
});

describe("The Vercel AI SDK, which calls anew and says nothing", () => {
  // It fetches no URL that leads to this machine.
  const providerOptions = { dream: { response_format: "b64_json" } };
  const model = () =>
    createOpenAICompatible({ name: "dream", baseURL: baseURL(), apiKey: user.token }).imageModel("default");

  test("gets each of its parallel pictures once, although every first call breaks", async () => {
    takes(600);
    proxy.losses.push(504, 504, 504);
    const { images } = await generateImage({
      model: model(),
      prompt: "a lake",
      n: 3,
      maxImagesPerCall: 1,
      providerOptions,
    });
    expect(images).toHaveLength(3);
    expect(proxy.requests).toHaveLength(6);
    expect(await charged()).toBe(3);
  });

  test("waits on for what is not ready", async () => {
    await take(hurried);
    takes(HOLD_MS + 500);
    const patient = { maxRetries: 6, providerOptions };
    const { images } = await generateImage({ model: model(), prompt: "a lake", ...patient });
    expect(images).toHaveLength(1);
    expect(proxy.requests.length).toBeGreaterThan(1);
    expect(await charged()).toBe(1);
  });
});

interface Asked {
  status: number;
  jobId: string | null;
  retryAfterMs: string | null;
}

/** As programs do that were written with nothing but fetch. */
async function ask(json: object = { prompt: "a lake" }, headers: Record<string, string> = {}): Promise<Asked> {
  const answer = await fetch(`${baseURL()}/images/generations`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${user.token}`, ...headers },
    body: JSON.stringify(json),
  });
  await answer.arrayBuffer();
  return {
    status: answer.status,
    jobId: answer.headers.get("x-job-id"),
    retryAfterMs: answer.headers.get("retry-after-ms"),
  };
}
