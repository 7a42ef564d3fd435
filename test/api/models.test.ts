// What there is to choose from, and how those are who make it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { vendorIds } from "../../shared/config/vendors.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { type Product, startProduct } from "./local.ts";

let product: Product;
const gone = { ...scriptedProvider(), id: "gone", health: () => Promise.reject(new Error("connect to 10.0.0.7")) };
const keyless = { ...scriptedProvider(), id: "keyless", isConfigured: false };

beforeAll(async () => {
  product = await startProduct({
    providers: [gone, keyless],
    environment: { PRICES: '{"sketch":2,"gone/scripted":7}', DEFAULT_IMAGE_PROVIDER: "sketch", TEST_MODELS: "0" },
  });
});
afterAll(() => product.close());

/** Vendors that have no key here are shown as well, whichever there are. */
const isOurs = ({ provider }: { provider: string }) => !(vendorIds as readonly string[]).includes(provider);

const voices = ["woman", "man", "girl", "boy", "old_woman", "old_man"];

test("anyone may see every model, with the prices in force", async () => {
  const { status, body } = await product.call("GET", "/ai/models");
  expect(status).toBe(200);
  const operations = ["generate", "edit", "style_transfer", "background_removal", "color_enhancement"];
  const each = (amount: number) => ({ price: amount, pricing: { unit: "output", amount } });
  const of = (maxOutputs: number, max = 0) => ({ maxOutputs, inputs: { min: 0, max } });
  const unavailable = { reason: "no_key", message: "keyless has no key here." };
  const sketch = { id: "sketch", provider: "sketch", operations, ...each(2), available: true };
  const scripted = { ...of(4), id: "scripted", type: "image", operations: ["generate"] };
  const imported = { id: "import", provider: "import", operations: ["generate"], ...each(0), available: true };
  expect(body.data.items.filter(isOurs)).toEqual([
    { ...scripted, provider: "gone", ...each(7), available: true },
    { ...scripted, provider: "keyless", ...each(10), available: false, unavailable },
    {
      ...{ ...sketch, ...of(4, 5), type: "image" },
      ...{ sizeRule: { minSide: 64, maxSide: 2048 }, defaults: { size: "1024x1024" } },
    },
    {
      ...{ ...sketch, ...of(4, 5), type: "video", durationRange: { min: 1, max: 30 } },
      resolutions: ["480p", "720p", "1080p"],
      defaults: { durationSec: 5, ratio: "16:9", resolution: "720p" },
    },
    { ...sketch, ...of(4), type: "text", operations: ["generate"] },
    { ...sketch, ...of(4), type: "audio", operations: ["generate"], sounds: ["speech"], voices },
    {
      ...{ ...sketch, ...of(4), type: "audio", operations: ["generate"], sounds: ["music"] },
      ...{ durationRange: { min: 1, max: 300 }, defaults: { durationSec: 30 } },
    },
    { ...imported, ...of(1), type: "image" },
    { ...imported, ...of(1), type: "video" },
  ]);
});

test("users see who is up, without an address of anybody who is not", async () => {
  expect((await product.call("GET", "/ai/health")).status).toBe(401);
  const user = await product.register();
  const { status, body } = await user.call("GET", "/ai/health");
  expect([
    status,
    body.data.items
      .filter(isOurs)
      .map((item: { provider: string; status: string }) => `${item.provider} ${item.status}`),
  ]).toEqual([200, ["gone down", "keyless unconfigured", "sketch up", "import up", "assembly up", "archive up"]]);
  expect(JSON.stringify(body)).not.toContain("10.0.0.7");
});
