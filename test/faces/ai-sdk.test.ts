// The Vercel AI SDK itself, both majors that people have, with our provider: each call is one job and one charge, whatever breaks.
import { text } from "node:stream/consumers";
import { generateImage, generateSpeech, experimental_generateVideo as generateVideo, type JSONValue } from "ai";
import * as ai6 from "ai-6";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDreamFactory, createDreamFactoryV3 } from "../../clients/ai-sdk/src/index.ts";
import { checkLedger } from "../api/check-ledger.ts";
import { type Product, startProduct } from "../api/local.ts";
import { creditsOf, hasEnded, listAll, type User, until } from "../api/user.ts";
import { type LosingProxy, type Loss, startLosingProxy } from "../servers/losing-proxy.ts";
import { type Origin, startOrigin } from "../servers/origin.ts";
import { noisyPng } from "./noisy-png.ts";

let product: Product;
let proxy: LosingProxy;
let user: User;
/** Where jobs tell that they have ended, and the next one that does. */
let receiver: Origin;
let called = Promise.withResolvers<{ headers: Record<string, string>; body: JSONValue }>();

beforeAll(async () => {
  receiver = await startOrigin(async (request, response) => {
    called.resolve({ headers: {}, body: JSON.parse(await text(request)) });
    response.end();
  });
  const TRUSTED_HOSTS = `127.0.0.1:${receiver.port}`;
  product = await startProduct({ environment: { WELCOME_CREDITS: "100", TIMER_SECONDS: "1", TRUSTED_HOSTS } });
  proxy = await startLosingProxy(product.url);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await product.close();
  await receiver.close();
});
beforeEach(async () => {
  user = await product.register();
  proxy.requests.length = 0;
  proxy.losses.length = 0;
});

const settings = () => ({ baseURL: `${proxy.url}/api/v1/`, apiKey: user.token });
const provider = () => createDreamFactory(settings());
const small = { prompt: "a fox", size: "256x256" } as const;

/** Jobs and credits, once all of it has ended. */
async function charged(): Promise<{ jobs: number; credits: number }> {
  await until(
    async () => (await listAll(user, "/jobs")).items,
    (jobs) => jobs.every(hasEnded),
  );
  const { jobs, balance } = await checkLedger(user);
  return { jobs: jobs.length, credits: 100 - balance };
}

describe("Pictures", () => {
  test("come as bytes, five as a job of four and one of one, with job, cost and URL", async () => {
    const { images, providerMetadata, warnings } = await generateImage({
      ...{ ...small, model: provider().image("sketch/sketch"), n: 5, seed: 7, aspectRatio: "1:1" },
      providerOptions: { dreamFactory: { metadata: { order: 7 } } },
    });
    expect(images.map(({ mediaType }) => mediaType)).toEqual(Array(5).fill("image/png"));
    expect(warnings).toContainEqual({ type: "unsupported", feature: "aspectRatio" });
    const told = providerMetadata.dreamFactory?.images as { jobId: string; jobCost: number; url: string }[];
    expect(told.map(({ jobCost }) => jobCost).toSorted()).toEqual([1, 4, 4, 4, 4]);
    for (const { url } of told) expect(url).toMatch(new RegExp(`^${product.url}/media/`));
    const job = (await user.call("GET", `/jobs/${told[0]?.jobId}`)).body.data;
    expect(job).toMatchObject({ metadata: { order: 7 }, params: { seed: 7, size: "256x256" } });
    expect(await charged()).toEqual({ jobs: 2, credits: 5 });
  });

  test("of yours are edited, small ones within the request, large ones by an upload", async () => {
    const { image } = await generateImage({ ...small, model: provider().image("default") });
    const large = await noisyPng();
    expect(large.byteLength).toBeGreaterThan(500 * 1024);
    const images = [image.uint8Array, large];
    await generateImage({
      model: provider().image("default"),
      prompt: { text: "make it snow", images },
      size: "256x256",
    });
    const [job] = (await listAll(user, "/jobs")).items;
    expect(job).toMatchObject({ operation: "edit", status: "completed" });
    expect(job.params.inputs).toEqual([{ url: "data:image/png;base64,…" }, { uploadId: expect.any(String) }]);
  });

  test.each([8, 5])(
    "under a key of the caller's are each their own, %i of them, and the same when asked for again",
    async (n) => {
      const asked = { ...small, model: provider().image("default"), n, headers: { "Idempotency-Key": "order 7" } };
      const [first, again] = [await generateImage(asked), await generateImage(asked)];
      const distinct = new Set(first.images.map(({ base64 }) => base64));
      expect([distinct.size, again.images.map(({ base64 }) => base64)]).toEqual([
        n,
        first.images.map(({ base64 }) => base64),
      ]);
      const older = createDreamFactoryV3(settings()).image("default");
      expect((await ai6.generateImage({ ...asked, model: older })).images).toHaveLength(n);
      expect(await charged()).toEqual({ jobs: 2, credits: n });
    },
  );

  const losses: [string, Loss[]][] = [
    ["the request is lost", ["refuse"]],
    ["the answer is lost", ["lose", "lose"]],
    ["the server is away", [503, 502]],
    ["the line breaks", [{ cut: 30 }]],
  ];

  test.each(losses)("are charged once when %s", async (_, lost) => {
    proxy.losses.push(...lost);
    const { images } = await generateImage({ ...small, model: provider().image("default") });
    expect(images).toHaveLength(1);
    expect(await charged()).toEqual({ jobs: 1, credits: 1 });
  });

  test("that are refused, or fail, say why and with which job, and are not asked for again", async () => {
    const error = await errorOf(generateImage({ ...small, model: provider().image("test/sketch-refused") }));
    expect(error.message).toMatch(/^moderation_blocked: .*\(job [0-9a-f-]{36}\)$/);
    expect(error).toMatchObject({ isRetryable: false, data: { error: { type: "moderation_blocked" } } });
    const wrong = await errorOf(generateImage({ ...small, model: provider().image("nobody/nothing") }));
    expect(wrong.message).toMatch(/^invalid_request: provider: There is no provider/);
    expect(wrong).toMatchObject({ statusCode: 400, isRetryable: false });
    expect(proxy.requests.filter(({ path }) => path.endsWith("generate-image"))).toHaveLength(2);
    expect(await charged()).toEqual({ jobs: 1, credits: 0 });
  });

  test("that nobody waits for any more are cancelled, and the credits come back", async () => {
    const aborting = new AbortController();
    const asked = slowPicture(provider(), aborting.signal);
    await until(
      async () => (await listAll(user, "/jobs")).items,
      ([job]) => job?.status === "processing",
    );
    aborting.abort();
    expect((await errorOf(asked)).name).toBe("AbortError");
    await expectCancelled();
  });

  test.each<[string, Loss[]]>([
    ["not come yet", []],
    ["not come yet, and is lost", ["lose"]],
  ])("are cancelled as well when the answer that names the job has %s", async (_, lost) => {
    proxy.losses.push(...lost);
    const aborting = new AbortController();
    const asked = slowPicture(createDreamFactory({ ...settings(), fetch: abortingFetch(aborting) }), aborting.signal);
    expect((await errorOf(asked)).name).toBe("AbortError");
    await expectCancelled();
  });

  test("are not begun any more once the caller has gone", async () => {
    const aborting = new AbortController();
    const busy: typeof fetch = async () => {
      setTimeout(() => aborting.abort(), 10);
      return new Response("{}", { status: 429 });
    };
    const asked = slowPicture(createDreamFactory({ ...settings(), fetch: busy }), aborting.signal);
    expect((await errorOf(asked)).name).toBe("AbortError");
    expect((await errorOf(slowPicture(provider(), aborting.signal))).name).toBe("AbortError");
    expect(await charged()).toEqual({ jobs: 0, credits: 0 });
  });
});

describe("Videos", () => {
  const clip = { prompt: "a train", duration: 1, resolution: "854x480" } as const;

  test("come as bytes", async () => {
    const { video, warnings, providerMetadata } = await generateVideo({
      ...clip,
      model: provider().video("sketch/sketch"),
      fps: 30,
    });
    expect([video.mediaType, Buffer.from(video.uint8Array).toString("latin1", 4, 8)]).toEqual(["video/mp4", "ftyp"]);
    expect(warnings).toContainEqual({ type: "unsupported", feature: "fps" });
    expect(providerMetadata.dreamFactory).toMatchObject({ cost: 5, urls: [expect.stringContaining("/media/")] });
    const [job] = (await listAll(user, "/jobs")).items;
    expect(job.params).toMatchObject({ durationSec: 1, ratio: "16:9", resolution: "480p" });
    expect(await charged()).toEqual({ jobs: 1, credits: 5 });
  });

  test("under a key of the caller's are each their own, and the same when asked for again", async () => {
    const headers = { "idempotency-key": "order 8" };
    const asked = { ...clip, model: provider().video("default"), n: 2, headers };
    const jobs = [];
    for (const _ of ["once", "again"]) {
      const { responses } = await generateVideo(asked);
      jobs.push(responses.map(({ providerMetadata }) => providerMetadata?.dreamFactory?.jobId));
    }
    expect([new Set(jobs[0]).size, jobs[1]]).toEqual([2, jobs[0]]);
    expect(await charged()).toEqual({ jobs: 2, credits: 10 });
  });

  test("are looked after by the SDK, under its own key, although the answer to the start is lost", async () => {
    proxy.losses.push("lose");
    const { video } = await generateVideo({ ...clip, model: provider().video("default"), poll: { intervalMs: 200 } });
    expect(video.uint8Array.byteLength).toBeGreaterThan(1000);
    expect(await charged()).toEqual({ jobs: 1, credits: 5 });
  });

  test("call the SDK when they are there", async () => {
    called = Promise.withResolvers();
    const webhook = async () => ({ url: receiver.url, received: called.promise });
    const { video } = await generateVideo({ ...clip, model: provider().video("default"), webhook });
    expect(video.uint8Array.byteLength).toBeGreaterThan(1000);
    expect(await charged()).toEqual({ jobs: 1, credits: 5 });
  });

  test("that fail say why in a text, which is all that the SDK keeps", async () => {
    const asked = generateVideo({ ...clip, model: provider().video("test/sketch-refused"), poll: { intervalMs: 100 } });
    expect((await errorOf(asked)).message).toMatch(/moderation_blocked: .*\(job [0-9a-f-]{36}\)/);
    expect(await charged()).toEqual({ jobs: 1, credits: 0 });
  });

  test("whose start is aborted are cancelled", async () => {
    const aborting = new AbortController();
    const own = createDreamFactory({ ...settings(), fetch: abortingFetch(aborting) });
    const model = own.video("test/sketch-slow");
    const asked = generateVideo({ ...clip, model, poll: { intervalMs: 100 }, abortSignal: aborting.signal });
    expect((await errorOf(asked)).name).toBe("AbortError");
    await expectCancelled();
  });

  test("begin with a picture", async () => {
    const { image } = await generateImage({ ...small, model: provider().image("default") });
    const prompt = { text: "it turns", image: image.uint8Array };
    await generateVideo({ ...clip, prompt, model: provider().video("default") });
    const [job] = (await listAll(user, "/jobs")).items;
    expect(job.params.inputs).toHaveLength(1);
  });
});

test("Speech comes as the bytes that are kept", async () => {
  proxy.losses.push("lose");
  const model = provider().speech("default");
  const { audio, warnings, providerMetadata } = await generateSpeech({
    model,
    text: "Good morning.",
    voice: "man",
    speed: 2,
  });
  expect(Buffer.from(audio.uint8Array).toString("latin1", 0, 4)).toBe("RIFF");
  expect(warnings).toContainEqual({ type: "unsupported", feature: "speed" });
  const { url } = providerMetadata.dreamFactory as { url: string };
  const kept = await fetch(url).then((file) => file.arrayBuffer());
  expect(Buffer.from(kept).equals(Buffer.from(audio.uint8Array))).toBe(true);
  expect(await charged()).toEqual({ jobs: 1, credits: 1 });
});

test("ai 6 has the same by the older specification", async () => {
  const older = createDreamFactoryV3(settings());
  const { images } = await ai6.generateImage({ ...small, model: older.image("default"), n: 2 });
  const { audio } = await ai6.experimental_generateSpeech({ model: older.speech("default"), text: "Good morning." });
  const { video } = await ai6.experimental_generateVideo({
    model: older.video("default"),
    prompt: "a train",
    duration: 1,
    resolution: "854x480",
  });
  expect(images).toHaveLength(2);
  expect(Math.min(audio.uint8Array.byteLength, video.uint8Array.byteLength)).toBeGreaterThan(1000);
  expect(await charged()).toEqual({ jobs: 3, credits: 2 + 1 + 5 });
});

test("a token may be asked for before each call, and none is no way in", async () => {
  const stale = createDreamFactory({ ...settings(), apiKey: async () => "nothing" });
  const error = await errorOf(generateImage({ ...small, model: stale.image("default") }));
  expect(error).toMatchObject({ statusCode: 401, isRetryable: false });
  expect(await creditsOf(user)).toMatchObject({ balance: 100 });
});

function slowPicture(own: ReturnType<typeof provider>, abortSignal: AbortSignal) {
  return generateImage({ ...small, model: own.image("test/sketch-slow"), abortSignal });
}

/** Aborts when the request that makes a job has come as far as the proxy. */
function abortingFetch(aborting: AbortController): typeof fetch {
  const isThere = async () => proxy.requests.some(({ path }) => path.includes("/generate-"));
  return async (url, init) => {
    const [answer] = await Promise.all([fetch(url, init), until(isThere, Boolean).then(() => aborting.abort())]);
    return answer;
  };
}

/** By whoever gave up the call: nobody else cancels here. */
async function expectCancelled(): Promise<void> {
  const { items } = await listAll(user, "/jobs");
  expect(items.map(({ status }: { status: string }) => status)).toEqual(["cancelled"]);
  expect(await charged()).toEqual({ jobs: 1, credits: 0 });
}

interface Thrown extends Error {
  isRetryable?: boolean;
}

async function errorOf(asked: Promise<unknown>): Promise<Thrown> {
  return asked.then(
    () => Promise.reject(new Error("it went well")),
    (error) => error,
  );
}
