// Which model a request means, and what GET /ai/models says of each.
import { describe, expect, it } from "vitest";
import { chooseModel, type Wish } from "../../shared/jobs/asking/choose-model.ts";
import { publicModels } from "../../shared/jobs/reading/models.ts";
import type { Model, Provider } from "../../shared/ports/provider.ts";
import { HandClock } from "./hand-clock.ts";
import { scriptedProvider } from "./scripted-provider.ts";

const drawing: Model = { id: "draw-1", type: "image", operations: ["generate"], price: 4, maxOutputs: 4 };
const editing: Model = { ...drawing, id: "edit-1", operations: ["generate", "edit"], maxInputs: 2, sizes: ["64x64"] };
const framed: Model = { ...drawing, id: "framed-1", minInputs: 1, maxInputs: 1 };
const old: Model = { ...editing, id: "old-1", endOfLife: "2025-12-31" };
const replaced: Model = { ...old, id: "replaced-1", replacedBy: "edit-2" };
const ending: Model = { ...editing, id: "ending-1", endOfLife: "2026-01-01" };

function offering(models: Model[], isConfigured = true): Provider {
  return { ...scriptedProvider(), id: "vendor", models, isConfigured };
}

/** The clock of these tests stands on 2026-01-01. */
function deps(provider: Provider, isDryRun = false) {
  const generation = {
    defaultProvider: { image: "vendor", video: null, text: null, audio: null },
    prices: { "vendor/edit-1": 9 },
    isDryRun,
  };
  return { clock: new HandClock(), providers: new Map([[provider.id, provider]]), generation };
}

function choose(models: Model[], wish: Partial<Wish>): string {
  return chooseModel(deps(offering(models)), { type: "image", operation: "generate", ...wish }).model.id;
}

describe("Without a name, the model is", () => {
  it.each<[string, Partial<Wish>, string]>([
    ["the first one", {}, "draw-1"],
    ["the first one that offers the operation", { operation: "edit" }, "edit-1"],
    ["the first one that takes so many pictures", { inputs: [1] }, "edit-1"],
  ])("%s", (_, wish, id) => {
    expect(choose([old, drawing, editing], wish)).toBe(id);
  });

  it("none that needs a picture where there is none, and that one where there is one", () => {
    expect(choose([framed, drawing], {})).toBe("draw-1");
    expect(choose([drawing, framed], { inputs: [1] })).toBe("framed-1");
  });
});

describe("A model for tests is", () => {
  const failing: Model = { ...editing, id: "fails-1", isForTests: true };

  it("taken by its name alone", () => {
    expect(choose([failing, drawing], { model: "fails-1" })).toBe("fails-1");
  });

  it("never taken without it, even where nothing else can do what is wished", () => {
    expect(choose([failing, drawing], {})).toBe("draw-1");
    expect(() => choose([failing, drawing], { operation: "edit" })).toThrow(
      /^operation: draw-1 does not offer this\. It/,
    );
  });

  it("not told of where another name is unknown", () => {
    expect(() => choose([failing, drawing], { model: "x" })).toThrow(/There is: draw-1\./);
  });

  it("no reason to take its provider for a default", () => {
    const tests = { ...offering([failing]), id: "test" };
    const sketch = { ...offering([drawing]), id: "sketch" };
    const providers = new Map([tests, sketch].map((each) => [each.id, each]));
    const found = chooseModel(
      {
        clock: new HandClock(),
        providers,
        generation: { defaultProvider: { image: null, video: null, text: null, audio: null } },
      },
      { type: "image", operation: "generate" },
    );
    expect(found.provider.id).toBe("sketch");
  });
});

describe("Refused, naming what there is, is", () => {
  it.each<[string, Partial<Wish>, RegExp]>([
    ["a model that does not offer the operation", { model: "draw-1", operation: "edit" }, /operation:.*edit-1/],
    ["a picture for a model that takes none", { model: "draw-1", inputs: [1] }, /inputs: draw-1 takes no pictures/],
    ["one picture too many", { model: "edit-1", inputs: [1, 2, 3] }, /inputs: edit-1 takes at most 2/],
    ["no picture for a model that needs one", { model: "framed-1" }, /inputs: framed-1 works on a picture/],
    ["a model that is no longer served", { model: "old-1" }, /model: old-1 was served until 2025-12-31.*edit-1/],
    ["the same, with what the vendor has instead", { model: "replaced-1" }, /until 2025-12-31\. Use edit-2 instead/],
    ["a model that nobody knows", { model: "x" }, /model: .*edit-1/],
  ])("%s", (_, wish, message) => {
    expect(() => choose([old, replaced, drawing, editing, framed, ending], wish)).toThrow(message);
  });

  it("a provider without a key", () => {
    const keyless = deps(offering([editing], false));
    expect(() => chooseModel(keyless, { type: "image", operation: "generate" })).toThrow(/provider: vendor has no key/);
  });
});

describe("A model is shown", () => {
  it("with its price in force, and as available until the end of its last day", () => {
    const shown = publicModels(deps(offering([drawing, editing, old, ending])));
    expect(shown[0]).toEqual({
      ...{ id: "draw-1", provider: "vendor", type: "image", operations: ["generate"], price: 4, available: true },
      ...{ pricing: { unit: "output", amount: 4 }, maxOutputs: 4, inputs: { min: 0, max: 0 } },
    });
    expect(shown[1]).toMatchObject({ price: 9, sizes: ["64x64"], operations: ["generate", "edit"] });
    expect(shown.map(({ available }) => available)).toEqual([true, true, false, true]);
    expect(shown[2]?.unavailable).toMatchObject({ reason: "retired" });
    expect(shown[2]?.unavailable?.message).toMatch(/ was served until 20/);
    expect(choose([ending], { model: "ending-1" })).toBe("ending-1");
  });

  it("with its rule, and with the price of what it makes when nobody says", () => {
    const pricing = { unit: "output", amount: 6, tiers: { by: "size", amounts: { "64x64": 2.5 } } } as const;
    const sized: Model = { ...drawing, price: pricing, defaults: { size: "64x64" } };
    expect(publicModels(deps(offering([sized])))[0]).toMatchObject({ price: 3, pricing, defaults: { size: "64x64" } });
  });

  it("as not available without a key, and for nothing where everything is drawn", () => {
    expect(publicModels(deps(offering([editing], false)))[0]).toMatchObject({
      ...{ available: false, price: 9 },
      unavailable: { reason: "no_key", message: "vendor has no key here." },
    });
    const free = { price: 0, pricing: { unit: "output", amount: 0 } };
    expect(publicModels(deps(offering([editing]), true))[0]).toMatchObject(free);
  });
});
