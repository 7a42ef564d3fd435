// What a quote says is what is held, and what is held for each output is what is captured for it, whatever a price depends on.
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { Model, Provider, ProviderRequest, StartOutcome } from "../../shared/ports/provider.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, listAll, type ShownJob, type User } from "./user.ts";

const mp4 = readFileSync("test/media/fixtures/faststart.mp4");
const common = { operations: ["generate"], maxOutputs: 4, price: 1 } as const;
const image = (id: string, more: Partial<Model>): Model => ({ ...common, id, type: "image", ...more });
const video = (id: string, more: Partial<Model>): Model => ({ ...common, id, type: "video", ...more });

const models: Model[] = [
  image("plain", { price: 3 }),
  image("broken", { price: { unit: "output", amount: 2.1 } }),
  image("by-size", {
    price: { unit: "output", amount: 6, tiers: { by: "size", amounts: { "1024x1024": 4, "2048x2048": 9 } } },
    defaults: { size: "1024x1024" },
  }),
  image("by-quality", {
    price: { unit: "output", amount: 5, tiers: { by: "quality", amounts: { low: 0, high: 12.5 } } },
    defaults: { quality: "medium" },
  }),
  image("laid", {}),
  video("by-resolution", {
    price: { unit: "output", amount: 50, tiers: { by: "resolution", amounts: { "1080p": 80 } } },
    resolutions: ["480p", "1080p"],
  }),
  video("usual-seconds", { price: { unit: "second", amount: 1.1 }, durations: [5, 10] }),
  video("own-seconds", { price: { unit: "second", amount: 2 }, defaults: { durationSec: 8 } }),
  video("first-seconds", {
    price: { unit: "second", amount: 2, tiers: { by: "resolution", amounts: { "1080p": 3.5 } } },
    durations: [6, 12],
    resolutions: ["1080p"],
  }),
  video("seconds-by-quality", {
    price: { unit: "second", amount: 1, tiers: { by: "quality", amounts: { pro: 2 } } },
    defaults: { durationSec: 10, quality: "pro" },
  }),
  video("laid-seconds", { defaults: { durationSec: 10, resolution: "1080p" } }),
  video("huge", {}),
];
const both: Model[] = [image("both", { price: 1 }), video("both", { price: 1 })];

const PRICES = JSON.stringify({
  "vendor/laid": 7,
  "vendor/laid-seconds": { unit: "second", amount: 0.3, tiers: { by: "resolution", amounts: { "1080p": 1 } } },
  "vendor/huge": { unit: "second", amount: 1_000_000_000 },
  second: { unit: "second", amount: 2 },
});

let product: Product;
let user: User;
let answer: StartOutcome | null = null;
const heard: ProviderRequest[] = [];

beforeAll(async () => {
  const providers = [offering("vendor", models), offering("second", both)];
  product = await startProduct({ providers, environment: { PRICES, WELCOME_CREDITS: "10000" } });
  user = await product.register();
});
afterAll(() => product.close());

/** Model, what is asked for, credits for each output, and what the adapter must hear of it. */
const rows: [string, object, number, object][] = [
  ["plain", {}, 3, {}],
  ["broken", {}, 3, {}],
  ["by-size", {}, 4, { size: "1024x1024" }],
  ["by-size", { size: "2048x2048" }, 9, {}],
  ["by-size", { size: "640x480" }, 6, {}],
  ["by-quality", {}, 5, { quality: "medium" }],
  ["by-quality", { quality: "low" }, 0, {}],
  ["by-quality", { quality: "high" }, 13, {}],
  ["by-quality", { quality: "constructor" }, 5, {}],
  ["laid", {}, 7, {}],
  ["by-resolution", {}, 50, { resolution: "480p" }],
  ["by-resolution", { resolution: "1080p" }, 80, {}],
  ["usual-seconds", {}, 6, { durationSec: 5 }],
  ["usual-seconds", { durationSec: 10 }, 11, {}],
  ["own-seconds", {}, 16, { durationSec: 8 }],
  ["own-seconds", { durationSec: 60 }, 120, {}],
  ["first-seconds", {}, 21, { durationSec: 6, resolution: "1080p" }],
  ["first-seconds", { durationSec: 12 }, 42, { resolution: "1080p" }],
  ["seconds-by-quality", {}, 20, { durationSec: 10, quality: "pro" }],
  ["seconds-by-quality", { quality: "std", durationSec: 3 }, 3, {}],
  ["laid-seconds", {}, 10, { durationSec: 10, resolution: "1080p" }],
  ["laid-seconds", { resolution: "480p" }, 3, { durationSec: 10 }],
];

const atATime = (process.env.OUTPUTS_AT_A_TIME ?? "2").split(",").map(Number);

describe.each(atATime)("for %i at a time, quote, hold and capture are the same", (n) => {
  test.each(rows)("%s %j: %i each", async (model, asked, each, made) => {
    const type = models.find(({ id }) => id === model)?.type ?? "image";
    const json = { prompt: "a lake", provider: "vendor", model, n, ...asked };
    const before = await creditsOf(user);
    expect(await quoted({ ...json, type })).toBe(each * n);
    const job = await follow(user, (await create(user, json, `/ai/generate-${type}`)).id);
    expect(job).toMatchObject({ status: "completed", cost: each * n, params: { ...asked, ...made, n } });
    expect(heard.at(-1)).toMatchObject({ ...asked, ...made, n });
    expect(await linesOf(job)).toEqual(each === 0 ? [] : [-each * n]);
    const after = await creditsOf(user);
    expect(after).toMatchObject({ held: 0, totalSpent: before.totalSpent + each * n });
  });
});

test("a model's price is that of a request which leaves everything open", async () => {
  const { items } = (await product.call("GET", "/ai/models")).body.data;
  for (const [model, asked, each] of rows) {
    if (Object.keys(asked).length > 0) continue;
    expect(items.find(({ id }: { id: string }) => id === model)).toMatchObject({ price: each });
  }
  const shown = items.find(({ id }: { id: string }) => id === "laid-seconds");
  expect(shown).toMatchObject({
    pricing: { unit: "second", amount: 0.3, tiers: { by: "resolution", amounts: { "1080p": 1 } } },
    defaults: { durationSec: 10, resolution: "1080p" },
  });
});

test("a price for seconds is one for a provider's videos; its pictures cost what they cost", async () => {
  const json = { prompt: "a lake", provider: "second", model: "both" };
  expect([await quoted({ ...json, type: "image" }), await quoted({ ...json, type: "video" })]).toEqual([1, 10]);
});

test("what nobody can pay is quoted exactly, and refused", async () => {
  const json = { prompt: "a lake", provider: "vendor", model: "huge", durationSec: 60, n: 4 };
  expect(await quoted({ ...json, type: "video" })).toBe(240_000_000_000);
  const refused = await user.call("POST", "/ai/generate-video", { json });
  expect([refused.status, refused.body.error.type]).toEqual([402, "insufficient_credits"]);
});

test("two of four outputs cost two of four prices, and the rest comes back", async () => {
  const json = { prompt: "a lake", provider: "vendor", model: "own-seconds", n: 4 };
  const before = await creditsOf(user);
  answer = { state: "succeeded", sources: [0, 9, 1, 9].map((index) => ({ kind: "stream", data: { index } })) };
  const job = await follow(user, (await create(user, json, "/ai/generate-video")).id);
  answer = null;
  expect(job).toMatchObject({ status: "completed", cost: 32, outputs: [{ index: 0 }, { index: 2 }] });
  expect(await linesOf(job)).toEqual([32, -64]);
  expect(await creditsOf(user)).toMatchObject({ held: 0, totalSpent: before.totalSpent + 32 });
});

test("a retry costs what the job cost, also when prices have changed meanwhile", async () => {
  const json = { prompt: "a lake", provider: "vendor", model: "laid-seconds" };
  answer = { state: "failed", failure: { type: "moderation_blocked", message: "Refused.", retryable: false } };
  const failed = await follow(user, (await create(user, json, "/ai/generate-video")).id);
  expect([failed.status, failed.cost]).toEqual(["failed", 10]);
  answer = null;
  await product.restart({ environment: { PRICES: '{"vendor/laid-seconds":99}' } });
  expect(await quoted({ ...json, type: "video" })).toBe(99);
  expect((await user.call("POST", `/jobs/${failed.id}/retry`)).status).toBe(202);
  const job = await follow(user, failed.id);
  expect([job.status, job.cost, await linesOf(job)]).toEqual(["completed", 10, [-10, 10, -10]]);
});

/** Delivers a real file of the kind that was asked for; that of an index of 9 is refused. */
function offering(id: string, offered: Model[]): Provider {
  const start = (_count: number, _reference: string, call?: { request: ProviderRequest }): StartOutcome => {
    if (call) heard.push(call.request);
    const sources = Array.from(
      { length: call?.request.n ?? 1 },
      (_, index) => ({ kind: "stream", data: { index } }) as const,
    );
    return answer ?? { state: "succeeded", sources };
  };
  return {
    ...scriptedProvider({ start }),
    id,
    models: offered,
    async open({ data }, { type }) {
      if (data.index === 9) throw new AppError("moderation_blocked");
      return Readable.from([type === "video" ? mp4 : tinyPng]);
    },
  };
}

async function quoted(json: object): Promise<number> {
  const { status, body } = await user.call("POST", "/ai/quote", { json });
  expect([status, body.message]).toEqual([200, "success"]);
  return body.data.price;
}

/** The amounts of its lines in the ledger, newest first. */
async function linesOf(job: ShownJob): Promise<number[]> {
  const { items } = await listAll(user, "/credits/transactions");
  return items.filter(({ jobId }) => jobId === job.id).map(({ amount }) => amount);
}
