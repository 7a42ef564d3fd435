// Volcengine's Ark: what is asked of it, what its answers mean, and what ByteDance's provider of the AI SDK makes of the same server.
import { Readable } from "node:stream";
import { createByteDance } from "@ai-sdk/bytedance";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorConfig } from "../../shared/config/vendors.ts";
import type { CallContext, InputFile, ProviderRequest, VendorCall } from "../../shared/ports/provider.ts";
import { models, offer } from "../../shared/providers/ark/offer.ts";
import { create } from "../../shared/providers/ark/provider.ts";
import { videoBody } from "../../shared/providers/ark/request.ts";
import { providerContract } from "../contracts/provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type ArkServer, startArkServer } from "../servers/ark/server.ts";
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
const image: ProviderRequest = {
  ...{ type: "image", operation: "generate", model: "doubao-seedream-4-0-250828", prompt: "A quince", n: 1 },
};
const video: ProviderRequest = { ...image, type: "video", model: "doubao-seedance-1-0-pro-250528" };
const fast = { ...video, model: "doubao-seedance-1-0-pro-fast-251015" };
const withSound = { ...video, model: "doubao-seedance-1-5-pro-251215" };
const reference = "01900000-0000-7000-8000-000000000000-1";

function configOf({ url, key }: Pick<ArkServer, "url" | "key">): VendorConfig {
  return { apiKey: key, secretKey: undefined, baseUrl: url, callbackToken: undefined, workspace: undefined };
}

providerContract("ark", async () => {
  const server = await startArkServer();
  const most = { prompt: "北".repeat(2000), seed: 2_147_483_647, durationSec: 12, ratio: "21:9", resolution: "1080p" };
  const two = [input, input];
  return {
    provider: create(configOf(server)),
    requests: [
      // With a task first: it is what can be cancelled.
      { smallest: { ...fast, durationSec: 2, resolution: "480p" }, largest: { ...fast, ...most, inputs: [input] } },
      { smallest: video, largest: { ...video, ...most, inputs: two } },
      { smallest: { ...withSound, durationSec: 4 }, largest: { ...withSound, ...most, inputs: two } },
      { smallest: image, largest: { ...image, operation: "edit", size: "4096x4096", inputs: [input, ...two, ...two] } },
      {
        smallest: { ...image, model: "doubao-seedream-4-5-251128", size: "2560x1440" },
        largest: { ...image, model: "doubao-seedream-4-5-251128", size: "4096x4096", style: "ink" },
      },
    ],
    refused: [
      ...["--dur 12", "A quince --rs 1080p", "--ratio 16:9 a quince", "a\n--frames 289", "quince --WM true"].map(
        (prompt) => ({ path: "prompt", request: { ...video, prompt } }),
      ),
      { path: "prompt", request: { ...video, instruction: "A quince. --duration 12" } },
      { path: "negativePrompt", request: { ...video, negativePrompt: "fog" } },
      { path: "negativePrompt", request: { ...image, negativePrompt: "fog" } },
      { path: "seed", request: { ...image, seed: 1 } },
      { path: "quality", request: { ...image, quality: "high" } },
      { path: "quality", request: { ...video, quality: "high" } },
      { path: "ratio", request: { ...video, ratio: "5:4" } },
      { path: "resolution", request: { ...video, resolution: "2160p" } },
      { path: "durationSec", request: { ...video, durationSec: 1 } },
      { path: "durationSec", request: { ...withSound, durationSec: 3 } },
      { path: "size", request: { ...image, size: "1024x720" } },
      { path: "size", request: { ...image, size: "4097x4096" } },
      { path: "size", request: { ...image, size: "8000x400" } },
      { path: "size", request: { ...image, model: "doubao-seedream-4-5-251128", size: "2048x1536" } },
      { path: "inputs", request: { ...fast, inputs: two } },
      { path: "inputs.0", request: { ...video, inputs: [{ ...input, height: 299 }] } },
      { path: "inputs.1", request: { ...video, inputs: [input, { ...input, width: 3000 }] } },
      { path: "inputs.0", request: { ...image, inputs: [{ ...input, size: 11 * 1024 * 1024 }] } },
    ],
    inputSize: { width: 640, height: 480 },
    startedCount: () => server.tasks.length + server.pictures,
    goneVendor: () => create({ ...configOf(server), baseUrl: "http://127.0.0.1:1" }),
    finish: ({ id }) => server.finish(id),
    close: async () => await server[Symbol.asyncDispose](),
  };
});

describe("ark", () => {
  let server: ArkServer;
  beforeEach(async () => {
    server = await startArkServer();
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
  const answerTo = (kind: "start" | "check" | "cancel", what: Reply) => server.trouble(kind, { when: "before", what });
  const error = (status: number, code: string, message = "said. Request id: 0217", headers = {}): Reply => ({
    status,
    headers,
    body: { error: { code, message, type: "" } },
  });

  describe("a start", () => {
    const bodies: [name: string, request: ProviderRequest, path: string, body: object][] = [
      [
        "a video of words, with a resolution and a length that nobody asked for",
        { ...video, seed: 7 },
        "/contents/generations/tasks",
        {
          ...{ model: video.model, content: [{ type: "text", text: "A quince" }], resolution: "720p", duration: 5 },
          ...{ seed: 7, watermark: false },
        },
      ],
      [
        "a video from its first frame to its last, with sound, in the ratio of the frame",
        { ...withSound, durationSec: 8, resolution: "480p", inputs: [input, input] },
        "/contents/generations/tasks",
        {
          ...{
            model: withSound.model,
            resolution: "480p",
            duration: 8,
            ratio: "adaptive",
            generate_audio: true,
            watermark: false,
          },
          content: [{ type: "text", text: "A quince" }, frameOf(0, "first_frame"), frameOf(1, "last_frame")],
        },
      ],
      [
        "a picture that is edited, with the operation in words",
        { ...image, operation: "edit", instruction: "A quince\nStyle: ink.", size: "2560x1440", inputs: [input] },
        "/images/generations",
        {
          ...{ model: image.model, prompt: "A quince\nStyle: ink.", size: "2560x1440", image: [urlOf(0)] },
          ...{ sequential_image_generation: "disabled", response_format: "url", watermark: false },
        },
      ],
    ];
    it.each(bodies)("asks for %s", async (_, request, path, body) => {
      await start(request, { inputs: access });
      expect(sent()).toEqual([path, body]);
    });

    it("says where to call back for a video", async () => {
      const callbackUrl = "https://api.example.com/webhooks/ark/token";
      await begin(video, { callbackUrl });
      expect(sent()[1].callback_url).toBe(callbackUrl);
      await start(image, { callbackUrl });
      expect(sent()[1]).not.toHaveProperty("callback_url");
    });

    it("gives a picture that cannot be fetched within the request", async () => {
      const inputs = { ...access, url: async () => "http://127.0.0.1:3000/media/a.png" };
      await begin({ ...fast, inputs: [input] }, { inputs });
      const data = `data:image/png;base64,${Buffer.from(tinyPng).toString("base64")}`;
      expect(sent()[1].content[1].image_url.url).toBe(data);
    });

    it("names the models of BytePlus as they are called there", async () => {
      const abroad = { ...configOf(server), baseUrl: "https://ark.ap-southeast.bytepluses.com/api/v3" };
      expect(await videoBody(abroad, withSound, context())).toMatchObject({ model: "seedance-1-5-pro-251215" });
    });

    it("is not made when a picture cannot be had, and may be tried again: nothing was asked of the vendor", async () => {
      const gone = async () => {
        throw new Error("the store is away");
      };
      for (const request of [
        { ...video, inputs: [input] },
        { ...image, inputs: [input] },
      ]) {
        const outcome = await start(request, { inputs: { open: gone, url: gone } });
        expect(outcome).toMatchObject({ state: "failed", failure: { type: "fetch_failed", retryable: true } });
      }
      expect(server.count("start")).toBe(0);
    });
  });

  describe("a picture", () => {
    it("is there at once, by a URL of 24 hours, and says what it cost", async () => {
      const outcome = await start(image);
      if (outcome.state !== "succeeded") throw new Error(JSON.stringify(outcome));
      const [source] = outcome.sources;
      if (source?.kind !== "url") throw new Error("no URL");
      expect((await fetch(source.url)).status).toBe(200);
      const hours = (Number(source.expiresAt) - Date.now()) / 3_600_000;
      expect([hours > 23, hours <= 24, outcome.cost]).toEqual([true, true, { amount: 0.2, currency: "CNY" }]);
    });

    it("that was refused in its place is a refusal; one that broke there may be tried again", async () => {
      for (const [code, failure] of [
        ["OutputImageSensitiveContentDetected", { type: "moderation_blocked", retryable: false }],
        ["InternalServiceError", { type: "provider_error", retryable: true }],
      ] as const) {
        answerTo("start", {
          status: 200,
          body: { model: image.model, created: 1, data: [{ error: { code, message: "said" } }] },
        });
        expect(await start(image)).toMatchObject({ state: "failed", failure });
      }
    });

    it("that is not there and has no reason is no output, which the core takes for a refusal", async () => {
      for (const data of [[], [{}], [{ url: "" }]]) {
        answerTo("start", { status: 200, body: { model: image.model, created: 1, data } });
        expect(await start(image)).toEqual({ state: "succeeded", sources: [] });
      }
    });
  });

  describe("a start that Ark refuses", () => {
    const refused = { type: "moderation_blocked", retryable: false };
    const operator = { type: "provider_error", retryable: false, message: expect.stringContaining("operator") };
    const wait = { retryable: true, isThrottled: true, retryAfterMs: 10_000 };
    const trial = "Your account has exhausted its free trial quota for the model.";
    const meanings: [code: string, status: number, failure: object, message?: string][] = [
      ["SensitiveContentDetected", 400, refused],
      ["SensitiveContentDetected.SevereViolation", 400, refused],
      ["InputImageSensitiveContentDetected", 400, refused],
      ["OutputVideoSensitiveContentDetected", 400, refused],
      ["AuthenticationError", 401, operator],
      ["AccountOverdueError", 403, operator],
      ["ModelNotOpen", 404, operator],
      ["InvalidEndpointOrModel.NotFound", 404, operator],
      ["OperationDenied.ServiceOverdue", 403, operator],
      ["SetLimitExceeded", 429, operator],
      ["QuotaExceeded", 429, operator, trial],
      ["QuotaExceeded", 429, wait, "The request has exceeded the quota."],
      ["RateLimitExceeded.EndpointRPMExceeded", 429, wait],
      ["ModelAccountIpmRateLimitExceeded", 429, wait],
      ["ServerOverloaded", 429, wait],
      ["SomethingNew", 429, wait],
      [
        "InvalidParameter.duration",
        400,
        { type: "provider_error", retryable: false, message: expect.stringMatching(/says: said\.$/) },
      ],
      ["InternalServiceError", 500, { type: "provider_error", retryable: true }],
    ];
    it.each(meanings)("%s with HTTP %i", async (code, status, failure, message) => {
      for (const request of [image, video]) {
        answerTo("start", error(status, code, message));
        const outcome = await start(request);
        expect(outcome).toMatchObject({ state: "failed", failure });
        expect(Object(outcome).failure.isThrottled).toBe("isThrottled" in failure ? true : undefined);
      }
    });

    it("waits for as long as it is told to", async () => {
      answerTo("start", error(429, "ServerOverloaded", "said", { "retry-after": "7" }));
      expect(await start()).toMatchObject({ failure: { isThrottled: true, retryAfterMs: 7000 } });
    });

    it("by the server's own words: forbidden words, a picture that looks wrong, arrears", async () => {
      for (const request of [
        { ...video, prompt: "forbidden" },
        { ...image, prompt: "a quince that looks wrong" },
      ]) {
        expect(await start(request)).toMatchObject({ failure: { type: "moderation_blocked" } });
      }
      server.isPaid = false;
      expect(await start()).toMatchObject({ failure: operator });
    });
  });

  describe("an answer that says nothing is thrown", () => {
    const unclear: [name: string, reply: Reply][] = [
      ["an empty object", { status: 200, body: {} }],
      ["HTML of a gateway", { status: 502, body: "<html>Bad Gateway</html>" }],
      ["a gateway's own words", { status: 504, body: { message: "upstream timed out" } }],
      ["a code that nobody knows, with 500", error(500, "SomethingNew")],
    ];
    it.each(unclear)("to a start: %s", async (_, reply) => {
      for (const request of [image, video]) {
        answerTo("start", reply);
        await expect(start(request)).rejects.toThrow("says nothing");
      }
      expect(server.count("start")).toBe(2);
    });

    it.each(unclear)("to a check: %s", async (_, reply) => {
      const task = await begin();
      answerTo("check", reply);
      await expect(provider().check(task, context())).rejects.toThrow("says nothing");
    });

    it("to a check: a key that is refused, and a breakdown, end no task", async () => {
      const task = await begin();
      for (const reply of [error(401, "AuthenticationError"), error(500, "InternalServiceError")]) {
        answerTo("check", reply);
        await expect(provider().check(task, context())).rejects.toThrow("says nothing");
      }
      expect(await provider().check(task, context())).toMatchObject({ state: "running" });
    });
  });

  describe("a check", () => {
    it("follows a task to a file of 24 hours, and says what its tokens cost", async () => {
      server.concurrency = 0;
      const task = await begin();
      expect(await provider().check(task, context())).toEqual({ state: "running", checkAfterMs: 5000 });
      server.concurrency = 1;
      expect(await provider().check(task, context())).toEqual({ state: "running", checkAfterMs: 5000 });
      await server.finish(task.id);
      const [made] = server.tasks;
      const expiresAt = Math.floor(Number(made?.updatedAt) / 1000) * 1000 + 24 * 3_600_000;
      expect(await provider().check(task, context())).toEqual({
        ...{ state: "succeeded", sources: [{ kind: "url", url: made?.url, expiresAt }] },
        cost: { amount: 1.5444, currency: "CNY" },
      });
    });

    it("knows no cost of a model without a price of its own", async () => {
      const task = await begin(withSound);
      await server.finish(task.id);
      expect(await provider().check(task, context())).not.toHaveProperty("cost");
    });

    it.each([
      ["OutputVideoSensitiveContentDetected", "moderation_blocked", false],
      ["InvalidParameter.image", "provider_error", false],
      ["InternalServiceError", "provider_error", true],
    ])("a task that failed with %s", async (code, type, retryable) => {
      const task = await begin();
      await server.fail(task.id, code);
      expect(await provider().check(task, context())).toMatchObject({ state: "failed", failure: { type, retryable } });
    });

    it("a task that expired may be tried again; one that somebody cancelled over there may not, nor one that is not known", async () => {
      server.concurrency = 0;
      const [expired, cancelled] = [await begin(), await begin()];
      await server.expire(expired.id);
      await provider().cancel(cancelled, context());
      const retryable = async (id: string) => Object(await provider().check({ id }, context())).failure.retryable;
      expect(await Promise.all([expired.id, cancelled.id, "cgt-none"].map(retryable))).toEqual([true, false, false]);
    });

    it("says when it was not answered for having asked too often", async () => {
      const task = await begin();
      answerTo("check", error(429, "APIAccountRpmRateLimitExceeded", "said", { "retry-after": "3" }));
      const outcome = await provider().check(task, context());
      expect(outcome).toMatchObject({ state: "failed", failure: { isThrottled: true, retryAfterMs: 3000 } });
    });
  });

  describe("cancel", () => {
    it("takes a task out of the queue, and says so again", async () => {
      server.concurrency = 0;
      const task = await begin();
      expect([await provider().cancel(task, context()), await provider().cancel(task, context())]).toEqual([
        "done",
        "done",
      ]);
      expect([server.tasks[0]?.state, server.count("cancel")]).toEqual(["cancelled", 1]);
    });

    it("comes too late for what runs or has ended, which is never deleted", async () => {
      const [runs, ended, failed] = [await begin(), await begin(), await begin()];
      await provider().check(runs, context());
      await server.finish(ended.id);
      await server.fail(failed.id, "InternalServiceError");
      for (const task of [runs, ended, failed]) expect(await provider().cancel(task, context())).toBe("too_late");
      expect([server.tasks.length, server.count("cancel")]).toEqual([3, 0]);
    });

    it("knows nothing of a task that is not there, and throws when it was refused after all", async () => {
      expect(await provider().cancel({ id: "cgt-none" }, context())).toBe("unknown");
      server.concurrency = 0;
      const task = await begin();
      answerTo("cancel", error(403, "OperationDenied.UnsupportedPhase"));
      await expect(provider().cancel(task, context())).rejects.toThrow("says nothing");
    });
  });

  describe("a call of Ark's", () => {
    const call = (body: string, isOfAttempt = true): VendorCall => ({
      ...{ url: "https://api.example.com/webhooks/ark/t", headers: {}, receivedAt: Date.now(), isOfAttempt },
      body: Buffer.from(body),
    });
    const read = (given: VendorCall) => offer(null).readCallback?.(given, new AbortController().signal);

    it("names its task, and decides nothing", async () => {
      expect(await read(call('{"id":"cgt-1","status":"succeeded"}'))).toEqual({ taskIds: ["cgt-1"] });
    });

    it("is nobody's when it comes to another address than an attempt's, or says nothing", async () => {
      expect(await read(call('{"id":"cgt-1"}', false))).toBeNull();
      for (const said of ["", "{", "[]", "null", '{"id":7}', '{"id":""}']) expect(await read(call(said))).toBeNull();
    });
  });

  it("health says that a key is refused", async () => {
    const found = await create({ ...configOf(server), apiKey: "another" }).health(new AbortController().signal);
    expect(found).toMatchObject({ status: "down", message: expect.stringContaining("operator") });
  });

  describe("ByteDance's provider of the AI SDK", () => {
    const client = () => createByteDance({ apiKey: server.key, baseURL: server.url });
    const unset = { seed: undefined, providerOptions: {}, aspectRatio: undefined, size: undefined, n: 1 } as const;
    const noFiles = { files: undefined, mask: undefined } as const;

    it("has a picture made", async () => {
      const made = await client()
        .image(image.model)
        .doGenerate({ ...unset, ...noFiles, prompt: "A quince", size: "2048x2048" });
      expect(made.images).toEqual([Buffer.from(tinyPng).toString("base64")]);
    });

    it("follows a video to its file", async () => {
      await server.finishAll();
      const made = await client()
        .video(video.model)
        .doGenerate({
          ...{ ...unset, prompt: "A quince", aspectRatio: "16:9", duration: 5, resolution: "1280x720", seed: 3 },
          ...{
            fps: undefined,
            frameImages: undefined,
            inputReferences: undefined,
            generateAudio: undefined,
            image: { type: "url", url: urlOf(0) },
            providerOptions: { bytedance: { watermark: false } },
          },
        });
      expect(made.videos).toEqual([{ type: "url", url: server.tasks[0]?.url, mediaType: "video/mp4" }]);
    });

    it("hears why nothing is made", async () => {
      const refused = client()
        .image(image.model)
        .doGenerate({ ...unset, ...noFiles, prompt: "forbidden" });
      await expect(refused).rejects.toThrow("sensitive information");
      const unknown = createByteDance({ apiKey: "another", baseURL: server.url }).image(image.model);
      await expect(unknown.doGenerate({ ...unset, ...noFiles, prompt: "A quince" })).rejects.toThrow("API key");
    });
  });

  it("every model's price is at least twice its cost, by 7.1 CNY and 100 credits a dollar", () => {
    for (const { price, cost } of models) {
      if (!cost) continue;
      const credits = typeof price === "number" ? price : price.amount;
      expect(credits).toBeGreaterThanOrEqual((cost.amount / 7.1) * 200);
    }
  });
});

const access = { open: async () => Readable.from([tinyPng]), url: async (index: number) => urlOf(index) };

function urlOf(index: number): string {
  return `https://files.example.com/${index}.png?signature=1`;
}

function frameOf(index: number, role: string): object {
  return { type: "image_url", image_url: { url: urlOf(index) }, role };
}
