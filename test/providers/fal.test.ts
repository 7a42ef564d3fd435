// fal's queue: what is put into it, what its answers mean, and what its own client makes of the same server.
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { createFalClient } from "@fal-ai/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FalModelSetting } from "../../shared/config/fal-models.ts";
import type { VendorConfig } from "../../shared/config/vendors.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import type { CallContext, InputFile, ProviderRequest, ProviderTask } from "../../shared/ports/provider.ts";
import { appOf } from "../../shared/providers/fal/call.ts";
import { create } from "../../shared/providers/fal/provider.ts";
import { providerContract } from "../contracts/provider.ts";
import { type FalServer, startFalServer } from "../servers/fal/server.ts";
import { picture } from "./picture.ts";

const input: InputFile = { ...picture, key: "users/x/a.png", size: 5, contentType: "image/png", width: 1, height: 1 };
const image: ProviderRequest = {
  type: "image",
  operation: "generate",
  model: "fal-ai/flux/dev",
  prompt: "Quince",
  n: 1,
};
const schnell = { ...image, model: "fal-ai/flux/schnell" };
const sdxl = { ...image, model: "fal-ai/fast-sdxl" };
const video: ProviderRequest = { ...image, type: "video", model: "fal-ai/pika/v2.2/text-to-video" };
const framed: ProviderRequest = { ...video, model: "fal-ai/pika/v2.2/image-to-video", inputs: [input] };
const frames: ProviderRequest = { ...video, model: "fal-ai/pika/v2.2/pikaframes", inputs: [input, input] };

/** As an operator may configure it. */
const pikaframes: FalModelSetting = {
  ...{ id: "fal-ai/pika/v2.2/pikaframes", type: "video", operations: ["generate"], price: 40 },
  ...{ maxOutputs: 1, minInputs: 2, maxInputs: 5, typicalMs: 60_000 },
  ...{ fields: { inputs: "image_urls" }, parameters: { resolution: "720p" } },
};

function configOf(server: { url: string; key: string }): VendorConfig {
  const absent = { secretKey: undefined, callbackToken: undefined, workspace: undefined };
  return { apiKey: server.key, baseUrl: server.url, models: [pikaframes], ...absent };
}

providerContract("fal", async () => {
  const server = await startFalServer();
  const words = { prompt: "北".repeat(4000), seed: 2_147_483_647 };
  const clip = { ...words, durationSec: 10, resolution: "1080p", negativePrompt: "fog" };
  return {
    provider: create(configOf(server)),
    requests: [
      { smallest: image, largest: { ...image, ...words, n: 4, size: "1024x1024" } },
      { smallest: schnell, largest: { ...schnell, ...words, n: 4, size: "512x512" } },
      { smallest: sdxl, largest: { ...sdxl, ...words, n: 4, size: "1024x576", negativePrompt: "fog" } },
      { smallest: video, largest: { ...video, ...clip, ratio: "2:3" } },
      { smallest: framed, largest: { ...framed, ...clip } },
      { smallest: frames, largest: { ...frames, inputs: [input, input, input, input, input] } },
    ],
    refused: [
      { path: "negativePrompt", request: { ...image, negativePrompt: "fog" } },
      { path: "ratio", request: { ...framed, ratio: "16:9" } },
      { path: "ratio", request: { ...video, ratio: "21:9" } },
      { path: "resolution", request: { ...video, resolution: "480p" } },
      { path: "quality", request: { ...image, quality: "high" } },
      { path: "seed", request: { ...frames, seed: 1 } },
      { path: "durationSec", request: { ...frames, durationSec: 5 } },
    ],
    startedCount: () => server.asked.size,
    goneVendor: () => create(configOf({ url: "http://127.0.0.1:1", key: "gone" })),
    finish: async ({ id }) => server.set(id, "COMPLETED"),
    close: async () => await server[Symbol.asyncDispose](),
  };
});

describe("fal", () => {
  let server: FalServer;
  beforeEach(async () => {
    server = await startFalServer();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const context = (given: Partial<CallContext> = {}): CallContext => {
    return { reference: "r-1", signal: new AbortController().signal, ...given };
  };
  const provider = () => create(configOf(server));

  async function begin(request = image, given?: Partial<CallContext>): Promise<ProviderTask> {
    const outcome = await provider().start(request, context(given));
    if (outcome.state !== "started") throw new Error(JSON.stringify(outcome));
    return outcome.task;
  }

  const look = (task: ProviderTask) => provider().check(task, context());

  describe("a start", () => {
    it("puts the request into the words of the model's input", async () => {
      const url = async (index: number) => `https://files.example.com/${index}.png`;
      const inputs = { url, open: async () => Readable.from([]) };
      const bodies: [ProviderRequest, object][] = [
        [
          { ...image, n: 2, size: "512x512", seed: 7, instruction: "Quince\nStyle: ink." },
          { prompt: "Quince\nStyle: ink.", num_images: 2, image_size: { width: 512, height: 512 }, seed: 7 },
        ],
        [
          { ...video, durationSec: 10, ratio: "4:5" },
          { prompt: "Quince", duration: "10", aspect_ratio: "4:5", resolution: "720p" },
        ],
        [framed, { prompt: "Quince", duration: "5", resolution: "720p", image_url: await url(0) }],
        [frames, { prompt: "Quince", resolution: "720p", image_urls: [await url(0), await url(1)] }],
      ];
      for (const [request, body] of bodies) {
        const { id } = await begin(request, { inputs });
        expect(server.asked.get(id)?.input).toEqual(body);
      }
    });

    it("says where it may be called, as one parameter", async () => {
      const callbackUrl = "https://factory.example.com/webhooks/fal/a.b?c=1&d=2";
      const { id } = await begin(image, { callbackUrl });
      expect(server.asked.get(id)?.webhook).toBe(callbackUrl);
      expect(server.asked.get((await begin()).id)?.webhook).toBeNull();
    });

    const said = "The content could not be processed because it contained material flagged by a content checker.";
    const policy = {
      detail: [{ loc: ["body", "prompt"], msg: said, type: "content_policy_violation", input: "Quince" }],
    };
    const refusals: [name: string, status: number, body: unknown, failure: object][] = [
      ["for what it shows", 422, policy, { type: "moderation_blocked", retryable: false }],
      ["what is not valid", 422, { detail: [{ msg: "field required" }] }, { type: "provider_error", retryable: false }],
      ["a model that is not there", 404, { detail: "Application not found" }, { retryable: false }],
      ["a key", 401, { detail: "No user found" }, { message: expect.stringContaining("operator"), retryable: false }],
      [
        "an account that is locked",
        403,
        { detail: "User is locked. Reason: Exhausted balance." },
        { message: expect.stringContaining("operator"), retryable: false },
      ],
      ["for a while", 429, { detail: "Too many requests" }, { isThrottled: true, retryable: true, retryAfterMs: 7000 }],
      ["because it broke", 500, { detail: "Internal Server Error" }, { type: "provider_error", retryable: true }],
    ];
    it.each(refusals)("that is refused: %s", async (_, status, body, failure) => {
      server.trouble("start", { when: "before", what: { status, body, headers: { "retry-after": "7" } } });
      expect(await provider().start(image, context())).toMatchObject({ state: "failed", failure });
      expect(server.count("start")).toBe(1);
    });

    it.each([
      ["a gateway's 502", { status: 502, body: { detail: "Bad gateway" } }],
      ["a gateway's 504", { status: 504, body: "<html>" }],
      ["HTML", { status: 500, body: "<html>oops</html>" }],
      ["nothing in it", { status: 200, body: {} }],
      ["a redirect", { status: 307, headers: { location: "http://127.0.0.1:1/" } }],
    ] as const)("whose answer is %s is not known to have come to anything, and not sent again", async (_, what) => {
      server.trouble("start", { when: "after", what });
      await expect(provider().start(image, context())).rejects.toThrow("says nothing");
      expect(server.count("start")).toBe(1);
    });

    it("with a picture that is gone starts nothing, and says so", async () => {
      const open = async () => {
        throw new AppError("fetch_failed", { message: "An input is gone.", retryable: false });
      };
      const inputs = { open, url: async () => "http://127.0.0.1/a.png" };
      const outcome = await provider().start(framed, context({ inputs }));
      const failure = { type: "fetch_failed", message: "An input is gone.", retryable: false };
      expect(outcome).toEqual({ state: "failed", failure });
      expect(server.count("start")).toBe(0);
    });

    it("hands a picture over within the request where the vendor cannot fetch it", async () => {
      const bytes = randomBytes(100);
      const inputs = { open: async () => Readable.from([bytes]), url: async () => "http://127.0.0.1/a.png" };
      const { id } = await begin(framed, { inputs });
      const url = `data:image/png;base64,${bytes.toString("base64")}`;
      expect(server.asked.get(id)?.input).toMatchObject({ image_url: url });
    });
  });

  describe("the URLs of a request", () => {
    it("are those that the answer names, when they lie on the configured origin", async () => {
      const task = await begin(video);
      expect(task.data).toMatchObject({ status_url: `${server.url}/fal-ai/pika/requests/${task.id}/status` });
      await look(task);
      expect(server.requests.at(-1)?.path).toBe(`/fal-ai/pika/requests/${task.id}/status`);
    });

    it("are not followed to another origin, which would see the key", async () => {
      const other = await startFalServer();
      server.origin = other.url;
      const task = await begin(video);
      server.set(task.id, "COMPLETED");
      expect(await look(task)).toMatchObject({ state: "succeeded" });
      expect(await provider().cancel(task, context())).toBe("too_late");
      expect(other.requests).toEqual([]);
      await other[Symbol.asyncDispose]();
    });

    it("name owner and app, and in a namespace both below it", () => {
      expect(["fal-ai/pika/v2.2/x", "fal-ai/fast-sdxl", "workflows/me/mine/x"].map(appOf)).toEqual([
        "fal-ai/pika",
        "fal-ai/fast-sdxl",
        "workflows/me/mine",
      ]);
    });
  });

  describe("a request", () => {
    it("is running while it waits and while it is worked on", async () => {
      const task = await begin();
      expect(await look(task)).toEqual({ state: "running", checkAfterMs: 1000 });
      server.set(task.id, "IN_PROGRESS");
      expect(await look(task)).toEqual({ state: "running", checkAfterMs: 1000 });
    });

    it("that is completed and whose result is not there yet is asked for again", async () => {
      const task = await begin();
      server.trouble("check", { when: "before", what: { status: 200, body: { status: "COMPLETED" } } });
      expect(await look(task)).toMatchObject({ state: "running" });
    });

    const failures: [name: string, result: Parameters<FalServer["end"]>[1], failure: object][] = [
      [
        "the content",
        { status: 422, body: { detail: [{ msg: "flagged", type: "content_policy_violation" }] } },
        { type: "moderation_blocked", retryable: false },
      ],
      [
        "a picture that could not be read",
        { status: 422, body: { detail: [{ msg: "no image", type: "image_load_error" }] } },
        { retryable: false },
      ],
      [
        "a download, which the header says to try again",
        {
          status: 422,
          headers: { "x-fal-retryable": "true" },
          body: { detail: [{ msg: "x", type: "file_download_error" }] },
        },
        { retryable: true },
      ],
      [
        "no media, which the header says not to try again",
        {
          status: 500,
          headers: { "x-fal-retryable": "false" },
          body: { detail: [{ msg: "x", type: "no_media_generated" }] },
        },
        { retryable: false },
      ],
      [
        "the time",
        { status: 504, body: { detail: [{ msg: "too slow", type: "generation_timeout" }] } },
        { retryable: true },
      ],
      [
        "the platform",
        {
          status: 503,
          headers: { "x-fal-error-type": "runner_disconnected" },
          body: { detail: "Runner disconnected" },
        },
        { retryable: true },
      ],
      [
        "what the status alone says",
        { status: 502, body: "<html>", errorType: "request_timeout" },
        { retryable: true },
      ],
      ["files of another kind", { body: { audio: { url: "https://v3.fal.media/a.mp3" } } }, { retryable: false }],
    ];
    it.each(failures)("that is completed has failed by its result: %s", async (_, result, failure) => {
      const task = await begin();
      server.end(task.id, result);
      expect(await look(task)).toMatchObject({ state: "failed", failure });
    });

    it.each([
      ["a gateway's 502", { status: 502, body: { detail: "Bad gateway" } }],
      ["HTML", { status: 200, body: "<html>" }],
      ["{}", { body: {} }],
      ["a key that is refused", { status: 401, body: { detail: "No user found" } }],
    ] as const)("whose result is %s is asked for again", async (_, result) => {
      const task = await begin();
      server.end(task.id, { ...result });
      await expect(look(task)).rejects.toThrow("says nothing");
    });

    it("that the queue does not know has failed; a status that says nothing is asked for again", async () => {
      const task = await begin();
      expect(await look({ ...task, id: "gone", data: { app: "fal-ai/flux" } })).toMatchObject({ state: "failed" });
      server.trouble("check", { when: "before", what: { status: 503, body: {} } });
      await expect(look(task)).rejects.toThrow("says nothing");
      server.trouble("check", { when: "before", what: { status: 429, headers: { "retry-after": "20" }, body: {} } });
      expect(await look(task)).toEqual({ state: "running", checkAfterMs: 20_000 });
    });
  });

  describe("a picture that is flagged", () => {
    const picture = { url: "https://v3.fal.media/a.png", content_type: "image/png", width: 1, height: 1 };

    it("is refused by itself, and the others of the same request are good", async () => {
      const task = await begin({ ...image, n: 3 });
      server.end(task.id, { body: { images: [picture, picture, picture], has_nsfw_concepts: [false, true, false] } });
      const outcome = await look(task);
      const sources = outcome.state === "succeeded" ? outcome.sources : [];
      expect(sources.map(({ kind }) => kind)).toEqual(["url", "stream", "url"]);
      const [, refused] = sources;
      if (refused?.kind !== "stream") throw new Error("not refused");
      await expect(provider().open(refused, image, context())).rejects.toMatchObject({
        ...{ type: "moderation_blocked", retryable: false },
      });
    });

    it("is a refusal of the whole where there is no other", async () => {
      const task = await begin({ ...image, n: 2 });
      server.end(task.id, { body: { images: [picture, picture], has_nsfw_concepts: [true, true] } });
      expect(await look(task)).toMatchObject({ state: "failed", failure: { type: "moderation_blocked" } });
    });

    it("is none where no picture is, which is success without an output", async () => {
      const task = await begin();
      server.end(task.id, { body: { images: [], has_nsfw_concepts: [] } });
      expect(await look(task)).toEqual({ state: "succeeded", sources: [] });
    });
  });

  describe("cancel", () => {
    const cancel = (task: ProviderTask) => provider().cancel(task, context());

    it("asks for it, says when it comes too late, and does not know of what the queue does not know", async () => {
      const task = await begin();
      expect(await cancel(task)).toBe("done");
      expect(await cancel(task)).toBe("too_late");
      expect(await cancel({ id: "gone", data: { app: "fal-ai/flux" } })).toBe("unknown");
    });

    it("throws when the answer says nothing", async () => {
      const task = await begin();
      server.trouble("cancel", { when: "after", what: { status: 502, body: "<html>" } });
      await expect(cancel(task)).rejects.toThrow("says nothing");
    });
  });

  it("health is down with a key that is refused", async () => {
    const { signal } = new AbortController();
    expect(await provider().health(signal)).toEqual({ status: "up" });
    const wrong = create(configOf({ url: server.url, key: "wrong" }));
    expect(await wrong.health(signal)).toMatchObject({ status: "down", message: expect.stringContaining("key") });
  });

  describe("the vendor's own client passes on the same server", () => {
    /** It knows no other host than the vendor's own. */
    const client = (credentials = server.key) =>
      createFalClient({
        credentials,
        fetch: (url, init) => fetch(String(url).replace("https://queue.fal.run", server.url), init),
        retry: { maxRetries: 0 },
      });

    it("puts into the queue, follows and takes the result", async () => {
      const updates: string[] = [];
      const webhookUrl = "https://factory.example.com/webhooks/fal/t";
      const { request_id } = await client().queue.submit("fal-ai/flux/dev", {
        input: { prompt: "Quince", num_images: 2, image_size: { width: 512, height: 512 } },
        webhookUrl,
      });
      expect(server.asked.get(request_id)).toMatchObject({ webhook: webhookUrl });
      const { data } = await client().subscribe("fal-ai/pika/v2.2/text-to-video", {
        input: { prompt: "Quince", duration: "5", aspect_ratio: "16:9" },
        pollInterval: 5,
        onQueueUpdate: ({ status }) => {
          updates.push(status);
          server.finishAll();
        },
      });
      expect(updates).toEqual(["IN_QUEUE", "COMPLETED"]);
      expect((await fetch(data.video.url)).status).toBe(200);
      const result = await client().queue.result("fal-ai/flux/dev", { requestId: request_id });
      expect([result.requestId, result.data.images.length]).toEqual([request_id, 2]);
      expect(result.data.has_nsfw_concepts).toEqual([false, false]);
    });

    it("reads what is wrong with an input and a key, and cancels", async () => {
      const app = "fal-ai/flux/dev";
      const { request_id: requestId } = await client().queue.submit(app, { input: { prompt: "" } });
      server.finishAll();
      await expect(client().queue.result(app, { requestId })).rejects.toMatchObject({
        ...{ name: "ValidationError", status: 422 },
      });
      await expect(client("wrong").queue.submit(app, { input: { prompt: "A" } })).rejects.toMatchObject({
        status: 401,
      });
      const next = await client().queue.submit(app, { input: { prompt: "A" } });
      await client().queue.cancel(app, { requestId: next.request_id });
      await expect(client().queue.cancel(app, { requestId: next.request_id })).rejects.toMatchObject({ status: 400 });
    });
  });
});
