// OpenAI: what is asked of it, what its answers mean, and what its own client makes of the same server.
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import OpenAI, { toFile } from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorConfig } from "../../shared/config/vendors.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import type { CallContext, Failure, InputFile, ProviderRequest } from "../../shared/ports/provider.ts";
import { models } from "../../shared/providers/openai/offer.ts";
import { create } from "../../shared/providers/openai/provider.ts";
import { providerContract } from "../contracts/provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { OpenaiError } from "../servers/openai/asked.ts";
import { type OpenaiServer, startOpenaiServer } from "../servers/openai/server.ts";
import type { Reply } from "../servers/vendor/vendor-server.ts";
import { picture } from "./picture.ts";

const input: InputFile = { ...picture, key: "users/x/a.png", size: 5, contentType: "image/png", width: 1, height: 1 };
const image: ProviderRequest = { type: "image", operation: "generate", model: "gpt-image-2", prompt: "A quince", n: 1 };

function speech(model: string, voice = "old_man"): ProviderRequest {
  return { type: "audio", operation: "generate", model, prompt: "A quince", n: 1, sound: { kind: "speech", voice } };
}

function configOf({ baseUrl, key }: { baseUrl: string; key: string }): VendorConfig {
  return { apiKey: key, baseUrl, secretKey: undefined, callbackToken: undefined, workspace: undefined };
}

providerContract("openai", async () => {
  const server = await startOpenaiServer();
  const most = { n: 4, prompt: "北".repeat(4000), negativePrompt: "fog", inputs: [input, input, input, input, input] };
  return {
    provider: create(configOf(server)),
    requests: models.map((model) =>
      model.type === "audio"
        ? {
            smallest: speech(model.id),
            largest: { ...speech(model.id, model.voices?.at(-1)), prompt: "北".repeat(4000) },
          }
        : {
            smallest: { ...image, model: model.id },
            largest: {
              ...{ ...image, ...most, model: model.id, operation: "style_transfer", style: "ink" },
              size: model.sizes?.at(-1) ?? "2560x1440",
              quality: String(model.qualities?.at(-1)),
            },
          },
    ),
    refused: [
      ...["1000x1000", "2048x640", "2560x1456", "512x512"].map((size) => ({
        path: "size",
        request: { ...image, size },
      })),
      { path: "size", request: { ...image, model: "gpt-image-1.5", size: "1920x1920" } },
      { path: "quality", request: { ...image, quality: "xhigh" } },
      { path: "quality", request: { ...image, quality: "auto" } },
      { path: "seed", request: { ...image, seed: 1 } },
      { path: "voice", request: speech("tts-1", "cedar") },
      { path: "prompt", request: { ...speech("tts-1"), prompt: " " } },
    ],
    startedCount: () => server.asked.length,
    goneVendor: () => create(configOf({ baseUrl: "http://127.0.0.1:1/v1", key: "sk-gone" })),
    close: async () => await server[Symbol.asyncDispose](),
  };
});

describe("openai", () => {
  let server: OpenaiServer;
  let kept: Map<number, Buffer>;
  beforeEach(async () => {
    server = await startOpenaiServer();
    kept = new Map();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const inputBytes = [randomBytes(70_000), Buffer.from("RIFF....WEBP")];
  const context = (given: Partial<CallContext> = {}): CallContext => ({
    ...{ reference: "01900000-0000-7000-8000-000000000000-1", signal: new AbortController().signal },
    inputs: {
      open: async (index) => Readable.from([inputBytes[index]]),
      url: async (index) => `https://files.example.com/${index}`,
    },
    keep: async (index, bytes) => {
      kept.set(index, await buffer(bytes));
    },
    ...given,
  });
  const start = (request = image, given?: Partial<CallContext>) =>
    create(configOf(server)).start(request, context(given));

  async function failureOf(refusal: OpenaiError | Reply): Promise<Failure> {
    server.refuse(refusal);
    const outcome = await start();
    if (outcome.state !== "failed") throw new Error(JSON.stringify(outcome));
    return outcome.failure;
  }

  describe("a start", () => {
    it("of words alone is JSON with nothing that was not asked for, in a quality that has a price", async () => {
      await start();
      const [request] = server.requests;
      expect([request?.path, request?.headers["content-type"]]).toEqual(["/v1/images/generations", "application/json"]);
      expect(JSON.parse(String(request?.body))).toEqual({
        ...{ model: "gpt-image-2", prompt: "A quince", n: 1, quality: "medium" },
      });
    });

    it("tells in words what the model has no parameter for", async () => {
      const request = { ...image, n: 3, size: "1536x864", quality: "low", negativePrompt: "fog", style: "ink" };
      await start({ ...request, instruction: "A quince\nStyle: ink." });
      expect(server.asked[0]?.fields).toEqual({
        ...{ model: "gpt-image-2", prompt: "A quince\nStyle: ink.\nDo not show: fog", n: 3 },
        ...{ size: "1536x864", quality: "low" },
      });
    });

    it("with pictures is an edit that holds their bytes, in their order and under their types", async () => {
      const webp = { ...input, contentType: "image/webp" };
      await start({ ...image, operation: "edit", inputs: [input, webp] });
      const [{ path, fields, pictures } = { path: "", fields: {}, pictures: [] }] = server.asked;
      expect([path, fields]).toEqual([
        "/v1/images/edits",
        { model: "gpt-image-2", prompt: "A quince", n: "1", quality: "medium" },
      ]);
      expect(pictures.map(({ type, bytes }, i) => [type, bytes.equals(inputBytes[i] ?? Buffer.alloc(0))])).toEqual([
        ["image/png", true],
        ["image/webp", true],
      ]);
      expect(pictures.map(({ name }) => name)).toEqual(["picture-0.png", "picture-1.webp"]);
    });

    it("that removes a background asks for a transparent one, in a format that can be", async () => {
      const request = { ...image, model: "gpt-image-2.5-flare", prompt: "", inputs: [input] };
      await start({ ...request, operation: "background_removal", instruction: "Remove the background." });
      expect(server.asked[0]?.fields).toMatchObject({
        ...{ prompt: "Remove the background.", background: "transparent", output_format: "png" },
      });
    });

    it("whose picture is gone asks nothing of the vendor, and may be tried again where that may help", async () => {
      const edit: ProviderRequest = { ...image, operation: "edit", inputs: [input] };
      const gone = new AppError("fetch_failed", { message: "gone", retryable: false });
      for (const [error, retryable] of [
        [gone, false],
        [new Error("the store is away"), true],
      ] as const) {
        const inputs = { open: () => Promise.reject(error), url: () => Promise.reject(error) };
        expect(await start(edit, { inputs })).toMatchObject({
          state: "failed",
          failure: { type: "fetch_failed", retryable },
        });
      }
      expect(server.requests).toEqual([]);
    });
  });

  describe("an answer", () => {
    const refused = { kind: "stream", data: { isRefused: true } } as const;

    it("is kept file by file, whole", async () => {
      server.picture = randomBytes(300_001);
      const outcome = await start({ ...image, n: 3 });
      expect(outcome).toEqual({ state: "succeeded", sources: [{ kind: "kept" }, { kind: "kept" }, { kind: "kept" }] });
      expect([...kept.keys()]).toEqual([0, 1, 2]);
      for (const bytes of kept.values()) expect(bytes.equals(server.picture)).toBe(true);
    });

    it("with more files than were asked for gives those that were", async () => {
      const b64_json = Buffer.from(tinyPng).toString("base64");
      server.refuse({ status: 200, body: { created: 1, data: [{ b64_json }, { b64_json }, { b64_json }] } });
      const outcome = await start({ ...image, n: 2 });
      expect([outcome.state === "succeeded" && outcome.sources.length, kept.size]).toEqual([2, 2]);
    });

    it("of a gateway may name URLs instead, or some of both", async () => {
      server.useUrls();
      const outcome = await start({ ...image, n: 2 });
      const urls = [0, 1].map((index) => ({ kind: "url", url: `${server.url}/files/1-${index}.png` }));
      expect(outcome).toEqual({ state: "succeeded", sources: urls });
      const b64_json = Buffer.from(tinyPng).toString("base64");
      const url = "https://files.example.com/b.png";
      server.refuse({ status: 200, body: { data: [{ url }, { b64_json, url }, { b64_json: null, url: null }] } });
      expect(await start({ ...image, n: 3 })).toEqual({
        ...{ state: "succeeded", sources: [{ kind: "kept" }, { kind: "url", url }, refused] },
      });
    });

    it("with fewer pictures than were asked for has refused the others, which opens nothing", async () => {
      const b64_json = Buffer.from(tinyPng).toString("base64");
      server.refuse({ status: 200, body: { data: [{}, { b64_json }] } });
      expect(await start({ ...image, n: 3 })).toEqual({
        ...{ state: "succeeded", sources: [{ kind: "kept" }, refused, refused] },
      });
      const opening = create(configOf(server)).open(refused, image, context());
      await expect(opening).rejects.toMatchObject({ type: "moderation_blocked", retryable: false });
    });

    it("without a picture and without a reason is a refusal", async () => {
      for (const data of [[], [{}], [{ b64_json: "" }], [{ b64_json: null, revised_prompt: "no" }]]) {
        const failure = await failureOf({ status: 200, body: { created: 1, data } });
        expect(failure).toMatchObject({ type: "moderation_blocked", retryable: false });
      }
    });

    it("of a gateway may be an error with 200", async () => {
      const body = { error: { message: "too many words", type: "x", param: null, code: "invalid_value" } };
      expect(await failureOf({ status: 200, body })).toMatchObject({ type: "provider_error", retryable: false });
    });

    it("that is not base64 is no output", async () => {
      server.refuse({ status: 200, body: { data: [{ b64_json: "<html>" }] } });
      await expect(start()).rejects.toMatchObject({ type: "invalid_output" });
    });

    it("that says nothing, or ends in the middle, throws, and nothing is asked twice", async () => {
      const html = { "content-type": "text/html" };
      const odd: Reply[] = [
        { status: 200, body: {} },
        { status: 200, body: "<html>" },
        { status: 200, body: '{"data":[{"b64_json":"AAAA' },
        { status: 200, body: '{"data":[{"b64_json":"AAAA"}' },
        { status: 201, body: { data: [{ b64_json: "AAAA" }] } },
        { status: 307, headers: { location: "http://127.0.0.1:1/" }, body: "" },
        { status: 404, headers: html, body: "<html>" },
        { status: 500, body: {} },
        { status: 502, headers: html, body: "<html>" },
        { status: 504, body: { error: { message: "timed out", type: "gateway", param: null, code: null } } },
      ];
      for (const reply of odd) {
        server.refuse(reply);
        await expect(start()).rejects.toThrow();
      }
      for (const what of ["cut", "cut body", "endless"] as const) {
        server.trouble("start", { when: "after", what });
        await expect(start()).rejects.toThrow();
      }
      expect(server.count("start")).toBe(odd.length + 3);
    });

    it("after which its caller has given up throws", async () => {
      const caller = new AbortController();
      server.trouble("start", { when: "after", what: "hang" });
      const starting = start(image, { signal: caller.signal });
      await expect.poll(() => server.count("start")).toBe(1);
      caller.abort(new Error("no longer wanted"));
      await expect(starting).rejects.toThrow("no longer wanted");
    });
  });

  describe("a refusal", () => {
    const moderation = "Your request was rejected by the safety system. safety_violations=[sexual].";

    it("for what is shown or said is never tried again, by either of its names", async () => {
      for (const [type, code] of [
        ["image_generation_user_error", "moderation_blocked"],
        ["invalid_request_error", "content_policy_violation"],
      ] as const) {
        const failure = await failureOf(new OpenaiError(400, moderation, { type, code }));
        expect(failure).toMatchObject({ type: "moderation_blocked", retryable: false });
        expect(failure.message).toContain("safety_violations=[sexual]");
        expect(failure.cost).toBeUndefined();
      }
    });

    it("of an account is for its operator, and shows nothing of the key", async () => {
      const key = { code: "invalid_api_key" };
      for (const error of [
        new OpenaiError(401, `Incorrect API key provided: ${server.key}.`, key),
        new OpenaiError(403, "Your organization must be verified."),
        new OpenaiError(429, "You exceeded your current quota.", { code: "insufficient_quota" }),
        new OpenaiError(429, "Project spend limit.", { code: "project_spend_limit_exceeded" }),
        new OpenaiError(400, "Billing hard limit has been reached.", { code: "billing_hard_limit_reached" }),
      ]) {
        const failure = await failureOf(error);
        expect(failure).toMatchObject({ type: "provider_error", retryable: false });
        expect(failure.isThrottled).toBeUndefined();
        expect(failure.message).toContain("account");
        expect(failure.message).not.toContain(server.key);
      }
    });

    it("because of too many requests waits as long as it says", async () => {
      const code = "rate_limit_exceeded";
      for (const [headers, ms] of [
        [{ "retry-after-ms": "1500", "retry-after": "9" }, 1500],
        [{ "retry-after": "7" }, 7000],
        [{}, 10_000],
      ] as const) {
        const failure = await failureOf(
          new OpenaiError(429, "Rate limit reached.", { type: "requests", code, headers }),
        );
        expect(failure).toMatchObject({ isThrottled: true, retryable: true, retryAfterMs: ms });
      }
    });

    it("of a request says why and is not tried again; a broken vendor is", async () => {
      const taken = await failureOf(
        new OpenaiError(400, "Invalid size '1x1'.", { code: "invalid_value", param: "size" }),
      );
      expect(taken).toMatchObject({ type: "provider_error", retryable: false });
      expect(taken.message).toContain("Invalid size '1x1'.");
      const absent = await failureOf(new OpenaiError(404, "The model does not exist.", { code: "model_not_found" }));
      expect(absent.retryable).toBe(false);
      for (const status of [408, 409, 500, 503]) {
        const failure = await failureOf(new OpenaiError(status, "The server had an error.", { type: "server_error" }));
        expect([failure.type, failure.retryable, failure.isThrottled]).toEqual(["provider_error", true, undefined]);
      }
    });
  });

  describe("its health", () => {
    const health = () => create(configOf(server)).health(new AbortController().signal);

    it("is down when the key is refused or the vendor is broken, and up where a gateway has no list", async () => {
      const stranger = create(configOf({ baseUrl: server.baseUrl, key: "sk-other" }));
      expect((await stranger.health(new AbortController().signal)).status).toBe("down");
      server.trouble("health", { when: "before", what: { status: 503, body: "busy" } });
      expect((await health()).status).toBe("down");
      server.trouble("health", { when: "before", what: { status: 404, body: "no" } });
      expect((await health()).status).toBe("up");
    });
  });

  describe("the vendor's own client", () => {
    const client = (options = {}) => new OpenAI({ apiKey: server.key, baseURL: server.baseUrl, ...options });

    it("generates", async () => {
      const { data } = await client().images.generate({
        model: "gpt-image-2",
        prompt: "A quince",
        n: 2,
        size: "1536x864",
      });
      expect(data?.map(({ b64_json }) => Buffer.from(b64_json ?? "", "base64").equals(tinyPng))).toEqual([true, true]);
    });

    it("edits one picture, and several", async () => {
      const picture = () => toFile(Buffer.from(tinyPng), "a.png", { type: "image/png" });
      const request = { model: "gpt-image-2.5-flare", prompt: "A quince", background: "transparent" } as const;
      await client().images.edit({ ...request, image: await picture() });
      await client().images.edit({ ...request, image: [await picture(), await picture()] });
      expect(server.asked.map(({ path, pictures }) => [path, pictures.length])).toEqual([
        ["/v1/images/edits", 1],
        ["/v1/images/edits", 2],
      ]);
    });

    it("understands the errors", async () => {
      server.refuse(new OpenaiError(400, "no", { type: "image_generation_user_error", code: "moderation_blocked" }));
      const asking = () => client({ maxRetries: 0 }).images.generate({ model: "gpt-image-2", prompt: "A quince" });
      await expect(asking()).rejects.toMatchObject({
        ...{ status: 400, code: "moderation_blocked", type: "image_generation_user_error" },
      });
      server.refuse(new OpenaiError(429, "slow", { code: "rate_limit_exceeded" }));
      await expect(asking()).rejects.toBeInstanceOf(OpenAI.RateLimitError);
      await expect(client({ apiKey: "sk-other" }).models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
      await expect(
        client().images.generate({ model: "gpt-image-2", prompt: "A quince", style: "vivid" }),
      ).rejects.toMatchObject({ status: 400, code: "unknown_parameter", param: "style" });
    });

    it("sends a start again whose answer was lost, up to three times and paid for each; the adapter sends it once", async () => {
      for (let lost = 0; lost < 4; lost++) server.trouble("start", { when: "after", what: "cut" });
      const asking = client().images.generate({ model: "gpt-image-2", prompt: "A quince" });
      await expect(asking).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
      expect([server.count("start"), server.asked.length]).toEqual([3, 3]);
      await expect(start()).rejects.toThrow();
      expect([server.count("start"), server.asked.length]).toEqual([4, 4]);
    });
  });
});
