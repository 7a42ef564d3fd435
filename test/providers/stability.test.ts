// Stability: what each model asks for, and what its answers mean.
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorConfig } from "../../shared/config/vendors.ts";
import type { CallContext, Failure, InputFile, Operation, ProviderRequest } from "../../shared/ports/provider.ts";
import { models } from "../../shared/providers/stability/offer.ts";
import { create } from "../../shared/providers/stability/provider.ts";
import { providerContract } from "../contracts/provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { operations } from "../servers/stability/forms.ts";
import { type StabilityServer, stabilityError, startStabilityServer } from "../servers/stability/server.ts";
import type { Reply } from "../servers/vendor/vendor-server.ts";
import { picture } from "./picture.ts";

const inputSize = { width: 64, height: 64 };
const input: InputFile = { ...picture, key: "users/x/a.png", size: 5, contentType: "image/png", ...inputSize };
const image: ProviderRequest = {
  ...{ type: "image", operation: "generate", model: "stable-image-core", prompt: "A quince", n: 1 },
};
const relight: ProviderRequest = {
  ...{ ...image, operation: "edit", model: "replace-background-and-relight", inputs: [input] },
};

function configOf({ url, key }: { url: string; key: string }): VendorConfig {
  return { apiKey: key, baseUrl: url, secretKey: undefined, callbackToken: undefined, workspace: undefined };
}

/** The least and the most that a model takes. */
function requestsFor({
  id,
  operations: [operation = "generate"],
  minInputs = 0,
  maxInputs = 0,
  sizes,
}: (typeof models)[number]) {
  const pictures = (count: number) => (count === 0 ? {} : { inputs: Array.from({ length: count }, () => input) });
  const common = { ...image, model: id, operation };
  const most = { prompt: "北".repeat(4000), negativePrompt: "fog", seed: 2_147_483_647, style: "ink" };
  return {
    smallest: { ...common, ...pictures(minInputs) },
    largest: { ...common, ...most, ...(sizes && minInputs === 0 ? { size: "640x1536" } : pictures(maxInputs)) },
  };
}

providerContract("stability", async () => {
  const server = await startStabilityServer();
  return {
    provider: create(configOf(server)),
    inputSize,
    requests: models.map(requestsFor),
    refused: [
      { path: "size", request: { ...image, model: "sd3.5-large", size: "1024x1024", inputs: [input] } },
      { path: "size", request: { ...relight, size: "1024x1024" } },
      { path: "inputs.0", request: { ...relight, inputs: [{ ...input, width: 63 }] } },
      { path: "inputs.1", request: { ...relight, inputs: [input, { ...input, width: 4096, height: 4096 }] } },
      { path: "inputs.0", request: { ...relight, inputs: [{ ...input, size: 10 * 1024 * 1024 }] } },
    ],
    startedCount: () => server.orders.length,
    goneVendor: () => create(configOf({ url: "http://127.0.0.1:1", key: "sk-gone" })),
    finish: async ({ id }) => server.finish(id),
    close: async () => await server[Symbol.asyncDispose](),
  };
});

describe("stability", () => {
  let server: StabilityServer;
  let kept: Buffer[];
  beforeEach(async () => {
    server = await startStabilityServer();
    kept = [];
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const context = (given: Partial<CallContext> = {}): CallContext => ({
    ...{ reference: "01900000-0000-7000-8000-000000000000-1", signal: new AbortController().signal },
    inputs: {
      open: async (index) => Readable.from([Buffer.from(`picture ${index}`)]),
      url: async (index) => `https://files.example.com/${index}`,
    },
    keep: async (index, bytes) => {
      kept[index] = await buffer(bytes);
    },
    ...given,
  });
  const provider = () => create(configOf(server));
  const start = (request = image, given?: Partial<CallContext>) => provider().start(request, context(given));
  const look = (id: string, data = {}) => provider().check({ id, data }, context());

  async function failureOf(reply: Reply): Promise<Failure> {
    server.refuse(reply);
    const outcome = await start();
    if (outcome.state !== "failed") throw new Error(JSON.stringify(outcome));
    return outcome.failure;
  }

  async function begin(): Promise<{ id: string; data: object }> {
    const outcome = await start(relight);
    if (outcome.state !== "started") throw new Error(JSON.stringify(outcome));
    return { id: outcome.task.id, data: outcome.task.data ?? {} };
  }

  describe("a start", () => {
    const png = { output_format: "png" };
    const asked: [
      model: string,
      request: Partial<ProviderRequest>,
      path: string,
      fields: object,
      pictures: string[],
    ][] = [
      ["stable-image-core", {}, "generate/core", { ...png, prompt: "A quince" }, []],
      [
        "stable-image-core",
        {
          size: "1344x768",
          seed: 7,
          negativePrompt: "fog",
          style: "pixel-art",
          instruction: "A quince\nStyle: pixel-art.",
        },
        "generate/core",
        {
          ...png,
          prompt: "A quince",
          aspect_ratio: "16:9",
          seed: "7",
          negative_prompt: "fog",
          style_preset: "pixel-art",
        },
        [],
      ],
      [
        "stable-image-core",
        { style: "ink", instruction: "A quince\nStyle: ink." },
        "generate/core",
        { ...png, prompt: "A quince\nStyle: ink." },
        [],
      ],
      [
        "stable-image-ultra",
        { style: "anime", instruction: "A quince\nStyle: anime.", size: "1024x1024" },
        "generate/ultra",
        { ...png, prompt: "A quince\nStyle: anime.", aspect_ratio: "1:1" },
        [],
      ],
      [
        "stable-image-ultra",
        { operation: "edit", inputs: [input] },
        "generate/ultra",
        { ...png, prompt: "A quince", strength: "0.7" },
        ["image"],
      ],
      [
        "sd3.5-medium",
        { size: "640x1536" },
        "generate/sd3",
        { ...png, prompt: "A quince", model: "sd3.5-medium", mode: "text-to-image", aspect_ratio: "9:21" },
        [],
      ],
      [
        "sd3.5-large-turbo",
        { operation: "edit", inputs: [input] },
        "generate/sd3",
        { ...png, prompt: "A quince", model: "sd3.5-large-turbo", mode: "image-to-image", strength: "0.7" },
        ["image"],
      ],
      [
        "style-guide",
        { inputs: [input], size: "1152x896" },
        "control/style",
        { ...png, prompt: "A quince", aspect_ratio: "5:4" },
        ["image"],
      ],
      [
        "structure",
        { operation: "style_transfer", style: "ink", instruction: "Redraw it.\nStyle: ink.", inputs: [input] },
        "control/structure",
        { ...png, prompt: "Redraw it.\nStyle: ink." },
        ["image"],
      ],
      [
        "style-transfer",
        { operation: "style_transfer", prompt: "", style: "ink", instruction: "Redraw it.", inputs: [input, input] },
        "control/style-transfer",
        { ...png, prompt: "ink" },
        ["init_image", "style_image"],
      ],
      [
        "style-transfer",
        { operation: "style_transfer", prompt: "", instruction: "Redraw it.", inputs: [input, input] },
        "control/style-transfer",
        png,
        ["init_image", "style_image"],
      ],
      [
        "remove-background",
        { operation: "background_removal", prompt: "", instruction: "Remove it.", inputs: [input] },
        "edit/remove-background",
        png,
        ["image"],
      ],
      [
        "replace-background-and-relight",
        { operation: "edit", inputs: [input, input] },
        "edit/replace-background-and-relight",
        { ...png, background_prompt: "A quince" },
        ["subject_image", "background_reference"],
      ],
    ];
    it.each(asked)("of %s says what its operation takes (case %#)", async (model, request, path, fields, pictures) => {
      const outcome = await start({ ...image, ...request, model });
      expect(outcome.state).not.toBe("failed");
      const [order] = server.orders;
      expect([order?.path, order?.fields, Object.keys(order?.pictures ?? {})]).toEqual([path, fields, pictures]);
      expect(Object.values(order?.pictures ?? {}).map(String)).toEqual(pictures.map((_, index) => `picture ${index}`));
    });

    it("has an operation of the server's for every operation that a model offers", async () => {
      const starts = models.flatMap((model) => model.operations.map((operation) => ({ model, operation })));
      for (const { model, operation } of starts) {
        const { smallest } = requestsFor(model);
        const needed = operation === "generate" ? smallest : { ...smallest, inputs: smallest.inputs ?? [input] };
        const outcome = await start({ ...needed, operation: operation as Operation });
        expect([model.id, operation, outcome.state]).not.toContain("failed");
      }
      expect(server.orders.every(({ path }) => operations[path])).toBe(true);
    });

    it("whose picture is gone asks nothing of the vendor", async () => {
      const gone = () => Promise.reject(new Error("the store is away"));
      const outcome = await start(relight, { inputs: { open: gone, url: gone } });
      expect(outcome).toMatchObject({ state: "failed", failure: { type: "fetch_failed", retryable: true } });
      expect(server.requests).toEqual([]);
    });
  });

  describe("a picture", () => {
    it("is kept while it comes", async () => {
      expect(await start()).toEqual({ state: "succeeded", sources: [{ kind: "kept" }] });
      expect(kept.map((bytes) => bytes.equals(tinyPng))).toEqual([true]);
    });

    it("that was kept by somebody before is not read again, and one that cannot be kept throws what was wrong", async () => {
      expect((await start(image, { keep: async () => undefined })).state).toBe("succeeded");
      const full = async (_: number, bytes: AsyncIterable<Uint8Array>) => {
        for await (const _ of bytes) throw new Error("the store is full");
      };
      await expect(start(image, { keep: full })).rejects.toThrow("the store is full");
    });

    it("that is blurred is a refusal which counts as charged, and is not kept", async () => {
      for (const [model, usd] of [
        ["stable-image-core", 0.03],
        ["sd3.5-large", 0.065],
      ] as const) {
        server.filterNext();
        expect(await start({ ...image, model })).toMatchObject({
          state: "failed",
          failure: { type: "moderation_blocked", retryable: false, cost: { amount: usd, currency: "USD" } },
        });
      }
      expect(kept).toEqual([]);
    });
  });

  describe("a task", () => {
    it("is asked about every ten seconds at most, and opened when it is done", async () => {
      const { id, data } = await begin();
      expect(await look(id, data)).toEqual({ state: "running", checkAfterMs: 10_000 });
      server.finish(id);
      expect(await look(id, data)).toEqual({ state: "succeeded", sources: [{ kind: "stream", data: { id } }] });
      const opened = await provider().open({ kind: "stream", data: { id } }, relight, context());
      expect((await buffer(opened)).equals(tinyPng)).toBe(true);
    });

    it("that is asked about too often is left alone for a minute, and goes on", async () => {
      const { id } = await begin();
      await look(id);
      expect(await look(id)).toMatchObject({ state: "failed", failure: { isThrottled: true, retryAfterMs: 60_000 } });
    });

    it("may be begun with 200 or 202, but not without its id", async () => {
      const id = "a".repeat(64);
      server.refuse({ status: 200, body: { id } });
      expect(await start(relight)).toMatchObject({ state: "started", task: { id } });
      server.refuse({ status: 202, body: {} });
      await expect(start(relight)).rejects.toThrow();
    });

    it("whose result is blurred is a refusal", async () => {
      server.filterNext();
      const { id, data } = await begin();
      server.finish(id);
      expect(await look(id, data)).toMatchObject({
        state: "failed",
        failure: { type: "moderation_blocked", retryable: false },
      });
    });

    it("that is known no more has failed, and has nothing to open", async () => {
      const { id } = await begin();
      server.forget(id);
      expect(await look(id)).toMatchObject({ state: "failed", failure: { type: "provider_error", retryable: true } });
      const opening = provider().open({ kind: "stream", data: { id } }, relight, context());
      await expect(opening).rejects.toMatchObject({ type: "fetch_failed", retryable: false });
    });

    it("about which nothing was said is asked about again", async () => {
      const { id } = await begin();
      for (const reply of [
        stabilityError(500, "internal_error", ["broken"]),
        { status: 502, body: "<html>" },
        { status: 404, body: "<html>" },
        { status: 200, body: {} },
      ]) {
        server.trouble("check", { when: "before", what: reply });
        await expect(look(id)).rejects.toThrow();
      }
    });
  });

  describe("an answer", () => {
    it("that says nothing, or ends in the middle, throws, and nothing is asked twice", async () => {
      const html = { "content-type": "text/html" };
      const odd: Reply[] = [
        { status: 200, body: {} },
        { status: 200, headers: html, body: "<html>" },
        { status: 202, body: { id: "a".repeat(64) } },
        { status: 307, headers: { location: "http://127.0.0.1:1/" }, body: "" },
        { status: 404, headers: html, body: "<html>" },
        { status: 500, headers: html, body: "<html>" },
        { ...stabilityError(502, "bad_gateway", ["gateway"]) },
        { status: 504, headers: html, body: "<html>" },
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
  });

  describe("a refusal", () => {
    it("for what is shown or said is never tried again, and was not charged", async () => {
      const said = "Your request was flagged by our content moderation system, as a result your request was denied.";
      const failure = await failureOf(stabilityError(403, "content_moderation", [said]));
      expect(failure).toMatchObject({ type: "moderation_blocked", retryable: false });
      expect([failure.cost, failure.message.includes(said)]).toEqual([undefined, true]);
    });

    it("of an account is for its operator", async () => {
      const credits = [
        "You lack sufficient credits to make this request. Please purchase more credits at https://a.example",
      ];
      for (const reply of [
        stabilityError(401, "unauthorized", ["authorization: invalid or missing"]),
        stabilityError(402, "payment_required", credits),
        stabilityError(403, "forbidden", ["no"]),
      ]) {
        const failure = await failureOf(reply);
        expect(failure).toMatchObject({ type: "provider_error", retryable: false });
        expect(failure.message).toContain("account");
      }
    });

    it("because of too many requests lasts a minute", async () => {
      server.mostInTenSeconds = 1;
      await start();
      expect(await start()).toMatchObject({ failure: { isThrottled: true, retryable: true, retryAfterMs: 60_000 } });
    });

    it("of a request says why and is not tried again; a broken vendor is", async () => {
      for (const [status, name] of [
        [400, "bad_request"],
        [404, "not_found"],
        [413, "payload_too_large"],
        [422, "unprocessable_entity"],
      ] as const) {
        const failure = await failureOf(stabilityError(status, name, ["prompt: required"]));
        expect(failure).toMatchObject({ type: "provider_error", retryable: false });
        expect(failure.message).toContain("prompt: required");
      }
      expect((await failureOf(stabilityError(500, "internal_error", ["oops"]))).retryable).toBe(true);
    });
  });

  describe("its health", () => {
    const health = (of = provider()) => of.health(new AbortController().signal);

    it("is down when its credits are used up, the key is refused or the vendor is broken", async () => {
      server.credits = 0;
      expect((await health()).status).toBe("down");
      expect((await health(create(configOf({ url: server.url, key: "sk-other" })))).status).toBe("down");
      server.trouble("health", { when: "before", what: { status: 200, body: "<html>" } });
      expect((await health()).status).toBe("down");
    });
  });
});
