// FAL_MODELS: what an operator may say of a model, and what is said of it when it is wrong.
import { describe, expect, it } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";
import { offer } from "../../shared/providers/fal/offer.ts";

const least = { id: "fal-ai/recraft/v3/text-to-image", type: "image", price: 8 };

const read = (text: string) => readConfig({ FAL_API_KEY: "key", FAL_MODELS: text }).vendors.fal ?? null;

function problemOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((p) => `${p.variable} ${p.message}`).join("\n");
    throw error;
  }
  return "none";
}

describe("FAL_MODELS", () => {
  it("adds models with what was left out, and takes the place of one of the same id", () => {
    const text = JSON.stringify([least, { ...least, id: "fal-ai/flux/dev", price: 7 }]);
    const { models } = offer(read(text));
    expect(models.find(({ id }) => id === least.id)).toMatchObject({
      operations: ["generate"],
      maxOutputs: 1,
      maxInputs: 0,
    });
    expect(models.filter(({ id }) => id === "fal-ai/flux/dev")).toMatchObject([{ price: 7 }]);
    expect(models.length).toBe(offer(null).models.length + 1);
  });

  it("is none without a key, and nothing that other vendors have", () => {
    expect(readConfig({ FAL_MODELS: JSON.stringify([least]) }).vendors).toEqual({});
    const { runway } = readConfig({
      FAL_MODELS: JSON.stringify([least]),
      RUNWAY_API_KEY: "k",
      FAL_API_KEY: "k",
    }).vendors;
    expect(runway?.models).toBeUndefined();
  });

  it("takes the rules and names that .env.example shows", () => {
    const price = { unit: "second", amount: 8, tiers: { by: "resolution", amounts: { "1080p": 16 } } };
    const cost = { unit: "second", amount: 0.04, currency: "USD", date: "2026-11-28" };
    const fields = { prompt: null, durationText: "duration", inputs: "image_urls", n: "num_videos" };
    const whole = {
      ...least,
      type: "video",
      price,
      cost,
      fields,
      maxOutputs: 2,
      maxInputs: 3,
      minInputs: 1,
      durations: [5],
    };
    expect(read(JSON.stringify([whole]))?.models).toMatchObject([whole]);
  });

  it.each<[string, string, RegExp]>([
    ["no JSON", "fal-ai/flux/dev", /FAL_MODELS must be a JSON array/],
    ["no list", JSON.stringify(least), /must be a JSON array/],
    ["no price", JSON.stringify([{ ...least, price: undefined }]), /At 0\.price/],
    ["an unknown word", JSON.stringify([{ ...least, colour: "red" }]), /At 0: .*colour/],
    [
      "an id that leads elsewhere",
      JSON.stringify([{ ...least, id: "fal-ai/../../secrets" }]),
      /At 0\.id: must be owner/,
    ],
    ["an id with a query", JSON.stringify([{ ...least, id: "fal-ai/x?a=b" }]), /At 0\.id/],
    ["one twice", JSON.stringify([least, least]), /At 1\.id: is there twice/],
    ["an edit without pictures", JSON.stringify([{ ...least, operations: ["edit"] }]), /At 0\.maxInputs/],
    ["pictures without a field", JSON.stringify([{ ...least, maxInputs: 1 }]), /At 0\.fields: must name input/],
    ["outputs without a field", JSON.stringify([{ ...least, maxOutputs: 4 }]), /At 0\.fields: must name n/],
    ["more needed than taken", JSON.stringify([{ ...least, minInputs: 1 }]), /At 0\.minInputs/],
  ])("is refused with %s, and says where", (_, text, message) => {
    expect(problemOf(text)).toMatch(message);
  });

  it("never says what was written: it may be a key in the wrong place", () => {
    expect(problemOf("key-0123456789")).not.toContain("key-0123456789");
    expect(problemOf(JSON.stringify([{ ...least, id: "key-0123456789" }]))).not.toContain("key-0123456789");
  });
});
