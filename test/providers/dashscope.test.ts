// Alibaba's Model Studio: what is asked of it, and what its answers mean.
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorConfig } from "../../shared/config/vendors.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import type { CallContext, InputFile, Model, ProviderRequest } from "../../shared/ports/provider.ts";
import { models } from "../../shared/providers/dashscope/offer.ts";
import { create } from "../../shared/providers/dashscope/provider.ts";
import { familyOf, maxSpeech } from "../../shared/providers/dashscope/speech-limits.ts";
import { traits } from "../../shared/providers/dashscope/traits.ts";
import { providerContract } from "../contracts/provider.ts";
import { type DashscopeServer, startDashscopeServer } from "../servers/dashscope/server.ts";
import { shapes } from "../servers/dashscope/start-request.ts";
import { picture } from "./picture.ts";

const input: InputFile = { ...picture, key: "users/x/a.png", size: 5, contentType: "image/png", width: 1, height: 1 };
const image: ProviderRequest = { type: "image", operation: "generate", model: "wan2.6-t2i", prompt: "A quince", n: 1 };
const video: ProviderRequest = { ...image, type: "video", model: "wan2.6-t2v" };
const reference = "01900000-0000-7000-8000-000000000000-1";
const unlimited = { queriesPerSecond: Infinity, startsPerSecond: Infinity };

function configOf(server: { url: string; key: string }, given: Partial<VendorConfig> = {}): VendorConfig {
  const absent = { secretKey: undefined, callbackToken: undefined, workspace: undefined };
  return { apiKey: server.key, baseUrl: server.url, ...absent, ...given };
}

function smallestFor({ id, type, operations: [operation = "generate"] }: Model): ProviderRequest {
  if (type === "audio") return speech(id);
  const inputs = traits[id]?.needsInput ? { inputs: [input] } : {};
  return { type, operation, model: id, prompt: "A quince", n: 1, ...inputs };
}

function speech(model: string, voice = "girl"): ProviderRequest {
  return { type: "audio", operation: "generate", model, prompt: "A quince", n: 1, sound: { kind: "speech", voice } };
}

/** All that the model states, and the longest of it. */
function largestFor(model: Model): ProviderRequest {
  const { id, operations, maxOutputs, maxInputs = 0, durations, ratios, resolutions, sizes } = model;
  if (model.type === "audio") {
    return { ...speech(id, model.voices?.at(-1)), prompt: "北".repeat(maxSpeech[familyOf(id)]) };
  }
  const { maxPrompt = 0, takesNegativePrompt, hasSizeAloneOnly } = traits[id] ?? {};
  const { maxSide, minSide, maxPixels } = model.sizeRule ?? {};
  const named = sizes?.at(-1) ?? (maxSide ? `${maxSide}x${minSide}` : maxPixels && side(Math.sqrt(maxPixels)));
  return {
    ...smallestFor(model),
    ...{ operation: operations.at(-1) ?? "generate", prompt: "北".repeat(maxPrompt), seed: 2_147_483_647 },
    n: hasSizeAloneOnly ? 1 : maxOutputs,
    ...(maxInputs > 0 && { inputs: Array.from({ length: maxInputs }, () => input) }),
    ...(takesNegativePrompt && { negativePrompt: "雾".repeat(500) }),
    ...(model.type === "image" && named && { size: named }),
    ...(durations && { durationSec: durations.at(-1) ?? 0 }),
    ...(ratios && { ratio: ratios.at(-1) ?? "" }),
    ...(resolutions && { resolution: resolutions.at(-1) ?? "" }),
  };
}

const side = (pixels: number) => `${pixels}x${pixels}`;

providerContract("dashscope", async () => {
  const server = await startDashscopeServer(unlimited);
  return {
    provider: create(configOf(server)),
    requests: models.map((model) => ({ smallest: smallestFor(model), largest: largestFor(model) })),
    refused: [
      { path: "prompt", request: { ...image, prompt: "a".repeat(2101) } },
      { path: "prompt", request: { ...image, instruction: `${"a".repeat(2100)}\nStyle: ink.` } },
      { path: "negativePrompt", request: { ...image, negativePrompt: "a".repeat(501) } },
      { path: "negativePrompt", request: { ...image, model: "wan2.7-image", negativePrompt: "fog" } },
      ...["512x512", "1441x1440", "2000x400"].map((size) => ({ path: "size", request: { ...image, size } })),
      { path: "size", request: { ...image, model: "wan2.2-t2i-plus", size: "1441x512" } },
      ...models
        .filter(({ id }) => traits[id]?.needsInput)
        .map((model) => ({ path: "inputs", request: { ...smallestFor(model), inputs: [] } })),
      {
        path: "size",
        request: { ...image, model: "qwen-image-edit-plus", operation: "edit", inputs: [input], n: 2, size: "512x512" },
      },
      {
        path: "size",
        request: { ...image, model: "wanx2.1-imageedit", operation: "edit", inputs: [input], size: "512x512" },
      },
      { path: "ratio", request: { ...video, model: "wan2.6-i2v", inputs: [input], ratio: "16:9" } },
      { path: "ratio", request: { ...video, model: "wan2.7-i2v", inputs: [input], ratio: "16:9" } },
      { path: "ratio", request: { ...video, model: "wan2.5-t2v-preview", ratio: "4:3", resolution: "480p" } },
      { path: "resolution", request: { ...video, resolution: "480p" } },
      { path: "prompt", request: { ...speech("qwen3-tts-flash"), prompt: "北".repeat(601) } },
      { path: "voice", request: speech("qwen3-tts-flash", "nobody") },
      { path: "seed", request: { ...speech("cosyvoice-v3-flash"), seed: 1 } },
    ],
    startedCount: () => server.tasks.size,
    goneVendor: () => create(configOf({ url: "http://127.0.0.1:1", key: "sk-gone" })),
    finish: async ({ id }) => server.set(id, "SUCCEEDED"),
    close: async () => server[Symbol.asyncDispose](),
  };
});

describe("dashscope", () => {
  let server: DashscopeServer;
  const clock = { now: 0 };
  beforeEach(async () => {
    clock.now = Date.parse("2026-11-28T12:00:00Z");
    server = await startDashscopeServer({ now: () => clock.now });
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const context = (given: Partial<CallContext> = {}): CallContext => ({
    reference,
    signal: new AbortController().signal,
    ...given,
  });
  const inputs = { url: async (i: number) => urlOf(i), open: async () => Readable.from([Buffer.from("bytes")]) };
  const provider = (given?: Partial<VendorConfig>) => create(configOf(server, given));
  const sent = (kind: "start" | "check" | "cancel") => server.requests.filter((each) => each.kind === kind);
  const look = (id: string, given?: Partial<CallContext>) => provider().check({ id }, context(given));

  async function begin(request = image): Promise<string> {
    const outcome = await provider().start(request, context({ inputs }));
    if (outcome.state !== "started") throw new Error(JSON.stringify(outcome));
    return outcome.task.id;
  }

  /** What the vendor's refusal of a start means. */
  async function refusalOf(status: number, body: unknown, headers?: Record<string, string>) {
    server.trouble("start", { when: "before", what: { status, body, ...(headers && { headers }) } });
    const outcome = await provider().start(image, context());
    if (outcome.state !== "failed") throw new Error(JSON.stringify(outcome));
    return outcome.failure;
  }

  async function failureOf(code: string, given?: Partial<CallContext>, message = "as documented") {
    const id = await begin();
    clock.now += 1000;
    server.set(id, "FAILED", { code, message });
    const outcome = await look(id, given);
    if (outcome.state !== "failed") throw new Error(JSON.stringify(outcome));
    return outcome.failure;
  }

  describe("the registry", () => {
    it("has what the adapter speaks of, and no model more or less", () => {
      expect(
        models
          .filter(({ type }) => type !== "audio")
          .map(({ id }) => id)
          .sort(),
      ).toEqual(Object.keys(traits).sort());
    });

    it("has models that are served", () => {
      const served = Object.values(shapes).flatMap((ofService) => Object.keys(ofService));
      expect(models.map(({ id }) => id).sort()).toEqual(served.sort());
    });
  });

  describe("a start", () => {
    const words = { prompt: "A quince" };
    const message = (...content: object[]) => ({ messages: [{ role: "user", content }] });
    const edit = { ...image, operation: "edit", inputs: [input] } as const;
    const two = [input, input];
    const bodies: [name: string, request: ProviderRequest, service: string, isAsync: boolean, body: object][] = [
      [
        "a picture by the old protocol",
        { ...image, model: "wan2.2-t2i-flash", n: 2, seed: 42, size: "768x1024", negativePrompt: "fog" },
        ...(["text2image/image-synthesis", true] as const),
        { input: { ...words, negative_prompt: "fog" }, parameters: { n: 2, size: "768*1024", seed: 42 } },
      ],
      [
        "a picture in a style that has a parameter",
        { ...image, model: "wanx-v1", style: "Watercolour", instruction: "A quince\nStyle: Watercolour." },
        ...(["text2image/image-synthesis", true] as const),
        { input: words, parameters: { n: 1, size: "1024*1024", style: "<watercolor>" } },
      ],
      [
        "a picture in a style that has none",
        { ...image, model: "wanx-v1", style: "woodcut", instruction: "A quince\nStyle: woodcut." },
        ...(["text2image/image-synthesis", true] as const),
        { input: { prompt: "A quince\nStyle: woodcut." }, parameters: { n: 1, size: "1024*1024" } },
      ],
      [
        "a picture by the new protocol, as a task",
        { ...image, seed: 0, negativePrompt: "fog" },
        ...(["image-generation/generation", true] as const),
        {
          input: message({ text: "A quince" }),
          parameters: { n: 1, size: "1280*1280", seed: 0, negative_prompt: "fog" },
        },
      ],
      [
        "a picture of a model that has no tasks",
        { ...image, model: "qwen-image-max" },
        ...(["multimodal-generation/generation", false] as const),
        { input: message({ text: "A quince" }), parameters: { n: 1, size: "1328*1328" } },
      ],
      [
        "an edit by words, its pictures before them",
        { ...edit, model: "wan2.6-image", inputs: two, instruction: "A quince\nStyle: ink." },
        ...(["image-generation/generation", true] as const),
        {
          input: message({ image: urlOf(0) }, { image: urlOf(1) }, { text: "A quince\nStyle: ink." }),
          parameters: { n: 1 },
        },
      ],
      [
        "better colours by words",
        { ...edit, model: "qwen-image-edit", operation: "color_enhancement", prompt: "", instruction: "Improve it." },
        ...(["multimodal-generation/generation", false] as const),
        { input: message({ image: urlOf(0) }, { text: "Improve it." }), parameters: { n: 1 } },
      ],
      [
        "an edit by a function",
        { ...edit, model: "wanx2.1-imageedit" },
        ...(["image2image/image-synthesis", true] as const),
        { input: { function: "description_edit", ...words, base_image_url: urlOf(0) }, parameters: { n: 1 } },
      ],
      [
        "another style by a function",
        {
          ...{ ...edit, model: "wanx2.1-imageedit", operation: "style_transfer" },
          ...{ prompt: "", style: "French picture book", instruction: "Redraw it." },
        },
        ...(["image2image/image-synthesis", true] as const),
        {
          input: { function: "stylization_all", prompt: "French picture book", base_image_url: urlOf(0) },
          parameters: { n: 1 },
        },
      ],
      [
        "an edit of several pictures",
        { ...edit, model: "wan2.5-i2i-preview", inputs: two },
        ...(["image2image/image-synthesis", true] as const),
        { input: { ...words, images: [urlOf(0), urlOf(1)] }, parameters: { n: 1 } },
      ],
      [
        "a video of words, as a size",
        { ...video, ratio: "9:16", resolution: "1080p", durationSec: 10 },
        ...(["video-generation/video-synthesis", true] as const),
        { input: words, parameters: { size: "1080*1920", duration: 10 } },
      ],
      [
        "a video whose length is fixed",
        { ...video, model: "wan2.2-t2v-plus", durationSec: 5 },
        ...(["video-generation/video-synthesis", true] as const),
        { input: words, parameters: { size: "832*480" } },
      ],
      [
        "a video of a first frame",
        { ...video, model: "wan2.5-i2v-preview", inputs: [input] },
        ...(["video-generation/video-synthesis", true] as const),
        { input: { ...words, img_url: urlOf(0) }, parameters: { resolution: "720P", duration: 5 } },
      ],
      [
        "a video with references",
        { ...video, model: "wan2.6-r2v", inputs: two },
        ...(["video-generation/video-synthesis", true] as const),
        { input: { ...words, reference_urls: [urlOf(0), urlOf(1)] }, parameters: { size: "1280*720", duration: 5 } },
      ],
      [
        "a video of words by the newer protocol",
        { ...video, model: "wan2.7-t2v", ratio: "1:1", seed: 7 },
        ...(["video-generation/video-synthesis", true] as const),
        { input: words, parameters: { resolution: "720P", ratio: "1:1", duration: 5, seed: 7 } },
      ],
      [
        "a video between two frames",
        { ...video, model: "wan2.7-i2v", inputs: two, resolution: "1080p" },
        ...(["video-generation/video-synthesis", true] as const),
        {
          input: {
            ...words,
            media: [
              { type: "first_frame", url: urlOf(0) },
              { type: "last_frame", url: urlOf(1) },
            ],
          },
          parameters: { resolution: "1080P", duration: 5 },
        },
      ],
      [
        "a video with references by the newer protocol",
        { ...video, model: "wan2.7-r2v", inputs: [input] },
        ...(["video-generation/video-synthesis", true] as const),
        {
          input: { ...words, media: [{ type: "reference_image", url: urlOf(0) }] },
          parameters: { resolution: "720P", ratio: "16:9", duration: 5 },
        },
      ],
    ];
    it.each(bodies)("asks for %s", async (_, request, service, isAsync, body) => {
      const outcome = await provider().start(request, context({ inputs }));
      expect(outcome.state).toBe(isAsync ? "started" : "succeeded");
      const [start] = sent("start");
      expect(start?.path).toBe(`/api/v1/services/aigc/${service}`);
      expect(start?.headers["x-dashscope-async"]).toBe(isAsync ? "enable" : undefined);
      expect(JSON.parse(String(start?.body))).toEqual({ model: request.model, ...body });
    });

    it("names the workspace, and takes an address with the API's prefix as the vendor's clients do", async () => {
      const given = { workspace: server.workspace, baseUrl: `${server.url}/api/v1` };
      expect((await provider(given).start(image, context())).state).toBe("started");
      expect(sent("start")[0]?.headers["x-dashscope-workspace"]).toBe(server.workspace);
    });

    it("of another workspace, or without a good key, is for the operator to mend", async () => {
      for (const given of [{ workspace: "llm-other" }, { apiKey: "sk-wrong" }]) {
        const outcome = await provider(given).start(image, context());
        expect(outcome).toMatchObject({ state: "failed", failure: { type: "provider_error", retryable: false } });
      }
      expect(server.tasks.size).toBe(0);
    });

    it("hands over bytes where the vendor cannot reach our store, and refuses where it takes only URLs", async () => {
      const near = { ...inputs, url: async () => "http://127.0.0.1:3000/files/a.png" };
      const framed = { ...video, model: "wan2.6-i2v", inputs: [input] };
      expect((await provider().start(framed, context({ inputs: near }))).state).toBe("started");
      const { input: given } = JSON.parse(String(sent("start")[0]?.body));
      expect(given.img_url).toBe(`data:image/png;base64,${Buffer.from("bytes").toString("base64")}`);
      const outcome = await provider().start({ ...framed, model: "wan2.6-r2v" }, context({ inputs: near }));
      expect(outcome).toMatchObject({ state: "failed", failure: { type: "fetch_failed", retryable: false } });
      expect(server.count("start")).toBe(1);
    });

    it("whose picture is gone fails before anything is asked", async () => {
      const gone = {
        ...inputs,
        url: async () => {
          throw new AppError("fetch_failed", { message: "The picture is gone.", retryable: false });
        },
      };
      const outcome = await provider().start(
        { ...video, model: "wan2.6-i2v", inputs: [input] },
        context({ inputs: gone }),
      );
      expect(outcome).toMatchObject({
        state: "failed",
        failure: { type: "fetch_failed", message: "The picture is gone." },
      });
      expect(server.count("start")).toBe(0);
    });

    it("of a field that the model does not have is refused by the server", async () => {
      const body = { model: "wan2.6-t2i", input: { messages: [] }, parameters: { n: 1, style: "ink" } };
      const answer = await fetch(`${server.url}/api/v1/services/aigc/image-generation/generation`, {
        method: "POST",
        headers: { authorization: `Bearer ${server.key}`, "x-dashscope-async": "enable" },
        body: JSON.stringify(body),
      });
      expect([answer.status, ((await answer.json()) as { code?: string }).code]).toEqual([400, "InvalidParameter"]);
    });

    it("is not sent a second time when there is no clear answer", async () => {
      const unclear = [
        { status: 502, body: "<html>Bad Gateway</html>" },
        { status: 504, body: { code: "InternalError.Timeout", message: "gateway" } },
        { status: 200, body: {} },
        { status: 200, body: "<html></html>" },
        "cut",
        "cut body",
      ] as const;
      for (const what of unclear) {
        const before = server.count("start");
        clock.now += 1000;
        server.trouble("start", { when: "after", what });
        await expect(provider().start(image, context())).rejects.toThrow();
        expect(server.count("start")).toBe(before + 1);
      }
    });
  });

  describe("a refusal", () => {
    const account = { type: "provider_error", retryable: false };
    const refused = { type: "moderation_blocked", retryable: false };
    const again = { type: "provider_error", retryable: true };
    const request = { type: "provider_error", retryable: false };
    /** Vendor documentation, error codes: status, code, what follows from it. */
    const table: [status: number, code: string, failure: object][] = [
      [400, "InvalidParameter", request],
      [400, "InvalidURL", request],
      [400, "BadRequest.EmptyInput", request],
      [400, "BadRequest.EmptyModel", request],
      [400, "BadRequest.EmptyParameters", request],
      [400, "UnsupportedOperation", request],
      [400, "DataInspectionFailed", refused],
      [400, "data_inspection_failed", refused],
      [400, "CustomRoleBlocked", refused],
      [400, "FaqRuleBlocked", refused],
      [400, "IPInfringementSuspect", refused],
      [400, "Arrearage", account],
      [401, "InvalidApiKey", account],
      [401, "invalid_api_key", account],
      [403, "AccessDenied", account],
      [403, "Model.AccessDenied", account],
      [403, "Workspace.AccessDenied", account],
      [403, "AccessDenied.Unpurchased", account],
      [403, "AllocationQuota.FreeTierOnly", account],
      [404, "ModelNotFound", request],
      [404, "WorkSpaceNotFound", account],
      [408, "RequestTimeOut", again],
      [413, "BadRequest.TooLarge", request],
      [415, "BadRequest.InputDownloadFailed", again],
      [415, "BadRequest.UnsupportedFileFormat", request],
      [429, "PrepaidBillOverdue", account],
      [429, "PostpaidBillOverdue", account],
      [429, "CommodityNotPurchased", account],
      [429, "BudgetLimitExceeded", account],
      [500, "InternalError", again],
      [500, "InternalError.Algo", again],
      [500, "InternalError.Timeout", again],
      [500, "SystemError", again],
      [500, "ModelServiceFailed", again],
      [503, "ModelUnavailable", again],
      [503, "ModelServingError", again],
    ];
    const throttlings = [
      "Throttling",
      "Throttling.RateQuota",
      "Throttling.BurstRate",
      "LimitRequests",
      "Throttling.ServiceOverloaded",
    ];

    it.each(table)("%i %s means the same of a start and of a task", async (status, code, failure) => {
      const ofStart = await refusalOf(status, { code, message: "as documented", request_id: "x" });
      expect(ofStart).toMatchObject(failure);
      expect(ofStart.isThrottled).toBeUndefined();
      expect(await failureOf(code)).toEqual(ofStart);
    });

    it("with HTTP 200 and a code is one all the same", async () => {
      expect(await refusalOf(200, { code: "InvalidParameter", message: "no", request_id: "x" })).toMatchObject(request);
      expect(await refusalOf(200, { code: "Arrearage", output: null })).toMatchObject(account);
    });

    it.each(throttlings)("429 %s makes everybody wait, for as long as the vendor says", async (code) => {
      const throttled = { isThrottled: true, retryable: true };
      expect(await refusalOf(429, { code, message: "slow down" })).toMatchObject(throttled);
      const told = await refusalOf(429, { code }, { "retry-after": "7" });
      expect(told).toMatchObject({ ...throttled, retryAfterMs: 7000 });
      // A task that met it is over: to ask for it again would go on for ever.
      const ofTask = await failureOf(code);
      expect([ofTask.retryable, ofTask.isThrottled, ofTask.retryAfterMs]).toEqual([true, undefined, 30_000]);
    });

    it.each(["Throttling.AllocationQuota", "insufficient_quota"])(
      "429 %s passes when it is a limit for each minute, and not when a free quota is used up",
      async (code) => {
        const perMinute = await refusalOf(429, {
          code,
          message: "Allocated quota exceeded, please increase your quota.",
        });
        expect(perMinute).toMatchObject({ isThrottled: true });
        const usedUp = await refusalOf(429, { code, message: "Free allocated quota exceeded." });
        expect(usedUp).toMatchObject(account);
        expect(usedUp.isThrottled).toBeUndefined();
      },
    );

    it("without a body says enough where its status does", async () => {
      expect(await refusalOf(429, "", { "retry-after": "3" })).toMatchObject({ isThrottled: true, retryAfterMs: 3000 });
      expect(await refusalOf(401, "")).toMatchObject(account);
    });

    it("by a code that nobody has documented goes by its first part, else by its status", async () => {
      expect(await refusalOf(400, { code: "DataInspectionFailed.Image" })).toMatchObject(refused);
      expect(await refusalOf(400, { code: "constructor" })).toMatchObject(request);
      expect(await refusalOf(500, { code: "Novelty" })).toMatchObject(again);
      expect(await refusalOf(403, { code: "Novelty" })).toMatchObject(account);
    });

    it("that the request may have brought about is worth one more attempt, and no third", async () => {
      for (const code of ["InternalError.Algo", "BadRequest.InputDownloadFailed"]) {
        expect((await failureOf(code)).retryable).toBe(true);
        const second = await failureOf(code, { reference: reference.replace(/1$/, "2") });
        expect(second.retryable).toBe(false);
      }
    });

    it("tells the user the vendor's own words, without addresses", async () => {
      const failure = await refusalOf(400, {
        code: "InvalidParameter",
        message: "Bad url https://oss.example/x?sig=1",
      });
      expect(failure.message).toContain("It says: Bad url …");
      expect(failure.message).not.toContain("oss.example");
    });
  });

  describe("a task", () => {
    it("goes from waiting to running, and says when to look again", async () => {
      const [id, film] = [await begin(), await begin(video)];
      expect(await look(id)).toEqual({ state: "running", checkAfterMs: 3000 });
      expect(await provider().check({ id: film, data: { type: "video" } }, context())).toMatchObject({
        checkAfterMs: 15_000,
      });
      for (const state of ["RUNNING", "SUSPENDED"] as const) {
        server.set(id, state);
        expect(await look(id)).toMatchObject({ state: "running" });
      }
    });

    it("tells how much of it is made", async () => {
      const id = await begin({ ...image, n: 4 });
      const output = { task_id: id, task_status: "RUNNING", task_metrics: { TOTAL: 4, SUCCEEDED: 3, FAILED: 0 } };
      server.trouble("check", { when: "before", what: { status: 200, body: { request_id: "x", output } } });
      expect(await look(id)).toMatchObject({ state: "running", progress: 75 });
    });

    it("succeeds with URLs that say until when they are good", async () => {
      const id = await begin({ ...image, n: 3 });
      server.set(id, "SUCCEEDED");
      const outcome = await look(id);
      if (outcome.state !== "succeeded") throw new Error(JSON.stringify(outcome));
      expect(outcome.sources).toHaveLength(3);
      const { sources } = outcome;
      for (const source of sources)
        expect(source).toMatchObject({ kind: "url", expiresAt: clock.now + 24 * 60 * 60_000 });
    });

    it("that succeeded in part delivers what there is", async () => {
      const id = await begin({ ...image, model: "wan2.2-t2i-flash", n: 4 });
      server.set(id, "SUCCEEDED", { failedCount: 1, code: "InternalError.Timeout", message: "timeout" });
      const outcome = await look(id);
      expect(outcome.state === "succeeded" && outcome.sources.length).toBe(3);
    });

    it("that succeeded without any file is refused without a word, or fails by the code of its parts", async () => {
      const silent = await begin();
      server.set(silent, "SUCCEEDED", { failedCount: 1 });
      expect(await look(silent)).toEqual({ state: "succeeded", sources: [] });
      const told = await begin({ ...image, model: "wan2.2-t2i-flash" });
      server.set(told, "SUCCEEDED", { failedCount: 1, code: "DataInspectionFailed", message: "no" });
      expect(await look(told)).toMatchObject({ state: "failed", failure: { type: "moderation_blocked" } });
    });

    it("that nobody knows any more is not made a second time", async () => {
      const id = await begin();
      clock.now += 25 * 60 * 60_000;
      const gone = { state: "failed", failure: { type: "provider_error", retryable: false } };
      expect(await look(id)).toMatchObject(gone);
      expect(await look("never-was")).toMatchObject(gone);
    });

    it("that was cancelled elsewhere has failed", async () => {
      const id = await begin();
      server.set(id, "CANCELED");
      expect(await look(id)).toMatchObject({ state: "failed", failure: { retryable: false } });
    });

    it("stays as it is when the question is refused, and everybody asks less when there were too many", async () => {
      const id = await begin();
      await expect(create(configOf(server, { apiKey: "sk-wrong" })).check({ id }, context())).rejects.toThrow();
      // The vendor's limit: 20 questions a second for the whole account.
      const outcomes = await Promise.all(Array.from({ length: 21 }, () => look(id)));
      const states = outcomes.map(({ state }) => state);
      expect([states.filter((state) => state === "running").length, states.length]).toEqual([20, 21]);
      const refused = outcomes.find((outcome) => outcome.state === "failed");
      expect(refused).toMatchObject({ failure: { isThrottled: true, retryAfterMs: 2000 } });
    });

    it("stays as it is when an answer says nothing", async () => {
      const id = await begin();
      const nothing = [
        { status: 502, body: "" },
        { status: 503, body: { code: "ModelUnavailable" } },
        "cut body",
      ] as const;
      for (const what of [...nothing, { status: 200, body: {} }]) {
        server.trouble("check", { when: "after", what });
        await expect(look(id)).rejects.toThrow();
      }
    });
  });

  describe("cancel", () => {
    it("ends what waits, and is too late for what runs or has ended", async () => {
      const [waiting, running] = [await begin(), await begin()];
      expect(await provider().cancel({ id: waiting }, context())).toBe("done");
      expect(server.tasks.get(waiting)?.state).toBe("CANCELED");
      for (const state of ["RUNNING", "SUCCEEDED"] as const) {
        server.set(running, state);
        expect(await provider().cancel({ id: running }, context())).toBe("too_late");
      }
    });

    it("throws when nobody knows what came of it", async () => {
      const id = await begin();
      for (const what of [{ status: 429, body: { code: "Throttling" } }, { status: 200, body: {} }, "cut"] as const) {
        server.trouble("cancel", { when: "before", what });
        await expect(provider().cancel({ id }, context())).rejects.toThrow();
      }
    });
  });

  it("asks as often as the vendor's account may, and counts by the key", () => {
    const { limits } = provider();
    expect(limits).toMatchObject({ start: { perSecond: 2 }, query: { perSecond: 20 } });
    expect(limits?.account).not.toContain(server.key);
  });

  it("is down when its key is refused, or its account", async () => {
    const { signal } = new AbortController();
    expect(await provider({ apiKey: "sk-wrong" }).health(signal)).toMatchObject({ status: "down" });
    server.trouble("health", { when: "before", what: { status: 400, body: { code: "Arrearage" } } });
    expect(await provider().health(signal)).toMatchObject({ status: "down" });
  });
});

function urlOf(index: number): string {
  return `https://files.example.com/input-${index}.png?signature=x`;
}
