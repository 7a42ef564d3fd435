// Kling: what is asked of it, what its answers mean, and how a task is found whose start was not answered. Kling has no official
// JavaScript client, so nothing but its documentation stands behind the server that this is held against.
import { execFile } from "node:child_process";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import jwt from "jsonwebtoken";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorConfig } from "../../shared/config/vendors.ts";
import type { CallContext, InputFile, ProviderRequest, VendorCall } from "../../shared/ports/provider.ts";
import { models, offer } from "../../shared/providers/kling/offer.ts";
import { create } from "../../shared/providers/kling/provider.ts";
import { providerContract } from "../contracts/provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type KlingServer, startKlingServer } from "../servers/kling/server.ts";
import type { Reply } from "../servers/vendor/vendor-server.ts";
import { picture } from "./picture.ts";

const input: InputFile = {
  ...picture,
  key: "users/x/a.png",
  size: 99,
  contentType: "image/png",
  width: 640,
  height: 480,
};
const image: ProviderRequest = { type: "image", operation: "generate", model: "kling-v2-1", prompt: "A quince", n: 1 };
const video: ProviderRequest = { ...image, type: "video", model: "kling-v2-6" };
const reference = "01900000-0000-7000-8000-000000000000-1";

function configOf({ url, accessKey, secretKey }: Pick<KlingServer, "url" | "accessKey" | "secretKey">): VendorConfig {
  return { apiKey: accessKey, secretKey, baseUrl: url, callbackToken: undefined, workspace: undefined };
}

providerContract("kling", async () => {
  const server = await startKlingServer();
  const words = { prompt: "北".repeat(2500), negativePrompt: "fog" };
  const ofVideos = models
    .filter(({ type }) => type === "video")
    .map(({ id }) => ({
      smallest: { ...video, model: id },
      largest: { ...video, ...words, model: id, durationSec: 10, quality: "pro", inputs: [input, input] },
    }));
  return {
    provider: create(configOf(server)),
    requests: [
      ...ofVideos,
      { smallest: image, largest: { ...image, ...words, n: 4, size: "2520x1080", quality: "2k" } },
      {
        smallest: { ...image, model: "kling-v1" },
        largest: {
          ...image,
          model: "kling-v1",
          prompt: words.prompt,
          n: 4,
          size: "1024x1024",
          quality: "1k",
          inputs: [input],
        },
      },
    ],
    refused: [
      { path: "prompt", request: { ...video, prompt: "a".repeat(2501) } },
      { path: "prompt", request: { ...image, instruction: "a".repeat(2501) } },
      { path: "seed", request: { ...video, seed: 1 } },
      { path: "resolution", request: { ...video, resolution: "720p" } },
      { path: "ratio", request: { ...video, ratio: "4:3" } },
      { path: "ratio", request: { ...video, ratio: "16:9", inputs: [input] } },
      { path: "quality", request: { ...video, quality: "4k" } },
      { path: "quality", request: { ...video, inputs: [input, input] } },
      { path: "durationSec", request: { ...video, durationSec: 7 } },
      { path: "size", request: { ...image, size: "1000x999" } },
      { path: "size", request: { ...image, model: "kling-v1", size: "2520x1080" } },
      { path: "ratio", request: { ...image, ratio: "16:9" } },
      { path: "negativePrompt", request: { ...image, model: "kling-v1", negativePrompt: "fog", inputs: [input] } },
      { path: "inputs.0", request: { ...video, inputs: [{ ...input, contentType: "image/webp" }] } },
      { path: "inputs.0", request: { ...video, inputs: [{ ...input, width: 299 }] } },
      { path: "inputs.0", request: { ...video, inputs: [{ ...input, width: 2000, height: 400 }] } },
    ],
    inputSize: { width: 640, height: 480 },
    startedCount: () => server.tasks.length,
    goneVendor: () => create({ ...configOf(server), baseUrl: "http://127.0.0.1:1" }),
    finish: ({ id }) => server.finish(id),
    close: async () => await server[Symbol.asyncDispose](),
  };
});

describe("kling", () => {
  let server: KlingServer;
  beforeEach(async () => {
    server = await startKlingServer();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const provider = () => create(configOf(server));
  const context = (given: Partial<CallContext> = {}): CallContext => ({
    reference,
    signal: new AbortController().signal,
    ...given,
  });
  const start = (request = video, given?: Partial<CallContext>) => provider().start(request, context(given));

  async function begin(request = video, given?: Partial<CallContext>) {
    const outcome = await start(request, given);
    if (outcome.state !== "started") throw new Error(JSON.stringify(outcome));
    return outcome.task;
  }

  const sent = () => {
    const request = server.requests.findLast(({ kind }) => kind === "start");
    return [request?.path, JSON.parse(String(request?.body))];
  };
  const answerTo = (kind: "start" | "check", what: Reply) => server.trouble(kind, { when: "before", what });
  const error = (status: number, code: number, headers = {}): Reply => ({
    status,
    headers,
    body: { code, message: "said", request_id: "1" },
  });

  describe("a start", () => {
    const named = { external_task_id: reference };
    const bodies: [name: string, request: ProviderRequest, path: string, body: object][] = [
      [
        "a video of words",
        { ...video, ratio: "9:16", negativePrompt: "fog" },
        "/v1/videos/text2video",
        {
          model_name: "kling-v2-6",
          prompt: "A quince",
          negative_prompt: "fog",
          mode: "std",
          duration: "5",
          aspect_ratio: "9:16",
        },
      ],
      [
        "a video from its first picture to its last",
        { ...video, durationSec: 10, quality: "pro", inputs: [input, input] },
        "/v1/videos/image2video",
        {
          model_name: "kling-v2-6",
          prompt: "A quince",
          mode: "pro",
          duration: "10",
          image: urlOf(0),
          image_tail: urlOf(1),
        },
      ],
      [
        "pictures by the ratio of their size",
        { ...image, n: 3, size: "1920x1080", quality: "2k" },
        "/v1/images/generations",
        { model_name: "kling-v2-1", prompt: "A quince", n: 3, aspect_ratio: "16:9", resolution: "2k" },
      ],
    ];
    it.each(bodies)("asks for %s in Kling's words, under our reference", async (_, request, path, body) => {
      await begin(request, { inputs: access });
      expect(sent()).toEqual([path, { ...body, ...named }]);
    });

    it("gives a picture that cannot be fetched as base64 without anything in front of it", async () => {
      const inputs = { ...access, url: async () => "http://127.0.0.1:3000/media/a.png" };
      await begin({ ...video, inputs: [input] }, { inputs });
      expect(sent()[1].image).toBe(Buffer.from(tinyPng).toString("base64"));
    });

    it("says where to call back", async () => {
      await begin(video, { callbackUrl: "https://api.example.com/webhooks/kling/token" });
      expect(sent()[1].callback_url).toBe("https://api.example.com/webhooks/kling/token");
    });

    it("is signed for half an hour with the secret key, by whoever the access key is", async () => {
      await begin();
      const token = String(server.requests[0]?.headers.authorization).replace("Bearer ", "");
      const { header, payload } = jwt.verify(token, server.secretKey, { complete: true });
      const { iss, exp = 0, nbf = 0, ...others } = Object(payload);
      expect([header, iss, exp - nbf, others]).toEqual([{ alg: "HS256", typ: "JWT" }, server.accessKey, 1805, {}]);
    });

    it("is not made when its pictures turn out not to be what Kling takes", async () => {
      const outcome = await start({ ...video, inputs: [{ ...input, contentType: "image/webp" }] }, { inputs: access });
      expect([outcome.state, server.count("start")]).toEqual(["failed", 0]);
    });

    it("is not made when a picture cannot be had, and may be tried again", async () => {
      const gone = async () => {
        throw new Error("the store is away");
      };
      const outcome = await start({ ...video, inputs: [input] }, { inputs: { open: gone, url: gone } });
      expect(outcome).toMatchObject({ state: "failed", failure: { type: "fetch_failed", retryable: true } });
      expect(server.count("start")).toBe(0);
    });
  });

  describe("a start that Kling refuses", () => {
    const meanings: [code: number, status: number, failure: object][] = [
      [1000, 401, { type: "provider_error", retryable: false }],
      [1004, 401, { type: "provider_error", retryable: false }],
      [1101, 429, { type: "provider_error", retryable: false }],
      [1102, 429, { type: "provider_error", retryable: false }],
      [1103, 403, { type: "provider_error", retryable: false }],
      [1201, 400, { type: "provider_error", retryable: false, message: expect.stringContaining("said") }],
      [1203, 404, { type: "provider_error", retryable: false }],
      [1300, 400, { type: "moderation_blocked", retryable: false }],
      [1301, 400, { type: "moderation_blocked", retryable: false }],
      [1302, 429, { retryable: true, isThrottled: true, retryAfterMs: 10_000 }],
      [1303, 429, { retryable: true, isThrottled: true }],
      [1304, 429, { type: "provider_error", retryable: false }],
      [1399, 400, { type: "provider_error", retryable: false }],
      [1399, 429, { retryable: true, isThrottled: true }],
      [5000, 500, { type: "provider_error", retryable: true }],
      [5001, 503, { type: "provider_error", retryable: true }],
    ];
    it.each(meanings)("code %i with HTTP %i", async (code, status, failure) => {
      answerTo("start", error(status, code));
      const outcome = await start();
      expect(outcome).toMatchObject({ state: "failed", failure });
      const { isThrottled } = Object(outcome).failure;
      expect(isThrottled).toBe("isThrottled" in failure ? true : undefined);
    });

    it("waits for as long as it is told to", async () => {
      answerTo("start", error(429, 1302, { "retry-after": "7" }));
      expect(await start()).toMatchObject({ failure: { isThrottled: true, retryAfterMs: 7000 } });
    });

    it("by the server's own words: too much at a time, no money, forbidden words, a reference that was used", async () => {
      server.concurrency = 0;
      expect(await start()).toMatchObject({ failure: { isThrottled: true } });
      server.concurrency = 9;
      server.isPaid = false;
      expect(await start()).toMatchObject({ failure: { retryable: false } });
      server.isPaid = true;
      expect(await start({ ...video, prompt: "forbidden" })).toMatchObject({ failure: { type: "moderation_blocked" } });
      await begin();
      expect(await start()).toMatchObject({
        failure: { retryable: false, message: expect.stringContaining("unique") },
      });
    });
  });

  describe("an answer that says nothing is thrown", () => {
    const unclear: [name: string, reply: Reply][] = [
      ["a task without an id", { status: 200, body: { code: 0, message: "SUCCEED", data: {} } }],
      ["an empty object", { status: 200, body: {} }],
      ["HTML of a gateway", { status: 502, body: "<html>Bad Gateway</html>" }],
      ["Kling's own time-out", error(504, 5002)],
      ["success under a failing status", { status: 500, body: { code: 0, data: { task_id: "1" } } }],
    ];
    it.each(unclear)("to a start: %s", async (_, reply) => {
      answerTo("start", reply);
      await expect(start()).rejects.toThrow("says nothing");
      expect(server.count("start")).toBe(1);
    });

    it.each(unclear)("to a check: %s", async (_, reply) => {
      const task = await begin();
      answerTo("check", reply);
      await expect(provider().check(task, context())).rejects.toThrow("says nothing");
    });

    it("to a check: a key that is refused, and a breakdown, end no task", async () => {
      const task = await begin();
      for (const [status, code] of [
        [401, 1004],
        [500, 5000],
        [503, 5001],
      ] as const) {
        answerTo("check", error(status, code));
        await expect(provider().check(task, context())).rejects.toThrow("says nothing");
      }
      expect(await provider().check(task, context())).toMatchObject({ state: "running" });
    });
  });

  describe("a check", () => {
    it("follows a task of each kind to files that are kept for 30 days", async () => {
      const asked = [video, { ...video, inputs: [input] }, { ...image, n: 2 }];
      for (const [i, request] of asked.entries()) {
        const task = await begin(request, { reference: `${reference}${i}`, inputs: access });
        expect(await provider().check(task, context())).toEqual({ state: "running", checkAfterMs: 5000 });
        await server.finish(task.id);
        const made = await provider().check(task, context());
        const found = server.tasks.find(({ id }) => id === task.id);
        const expiresAt = Number(found?.updatedAt) + 30 * 24 * 3600_000;
        expect(made).toEqual({
          state: "succeeded",
          sources: found?.urls.map((url) => ({ kind: "url", url, expiresAt })),
        });
      }
    });

    it("puts pictures in their order", async () => {
      const task = await begin(image);
      const images = [2, 0, 1].map((index) => ({ index: String(index), url: `https://cdn.example.com/${index}.png` }));
      const data = { task_id: task.id, task_status: "succeed", updated_at: 1, task_result: { images } };
      answerTo("check", { status: 200, body: { code: 0, message: "SUCCEED", data } });
      const outcome = await provider().check(task, context());
      expect(Object(outcome).sources.map(({ url }: { url: string }) => url.at(-5))).toEqual(["0", "1", "2"]);
    });

    it("success with nothing in it is no output, which the core takes for a refusal", async () => {
      const task = await begin();
      const data = { task_id: task.id, task_status: "succeed", task_result: { videos: [{ id: "1" }] } };
      answerTo("check", { status: 200, body: { code: 0, message: "SUCCEED", data } });
      expect(await provider().check(task, context())).toEqual({ state: "succeeded", sources: [] });
    });

    it.each([
      ["Failure to pass the risk control system", "moderation_blocked", false],
      ["内容触发平台风控", "moderation_blocked", false],
      ["Image pixel is invalid", "provider_error", false],
      ["internal timeout", "provider_error", true],
    ])("a task that failed with “%s”", async (message, type, retryable) => {
      const task = await begin();
      await server.fail(task.id, message);
      expect(await provider().check(task, context())).toMatchObject({ state: "failed", failure: { type, retryable } });
    });

    it("says when it was not answered for having asked too often", async () => {
      const task = await begin();
      answerTo("check", error(429, 1302, { "retry-after": "3" }));
      const outcome = await provider().check(task, context());
      expect(outcome).toMatchObject({ state: "failed", failure: { isThrottled: true, retryAfterMs: 3000 } });
    });

    it("a task that Kling does not know any more has failed", async () => {
      const outcome = await provider().check({ id: "1", data: { kind: "images/generations" } }, context());
      expect(outcome).toMatchObject({ state: "failed", failure: { retryable: false } });
    });
  });

  describe("a start whose answer was lost", () => {
    it.each([
      ["text", video],
      ["picture", { ...video, inputs: [input] }],
      ["image", image],
    ] as const)("is found by its reference, whichever kind it was: %s", async (_, request) => {
      server.trouble("start", { when: "after", what: "cut" });
      await expect(start(request, { inputs: access })).rejects.toThrow();
      const task = await provider().lookUp(context());
      expect(task?.id).toBe(server.tasks[0]?.id);
      await server.finish(String(task?.id));
      expect(await provider().check(task ?? { id: "" }, context())).toMatchObject({ state: "succeeded" });
      expect(server.count("start")).toBe(1);
    });

    it("is known not to have arrived only when every kind says so", async () => {
      expect(await provider().lookUp(context())).toBeNull();
      expect(server.count("check")).toBe(3);
      for (const reply of [error(503, 5001), error(429, 1302), error(401, 1002), { status: 200, body: { code: 0 } }]) {
        answerTo("check", reply);
        await expect(provider().lookUp(context())).rejects.toThrow("says nothing");
      }
    });

    it("is not taken for another one's task", async () => {
      const data = { task_id: "1", task_status: "processing", task_info: { external_task_id: "somebody else's" } };
      answerTo("check", { status: 200, body: { code: 0, data } });
      await expect(provider().lookUp(context())).rejects.toThrow("says nothing");
    });
  });

  describe("a call of Kling's", () => {
    const call = (json: unknown, isOfAttempt = true): VendorCall => ({
      ...{ url: "https://api.example.com/webhooks/kling/t", headers: {}, receivedAt: Date.now(), isOfAttempt },
      body: Buffer.from(typeof json === "string" ? json : JSON.stringify(json)),
    });
    const read = (given: VendorCall) => offer(null).readCallback?.(given, new AbortController().signal);

    it("names its task, and decides nothing", async () => {
      expect(await read(call({ task_id: "8", task_status: "succeed" }))).toEqual({ taskIds: ["8"] });
      expect(await read(call({ code: 0, data: { task_id: "8", task_status: "failed" } }))).toEqual({ taskIds: ["8"] });
    });

    it("is nobody's when it comes to another address than an attempt's, or says nothing", async () => {
      expect(await read(call({ task_id: "8" }, false))).toBeNull();
      for (const said of ["", "{", "[]", "null", { task_id: 8 }, { task_id: "" }])
        expect(await read(call(said))).toBeNull();
    });
  });

  it("what only offers loads nothing that signs", async () => {
    const script = `
      await import("./shared/providers/kling/offer.ts");
      const { cache } = (await import("node:module")).createRequire(process.cwd() + "/x.js");
      const loaded = () => Object.keys(cache).some((path) => path.includes("/jsonwebtoken/"));
      const before = loaded();
      await import("./shared/providers/kling/token.ts");
      console.log(before, loaded());`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(stdout.trim()).toBe("false true");
  });

  describe("health", () => {
    it.each([
      ["no key of that name", { accessKey: "other" }],
      ["another secret", { secretKey: "other-secret-key-of-32-characters" }],
    ])("says that the account is refused: %s", async (_, other) => {
      const found = await create(configOf({ ...server, ...other })).health(new AbortController().signal);
      expect(found).toMatchObject({ status: "down", message: expect.stringContaining("operator") });
    });
  });
});

const access = { open: async () => Readable.from([tinyPng]), url: async (index: number) => urlOf(index) };

function urlOf(index: number): string {
  return `https://files.example.com/${index}.png?signature=1`;
}
