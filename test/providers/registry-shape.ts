// What a vendor's models.json has to look like, and what of it has to agree with itself and with what can be asked for.
import * as z from "zod/mini";
import { amountOf, priceOf, withPriced } from "../../shared/credits/prices.ts";
import { type MediaKind, type Model, type ProviderRequest, units } from "../../shared/ports/provider.ts";

const date = z.iso.date();
const amount = z.number().check(z.minimum(0));
const size = z.string().check(z.regex(/^[1-9]\d{1,4}x[1-9]\d{1,4}$/));
const ratio = z.string().check(z.regex(/^[1-9]\d?:[1-9]\d?$/));
const resolution = z.string().check(z.regex(/^[1-9]\d{2,3}p$/));
const quality = z.string().check(z.minLength(1), z.maxLength(20));
const seconds = z.int().check(z.minimum(1), z.maximum(60));
const listOf = <T extends z.ZodMiniType>(entry: T) =>
  z.array(entry).check(
    z.minLength(1),
    z.refine((list) => new Set(list).size === list.length, { error: "names something twice" }),
  );

const pixels = z.int().check(z.minimum(1));
const sizeRule = z
  .partial(
    z.strictObject({
      ...{ minSide: pixels, maxSide: pixels, step: pixels, minPixels: pixels, maxPixels: pixels },
      maxRatio: z.number().check(z.minimum(1)),
      ratios: listOf(ratio),
    }),
  )
  .check(
    z.refine(({ minSide = 1, maxSide = minSide }) => minSide <= maxSide, { error: "allows no side" }),
    z.refine(({ minPixels = 1, maxPixels = minPixels }) => minPixels <= maxPixels, { error: "allows no size" }),
    z.refine((rule) => Object.keys(rule).length > 0, { error: "says nothing" }),
  );

const tiers = z.strictObject({ by: z.enum(["size", "resolution", "quality"]), amounts: z.record(z.string(), amount) });
const price = z.strictObject({ unit: z.enum(units), amount, tiers: z.optional(tiers) });
const cost = z.extend(price, { currency: z.string().check(z.regex(/^[A-Z]{3}$/)), date });

const model = z
  .strictObject({
    // As it can stand in PRICES.
    id: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/)),
    type: z.enum(["image", "video", "text", "audio"]),
    operations: listOf(z.enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"])),
    price,
    cost: z.optional(cost),
    maxOutputs: z.int().check(z.minimum(1), z.maximum(4)),
    maxInputs: z.optional(z.int().check(z.minimum(0), z.maximum(16))),
    minInputs: z.optional(z.int().check(z.minimum(1))),
    // What only the vendor's own adapter reads.
    fields: z.optional(z.record(z.string(), z.unknown())),
    sizes: z.optional(listOf(size)),
    sizeRule: z.optional(sizeRule),
    durations: z.optional(listOf(seconds)),
    ratios: z.optional(listOf(ratio)),
    resolutions: z.optional(listOf(resolution)),
    qualities: z.optional(listOf(quality)),
    sounds: z.optional(listOf(z.enum(["speech", "music"]))),
    voices: z.optional(listOf(z.string().check(z.minLength(1), z.maxLength(64)))),
    defaults: z.optional(z.partial(z.strictObject({ size, durationSec: seconds, ratio, resolution, quality }))),
    endOfLife: z.optional(date),
    replacedBy: z.optional(z.string().check(z.minLength(1))),
    typicalMs: z.int().check(z.minimum(1)),
    source: z.string().check(z.minLength(10)),
    checkedOn: date,
  })
  .check(
    z.superRefine((value, context) => {
      for (const [path, message] of disagreements(value as Model)) context.addIssue({ code: "custom", path, message });
    }),
  );

export const registryFile = z
  .strictObject({ about: z.optional(z.string()), models: z.array(model).check(z.minLength(1)) })
  .check(
    z.superRefine(({ models }, context) => {
      for (const [at, { id, type, endOfLife, replacedBy }] of models.entries()) {
        const wrong = (key: string, message: string) =>
          context.addIssue({ code: "custom", path: ["models", at, key], message });
        if (models.findIndex((other) => other.id === id && other.type === type) < at) wrong("id", "is there twice");
        if (replacedBy === undefined) continue;
        if (endOfLife === undefined) wrong("replacedBy", "of a model that does not end");
        // Words say it where the replacement is another vendor's, or none alone.
        if (/\s/.test(replacedBy)) continue;
        const next = models.find((other) => other.id === replacedBy && other.type === type);
        if (!next) wrong("replacedBy", "is no model of this file, and no words");
        else if (next.endOfLife !== undefined && next.endOfLife <= (endOfLife ?? ""))
          wrong("replacedBy", "ends as early");
      }
    }),
  );

type Disagreement = [path: string[], message: string];

const lists = {
  size: "sizes",
  durationSec: "durations",
  ratio: "ratios",
  resolution: "resolutions",
  quality: "qualities",
} as const;
/** What a request of that type may say (`shared/http/requests`). */
const askable: Readonly<Record<MediaKind, readonly string[]>> = {
  image: ["size", "quality"],
  video: ["durationSec", "ratio", "resolution", "quality"],
  text: [],
  audio: [],
  archive: [],
};

function disagreements(model: Model): Disagreement[] {
  const unaskable = (Object.keys(lists) as (keyof typeof lists)[]).filter(
    (field) => !askable[model.type].includes(field),
  );
  return [
    ...unaskable
      .filter((field) => model[lists[field]] !== undefined)
      .map((field): Disagreement => [[lists[field]], `nobody can ask a model for ${model.type}s for a ${field}`]),
    ...(model.sizeRule && model.type !== "image" ? [[["sizeRule"], "only pictures have a size"] as Disagreement] : []),
    ...(model.sizeRule && model.sizes ? [[["sizeRule"], "of what has a list"] as Disagreement] : []),
    ...inputsOf(model),
    ...defaultsOf(model),
    ...rulesOf(model),
    ...(model.cost && rulesOf(model).length === 0 ? lossesOf(model) : []),
  ];
}

/** The least comes with the most: without that one it takes none. */
function inputsOf({ maxInputs = 0, ...more }: Model): Disagreement[] {
  const least = "minInputs" in more && typeof more.minInputs === "number" ? more.minInputs : 0;
  return least > maxInputs ? [[["minInputs"], "is more than maxInputs"]] : [];
}

function defaultsOf(model: Model): Disagreement[] {
  return Object.entries(model.defaults ?? {}).flatMap(([field, value]): Disagreement[] => {
    const list: readonly unknown[] | undefined = model[lists[field as keyof typeof lists]];
    if (!askable[model.type].includes(field)) return [[["defaults", field], "nobody can ask for it"]];
    return !list || list.includes(value) ? [] : [[["defaults", field], "is not in its list"]];
  });
}

/** Of the price and the cost: their units and tiers are such as the model has. */
function rulesOf(model: Model): Disagreement[] {
  return (["price", "cost"] as const).flatMap((key): Disagreement[] => {
    const rule = model[key];
    if (typeof rule !== "object") return [];
    const wrong: Disagreement[] = [];
    if (rule.unit === "second" && model.type !== "video") wrong.push([[key, "unit"], "only videos have seconds"]);
    if (!rule.tiers) return wrong;
    const { by, amounts } = rule.tiers;
    const made: readonly string[] | undefined = model[lists[by]];
    if (!askable[model.type].includes(by)) wrong.push([[key, "tiers", "by"], "nobody can ask for it"]);
    // For the resolution there is a usual one.
    if (by !== "resolution" && model.defaults?.[by] === undefined) {
      wrong.push([["defaults", by], `is needed: the ${key} depends on it`]);
    }
    const unknown = Object.keys(amounts).filter((name) => made && !made.includes(name));
    return [...wrong, ...unknown.map((name): Disagreement => [[key, "tiers", "amounts", name], "the model has none"])];
  });
}

/** Roughly, in US dollars. */
const rates: Readonly<Record<string, number>> = { USD: 1, EUR: 1.1, CNY: 0.14 };
/** A credit is about 0.01 USD of what is charged for an output; a price is about twice its cost. */
const CREDIT = 0.01;
const MOST_TIMES = 10;

/** Whatever is asked for, a credit of a cent covers what the vendor asks, and not many times that: then a unit was mistaken. */
function lossesOf(model: Model): Disagreement[] {
  const { cost } = model;
  if (!cost) return [];
  const rate = rates[cost.currency];
  if (rate === undefined) return [[["cost", "currency"], "has no rate in this test"]];
  const wrong = requestsOf(model).flatMap((request): string[] => {
    const earned = priceOf({}, "vendor", model, request) * CREDIT;
    const paid = amountOf(cost, withPriced({}, "vendor", model, request)) * rate;
    if (earned < paid) return [`${earned} USD for what costs ${paid} USD`];
    return earned > paid * MOST_TIMES + CREDIT ? [`${earned} USD for what costs only ${paid} USD`] : [];
  });
  return wrong.slice(0, 1).map((message): Disagreement => [["price"], message]);
}

/** Each way in which price and cost may come out differently. */
function requestsOf({ price, cost, durations, type }: Model): Partial<ProviderRequest>[] {
  const tiers = [price, cost].flatMap((rule) => (typeof rule === "object" && rule.tiers ? [rule.tiers] : []));
  const named = tiers.flatMap(({ by, amounts }) => Object.keys(amounts).map((name) => ({ [by]: name })));
  const lengths = type === "video" ? (durations ?? [1, 5, 15]).map((durationSec) => ({ durationSec })) : [];
  const lengthOrNone = [{}, ...lengths];
  return [{}, ...named].flatMap((tier) => lengthOrNone.map((length) => ({ ...tier, ...length })));
}
