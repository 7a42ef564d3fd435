// What there is to choose from, and how those are who make it.
import { afterAll, beforeAll, expect, test } from "vitest";
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

test("anyone may see every model, with the prices in force", async () => {
  const { status, body } = await product.call("GET", "/ai/models");
  expect(status).toBe(200);
  const operations = ["generate", "edit", "style_transfer", "background_removal", "color_enhancement"];
  const sketch = { id: "sketch", provider: "sketch", operations, price: 2, available: true };
  const scripted = { id: "scripted", type: "image", operations: ["generate"] };
  const imported = { id: "import", provider: "import", operations: ["generate"], price: 0, available: true };
  expect(body.data).toEqual({
    items: [
      { ...scripted, provider: "gone", price: 7, available: true },
      { ...scripted, provider: "keyless", price: 10, available: false },
      { ...sketch, type: "image" },
      { ...sketch, type: "video" },
      { ...imported, type: "image" },
      { ...imported, type: "video" },
    ],
  });
});

test("users see who is up, without an address of anybody who is not", async () => {
  expect((await product.call("GET", "/ai/health")).status).toBe(401);
  const user = await product.register();
  const { status, body } = await user.call("GET", "/ai/health");
  expect([
    status,
    body.data.items.map((item: { provider: string; status: string }) => `${item.provider} ${item.status}`),
  ]).toEqual([200, ["gone down", "keyless unconfigured", "sketch up", "import up"]]);
  expect(JSON.stringify(body)).not.toContain("10.0.0.7");
});
