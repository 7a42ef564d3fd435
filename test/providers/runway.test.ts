// Runway: what is asked of it, what its answers mean, and what its own client makes of the same server.
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import RunwayML, { toFile } from "@runwayml/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorConfig } from "../../shared/config/vendors.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import type { CallContext, CheckOutcome, InputFile, ProviderRequest } from "../../shared/ports/provider.ts";
import { models } from "../../shared/providers/runway/offer.ts";
import { create } from "../../shared/providers/runway/provider.ts";
import { providerContract } from "../contracts/provider.ts";
import { type RunwayServer, startRunwayServer } from "../servers/runway/server.ts";
import { picture } from "./picture.ts";

const input: InputFile = { ...picture, key: "users/x/a.png", size: 5, contentType: "image/png", width: 1, height: 1 };
const image: ProviderRequest = { type: "image", operation: "generate", model: "gen4_image", prompt: "A quince", n: 1 };
const video: ProviderRequest = { ...image, type: "video", model: "gen4.5" };
const reference = "01900000-0000-7000-8000-000000000000-1";

function configOf(server: { url: string; key: string }): VendorConfig {
  const absent = { secretKey: undefined, callbackToken: undefined, workspace: undefined };
  return { apiKey: server.key, baseUrl: server.url, ...absent };
}

providerContract("runway", async () => {
  const server = await startRunwayServer();
  const largest = { prompt: "北".repeat(1000), seed: 2_147_483_647 };
  const frame = { durationSec: 10, ratio: "21:9", resolution: "720p", inputs: [input] };
  const three = [input, input, input];
  return {
    provider: create(configOf(server)),
    requests: [
      {
        smallest: image,
        largest: { ...image, ...largest, operation: "style_transfer", style: "ink", size: "1920x1080", inputs: three },
      },
      {
        smallest: { ...image, model: "gen4_image_turbo", inputs: [input] },
        largest: { ...image, ...largest, model: "gen4_image_turbo", size: "720x960", inputs: three },
      },
      { smallest: video, largest: { ...video, ...largest, ...frame } },
      {
        smallest: { ...video, model: "gen4_turbo", inputs: [input] },
        largest: { ...video, ...largest, ...frame, model: "gen4_turbo" },
      },
    ],
    refused: [
      { path: "prompt", request: { ...image, prompt: "a".repeat(1001) } },
      { path: "prompt", request: { ...image, instruction: `${"a".repeat(1000)}\nStyle: ink.` } },
      { path: "negativePrompt", request: { ...video, negativePrompt: "fog" } },
      { path: "ratio", request: { ...video, ratio: "5:4", inputs: [input] } },
      { path: "resolution", request: { ...video, resolution: "1080p" } },
    ],
    startedCount: () => server.tasks.size,
    goneVendor: () => create(configOf({ url: "http://127.0.0.1:1", key: "key_gone" })),
    finish: async ({ id }) => server.set(id, "SUCCEEDED"),
    close: async () => await server[Symbol.asyncDispose](),
  };
});

describe("runway", () => {
  let server: RunwayServer;
  beforeEach(async () => {
    server = await startRunwayServer();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const context = (given: Partial<CallContext> = {}): CallContext => ({
    reference,
    signal: new AbortController().signal,
    ...given,
  });
  const provider = () => create(configOf(server));

  async function begin(request = video, given?: Partial<CallContext>): Promise<string> {
    const outcome = await provider().start(request, context(given));
    if (outcome.state !== "started") throw new Error(JSON.stringify(outcome));
    return outcome.task.id;
  }

  const look = (id: string, given?: Partial<CallContext>) => provider().check({ id }, context(given));

  async function failureOf(code: string | undefined, given?: Partial<CallContext>) {
    const id = await begin();
    server.set(id, "FAILED", code === undefined ? {} : { code });
    const outcome = await look(id, given);
    if (outcome.state !== "failed") throw new Error(JSON.stringify(outcome));
    return outcome.failure;
  }

  describe("a start", () => {
    const bodies: [name: string, request: ProviderRequest, path: string, body: object][] = [
      [
        "a video of words",
        { ...video, seed: 7, ratio: "9:16", durationSec: 4 },
        "/v1/text_to_video",
        { model: "gen4.5", promptText: "A quince", ratio: "720:1280", duration: 4, seed: 7 },
      ],
      [
        "a video of a first frame",
        { ...video, model: "gen4_turbo", ratio: "1:1", inputs: [input] },
        "/v1/image_to_video",
        { model: "gen4_turbo", promptText: "A quince", ratio: "960:960", duration: 5, promptImage: urlOf(0) },
      ],
      [
        "a picture by a reference, with the operation in words",
        { ...image, operation: "edit", instruction: "A quince\nStyle: ink.", inputs: [input], size: "1280x720" },
        "/v1/text_to_image",
        {
          ...{ model: "gen4_image", promptText: "A quince\nStyle: ink.", ratio: "1280:720" },
          referenceImages: [{ uri: urlOf(0), tag: "picture1" }],
        },
      ],
    ];
    it.each(bodies)("asks for %s with the fields that the endpoint has", async (_, request, path, body) => {
      await begin(request, { inputs: accessTo(randomBytes(5)) });
      const [sent] = server.requests.filter(({ kind }) => kind === "start");
      expect([sent?.path, JSON.parse(String(sent?.body))]).toEqual([path, body]);
    });

    it("is looked at no sooner than after five seconds", async () => {
      const outcome = await provider().start(video, context());
      expect(outcome).toMatchObject({ state: "started", checkAfterMs: 5000 });
      expect(await look(await begin())).toMatchObject({ state: "running", checkAfterMs: 5000 });
    });

    const refusals: [name: string, status: number, body: unknown, failure: object][] = [
      ["what is not valid", 400, { error: "ratio: Invalid", issues: [] }, { type: "provider_error", retryable: false }],
      ["a key", 401, { error: "Unauthorized" }, { message: expect.stringContaining("operator"), retryable: false }],
      [
        "an account without credits",
        400,
        { error: "You do not have enough credits to run this task." },
        { message: expect.stringContaining("operator"), retryable: false },
      ],
      ["the day's last", 429, { error: "Too many" }, { retryable: true, isThrottled: true, retryAfterMs: 60_000 }],
      ["because it broke", 500, { error: "Internal" }, { type: "provider_error", retryable: true }],
      ["for a while", 503, { error: "Unavailable" }, { type: "provider_error", retryable: true }],
    ];
    it.each(refusals)("that is refused: %s", async (_, status, body, failure) => {
      server.trouble("start", { when: "before", what: { status, body } });
      expect(await provider().start(video, context())).toMatchObject({ state: "failed", failure });
      expect(server.count("start")).toBe(1);
    });

    it.each([
      ["a gateway's 502", { status: 502, body: { error: "Bad gateway" } }],
      ["a gateway's 504", { status: 504, body: "<html>" }],
      ["HTML", { status: 500, body: "<html>oops</html>" }],
      ["nothing in it", { status: 200, body: {} }],
      ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" }, body: { error: "Moved" } }],
    ] as const)("whose answer is %s is not known to have come to anything, and not sent again", async (_, what) => {
      server.trouble("start", { when: "after", what });
      await expect(provider().start(video, context())).rejects.toThrow("says nothing");
      expect(server.count("start")).toBe(1);
    });
  });

  describe("a picture", () => {
    const uriOf = async (url: string, bytes: Buffer) => {
      const given = { inputs: accessTo(bytes, url) };
      const id = await begin({ ...video, model: "gen4_turbo", inputs: [input] }, given);
      return String(server.tasks.get(id)?.body.promptImage);
    };

    it.each([
      ["in plain", "http://files.example.com/a.png"],
      ["at an address", "https://93.184.216.34/a.png"],
      ["in this network", "https://store.internal/a.png"],
      ["too long", `https://files.example.com/${"a".repeat(2048)}`],
    ])("whose URL is %s goes within the request", async (_, url) => {
      const bytes = randomBytes(3000);
      expect(await uriOf(url, bytes)).toBe(`data:image/png;base64,${bytes.toString("base64")}`);
    });

    it("that is too large for that is uploaded, and the place of the upload does not see the key", async () => {
      const bytes = randomBytes(4_000_000);
      const uri = await uriOf("http://127.0.0.1/a.png", bytes);
      expect(uri).toMatch(/^runway:/);
      expect(server.uploads.get(uri)?.equals(bytes)).toBe(true);
      const [upload] = server.requests.filter(({ path }) => path.startsWith("/storage/"));
      expect(upload?.headers.authorization).toBeUndefined();
    });

    it("that cannot be uploaded is tried again: nothing has been started", async () => {
      server.trouble("other", { when: "before", what: "cut" });
      const given = { inputs: accessTo(randomBytes(4_000_000), "http://127.0.0.1/a.png") };
      const outcome = await provider().start({ ...video, inputs: [input] }, context(given));
      expect(outcome).toMatchObject({ state: "failed", failure: { type: "fetch_failed", retryable: true } });
      expect(server.count("start")).toBe(0);
    });

    it("that is gone is said as it is, and nothing is started", async () => {
      const open = async () => {
        throw new AppError("fetch_failed", { message: "An input is gone.", retryable: false });
      };
      const inputs = { open, url: async () => "http://127.0.0.1/a.png" };
      const outcome = await provider().start({ ...video, inputs: [input] }, context({ inputs }));
      const failure = { type: "fetch_failed", message: "An input is gone.", retryable: false };
      expect(outcome).toEqual({ state: "failed", failure });
      expect(server.count("start")).toBe(0);
    });
  });

  describe("a task", () => {
    it("tells how far it is, and waits longer for an account that has too many", async () => {
      const id = await begin();
      server.set(id, "RUNNING");
      expect(await look(id)).toEqual({ state: "running", checkAfterMs: 5000, progress: 43 });
      server.set(id, "THROTTLED");
      expect(await look(id)).toEqual({ state: "running", checkAfterMs: 10_000 });
    });

    it("that has succeeded says what it cost in dollars", async () => {
      const id = await begin({ ...video, durationSec: 5 });
      server.set(id, "SUCCEEDED");
      expect(await look(id)).toMatchObject({ state: "succeeded", cost: { amount: 0.6, currency: "USD" } });
    });

    it("gives fresh URLs when the first ones have expired", async () => {
      const id = await begin();
      server.set(id, "SUCCEEDED");
      const first = urlIn(await look(id));
      server.expireFiles();
      expect((await fetch(first)).status).toBe(403);
      expect((await fetch(urlIn(await look(id)))).status).toBe(200);
    });

    it.each([
      ["SAFETY.INPUT.TEXT", "moderation_blocked", false],
      ["SAFETY.INPUT.IMAGE", "moderation_blocked", false],
      ["SAFETY.OUTPUT.VIDEO", "moderation_blocked", false],
      ["INPUT_PREPROCESSING.SAFETY.TEXT", "moderation_blocked", false],
      ["ASSET.INVALID", "provider_error", false],
      ["INPUT_PREPROCESSING.INTERNAL", "provider_error", true],
      ["INTERNAL", "provider_error", true],
      ["THIRD_PARTY.UNAVAILABLE", "provider_error", true],
      [undefined, "provider_error", true],
    ])("that failed with %s is %s, tried again: %s", async (code, type, retryable) => {
      expect(await failureOf(code)).toMatchObject({ type, retryable });
    });

    it("whose output was bad is tried again once", async () => {
      const code = "INTERNAL.BAD_OUTPUT.CODE01";
      expect(await failureOf(code)).toMatchObject({ retryable: true });
      expect(await failureOf(code, { reference: reference.replace(/1$/, "2") })).toMatchObject({ retryable: false });
    });

    it("that was refused and charged all the same says what it cost", async () => {
      const id = await begin();
      server.set(id, "FAILED", { code: "SAFETY.INPUT.TEXT", credits: 25 });
      const failure = { type: "moderation_blocked", cost: { amount: 0.25, currency: "USD" } };
      expect(await look(id)).toMatchObject({ state: "failed", failure });
    });

    it("that is gone at the vendor has failed", async () => {
      expect(await look("gone")).toMatchObject({ state: "failed", failure: { retryable: false } });
    });

    it("is asked for again when the answer says nothing, the key is refused or too much was asked", async () => {
      const id = await begin();
      for (const status of [401, 500, 502]) {
        server.trouble("check", { when: "before", what: { status, body: { error: "No" } } });
        await expect(look(id)).rejects.toThrow("says nothing");
      }
      const headers = { "retry-after": "30" };
      server.trouble("check", { when: "before", what: { status: 429, headers, body: { error: "No" } } });
      expect(await look(id)).toEqual({ state: "running", checkAfterMs: 30_000 });
    });
  });

  describe("cancel", () => {
    const cancel = (id: string) => provider().cancel({ id }, context());

    it.each(["PENDING", "THROTTLED", "RUNNING"] as const)("stops what is %s", async (state) => {
      const id = await begin();
      server.set(id, state);
      expect(await cancel(id)).toBe("done");
      expect(server.tasks.get(id)?.state).toBe("CANCELLED");
      expect(await look(id)).toMatchObject({ state: "failed", failure: { retryable: false } });
    });

    it.each(["SUCCEEDED", "FAILED"] as const)("never deletes what has %s", async (state) => {
      const id = await begin();
      server.set(id, state);
      expect(await cancel(id)).toBe("too_late");
      expect(server.tasks.get(id)?.state).toBe(state);
      expect(server.requests.filter(({ method }) => method === "DELETE")).toEqual([]);
    });

    it("whose answer was lost is done when it is repeated", async () => {
      const id = await begin();
      server.trouble("cancel", { when: "after", what: "cut" });
      await expect(cancel(id)).rejects.toThrow();
      expect(await cancel(id)).toBe("done");
      expect(await cancel("deleted-meanwhile")).toBe("done");
    });
  });

  describe("health", () => {
    const health = (key = server.key) =>
      create(configOf({ url: server.url, key })).health(new AbortController().signal);

    it("is down with a key that is refused, and without credits", async () => {
      expect(await health()).toEqual({ status: "up" });
      expect(await health("key_wrong")).toMatchObject({ status: "down", message: expect.stringContaining("key") });
      server.creditBalance = 0;
      expect(await health()).toMatchObject({ status: "down", message: expect.stringContaining("credits") });
    });
  });

  describe("the vendor's own client passes on the same server", () => {
    const client = (options: { apiKey?: string } = {}) =>
      new RunwayML({ apiKey: server.key, baseURL: server.url, maxRetries: 0, ...options });

    it("generates, uploads, looks and deletes", async () => {
      const file = await toFile(randomBytes(100), "a.png", { type: "image/png" });
      const { uri } = await client().uploads.createEphemeral({ file });
      const body = { model: "gen4_turbo", promptImage: uri, promptText: "A quince", ratio: "1280:720" } as const;
      const { id, estimatedCost } = await client().imageToVideo.create(body);
      expect(estimatedCost).toEqual({ credits: 25 });
      expect((await client().tasks.retrieve(id)).status).toBe("PENDING");
      server.finishAll();
      const done = await client().tasks.retrieve(id).waitForTaskOutput();
      expect([done.cost, done.output.length]).toEqual([{ credits: 25 }, 1]);
      await client().tasks.delete(id);
      await expect(client().tasks.retrieve(id)).rejects.toMatchObject({ status: 404 });
    });

    it("takes pictures of words, and reads errors and the account", async () => {
      const ask = { model: "gen4_image", promptText: "A quince", ratio: "1024:1024" } as const;
      expect((await client().textToImage.create(ask)).estimatedCost).toEqual({ credits: 8 });
      const long = { ...ask, promptText: "a".repeat(1001) };
      await expect(client().textToImage.create(long)).rejects.toMatchObject({ status: 400 });
      await expect(client({ apiKey: "key_wrong" }).textToImage.create(ask)).rejects.toMatchObject({ status: 401 });
      expect((await client().organization.retrieve()).creditBalance).toBe(5000);
    });

    it("sends a start again that broke; the adapter does not", async () => {
      server.trouble("start", { when: "after", what: { status: 500, headers: { "retry-after-ms": "1" }, body: {} } });
      const ask = { model: "gen4.5", promptText: "A quince", ratio: "1280:720", duration: 5 } as const;
      await new RunwayML({ apiKey: server.key, baseURL: server.url }).textToVideo.create(ask);
      expect(server.tasks.size).toBe(2);
    });
  });

  it("refuses a field that the endpoint does not have, as the vendor does", async () => {
    const headers = { authorization: `Bearer ${server.key}`, "x-runway-version": "2024-11-06" };
    const body = JSON.stringify({ model: "gen4.5", promptText: "A", ratio: "1280:720", duration: 5, watermark: true });
    const answer = await fetch(`${server.url}/v1/text_to_video`, { method: "POST", headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: "watermark: unknown field" }]);
  });

  it("has a list of models that is whole", () => {
    for (const { source, checkedOn, typicalMs } of models) {
      expect([source !== "", /^\d{4}-\d\d-\d\d$/.test(checkedOn), typicalMs > 0]).toEqual([true, true, true]);
    }
  });
});

function urlOf(index: number): string {
  return `https://files.example.com/input-${index}.png?signature=secret`;
}

function accessTo(bytes: Buffer, url?: string): NonNullable<CallContext["inputs"]> {
  return { open: async () => Readable.from([bytes]), url: async (index) => url ?? urlOf(index) };
}

function urlIn(outcome: CheckOutcome): string {
  const [source] = outcome.state === "succeeded" ? outcome.sources : [];
  if (source?.kind !== "url") throw new Error(JSON.stringify(outcome));
  return source.url;
}
