// Which model takes a job over: the one that the operator named, if it can do the very same; and which settings are refused at the start.
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { fallbackOf } from "../../shared/jobs/asking/fallback.ts";
import type { Model, OfferedProvider, ProviderRequest } from "../../shared/ports/provider.ts";
import { type Product, startProduct } from "../api/local.ts";
import { HandClock } from "./hand-clock.ts";
import { failing } from "./outcomes.ts";
import { scriptedProvider } from "./scripted-provider.ts";

const model: Model = { id: "b/two", type: "image", operations: ["generate"], price: 1, maxOutputs: 2 };
const request: ProviderRequest = { type: "image", operation: "generate", model: "one", prompt: "a lake", n: 2 };

function choose(fields: Partial<OfferedProvider> = {}, of: Partial<Model> = {}, asked: Partial<ProviderRequest> = {}) {
  const own = { ...scriptedProvider({}, "a"), models: [{ ...model, id: "one" }] };
  const other = { ...scriptedProvider({}, "b"), models: [{ ...model, ...of }], ...fields };
  const providers = new Map<string, OfferedProvider>([own, other].map((provider) => [provider.id, provider]));
  const deps = { clock: new HandClock(), providers, generation: { fallbacks: { "a/one": "b/b/two" } } };
  return fallbackOf(deps, { provider: own, model: own.models[0] ?? model }, { ...request, ...asked }, []);
}

describe("The other model", () => {
  it("is the one that was named, whose id may have slashes of its own", () => {
    expect(choose()).toEqual({ provider: "b", model: "b/two" });
  });

  it.each([
    ["has no key", () => choose({ isConfigured: false })],
    ["is served no more", () => choose({}, { endOfLife: "2025-12-31" })],
    ["makes fewer outputs than were asked for", () => choose({}, { maxOutputs: 1 })],
    ["makes another kind of file", () => choose({}, { type: "video" })],
    ["does not take the request", () => choose({ validate: () => [{ path: "size", message: "is too large" }] })],
    ["is not there", () => choose({}, { id: "three" })],
  ])("is ignored when it %s", (_, chosen) => {
    expect(chosen()).toBeNull();
  });

  it("is asked about the request as it would get it", () => {
    const seen: ProviderRequest[] = [];
    choose({
      validate: (asked) => {
        seen.push(asked);
        return [];
      },
    });
    expect(seen).toEqual([{ ...request, model: "b/two" }]);
  });
});

describe("FALLBACKS", () => {
  it.each(["dashscope", "[]", '["a/b"]', '{"a/b":1}', '{"a":"b/c"}', '{"a/b":"c"}', '{"a/b":"a/b"}'])(
    "%s is refused",
    (FALLBACKS) => {
      expect(() => readConfig({ FALLBACKS })).toThrow(/FALLBACKS must be a JSON object/);
    },
  );

  it.each([
    [{ "scripted/scripted": "sketch/skech" }, /there is no sketch\/skech here/],
    [{ "gone/model": "sketch/sketch" }, /there is no gone\/model here/],
    [{ "scripted/scripted": "import/import" }, /import generates nothing/],
    [{ "scripted/scripted": "keyless/keyless" }, /keyless has no key here/],
  ])("%j is refused at the start, by name", async (fallbacks, message) => {
    const providers = [scriptedProvider(), { ...scriptedProvider({}, "keyless"), isConfigured: false }];
    const starting = startProduct({ providers, environment: { FALLBACKS: JSON.stringify(fallbacks) } });
    await expect(starting).rejects.toThrow(message);
  });
});

describe("A job over HTTP", () => {
  let product: Product | undefined;
  afterAll(() => product?.close());

  it("whose provider fails is made by the other one, for the price that was quoted, and says so", async () => {
    product = await startProduct({
      providers: [scriptedProvider({ start: () => failing({ retryAfterMs: 1 }) }), scriptedProvider({}, "other")],
      environment: { FALLBACKS: '{"scripted/scripted":"other/other"}', PRICES: '{"other":90}' },
    });
    const user = await product.register();
    const json = { prompt: "a lake", provider: "scripted" };
    const { body } = await user.call("POST", "/ai/generate-image", { json, headers: { prefer: "wait=25" } });
    expect(body.data).toMatchObject({
      ...{ status: "completed", provider: "other", model: "other", cost: 10, attempts: 4 },
      fallbackFrom: { provider: "scripted", model: "scripted" },
    });
  });
});
