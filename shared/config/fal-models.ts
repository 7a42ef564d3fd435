// FAL_MODELS: models of fal that an operator offers beside the built-in ones, or in place of one of the same id.
import { type Check, isObject, jsonOf, list, matching, number, object, oneOf, that, whole } from "./json.ts";
import { type Reading, text } from "./setting.ts";

const operations = ["generate", "edit", "style_transfer", "background_removal", "color_enhancement"] as const;

interface Rule {
  unit: "output" | "second";
  amount: number;
  tiers?: { by: "size" | "resolution" | "quality"; amounts: Record<string, number> };
}

/** What the vendor's input calls what we call so. What is not named is refused to users, and not sent. */
interface Fields {
  /** `prompt` when it is left out; null: the model takes none. */
  prompt?: string | null;
  negativePrompt?: string;
  n?: string;
  seed?: string;
  /** Sent as `{"width":…,"height":…}`. */
  size?: string;
  /** Seconds as a number. */
  durationSec?: string;
  /** Seconds as a text. */
  durationText?: string;
  ratio?: string;
  resolution?: string;
  quality?: string;
  /** The URL of the first picture. */
  input?: string;
  /** The URLs of all pictures, as a list. */
  inputs?: string;
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface FalModelSetting {
  id: string;
  type: "image" | "video";
  operations: (typeof operations)[number][];
  price: number | Rule;
  cost?: Rule & { currency: string; date: string };
  maxOutputs: number;
  minInputs?: number;
  maxInputs: number;
  sizes?: string[];
  durations?: number[];
  ratios?: string[];
  resolutions?: string[];
  qualities?: string[];
  typicalMs: number;
  fields: Fields;
  /** Sent as they are with every request, under the vendor's names. */
  parameters: Record<string, Json>;
}

/** Of what an operator left out. */
const defaults = {
  ...{ operations: ["generate"], maxOutputs: 1, maxInputs: 0, typicalMs: 30_000 },
  ...{ fields: {}, parameters: {} },
} satisfies Partial<FalModelSetting>;

/** Each part begins with a letter or a digit, so that it leads nowhere else. */
const modelId = /^(?=.{1,128}$)[a-z0-9][\w.-]*(\/[a-z0-9][\w.-]*)+$/i;

const amount = number(0, 1_000_000);
const amounts: Check = (value) =>
  isObject(value) && Object.values(value).every((each) => amount(each).length === 0)
    ? []
    : [{ path: "", message: "must be numbers by name" }];
const tiers = object({ by: oneOf(["size", "resolution", "quality"]), amounts });
const rule = { unit: oneOf(["output", "second"]), amount };
const texts = (form: RegExp, example: string) => list(matching(form, `must be such as ${example}`));
const fieldName = matching(/^\w{1,64}$/, "must be the name of a field");

const fieldNames = [
  ...(["negativePrompt", "n", "seed", "size", "durationSec", "durationText"] as const),
  ...(["ratio", "resolution", "quality", "input", "inputs"] as const),
];

const fields = object(
  {},
  {
    optional: {
      prompt: (value) => (value === null ? [] : fieldName(value)),
      ...Object.fromEntries(fieldNames.map((name) => [name, fieldName])),
    },
  },
);

const model = object(
  {
    id: matching(modelId, "must be owner/app, such as fal-ai/recraft/v3/text-to-image"),
    type: oneOf(["image", "video"]),
    price: (value) => (isObject(value) ? object(rule, { optional: { tiers } })(value) : amount(value)),
  },
  {
    optional: {
      operations: list(oneOf(operations)),
      cost: object(
        {
          ...rule,
          currency: matching(/^[A-Z]{3}$/, "must be a currency, such as USD"),
          date: that(isDay, "must be a day, such as 2026-11-28"),
        },
        { optional: { tiers } },
      ),
      maxOutputs: whole(1, 4),
      minInputs: whole(0, 5),
      maxInputs: whole(0, 5),
      sizes: texts(/^[1-9]\d*x[1-9]\d*$/, "1024x1024"),
      durations: list(whole(1, 60)),
      ratios: texts(/^[1-9]\d?:[1-9]\d?$/, "16:9"),
      resolutions: texts(/^[1-9]\d{2,3}p$/, "720p"),
      qualities: texts(/^\S{1,20}$/, "high"),
      typicalMs: whole(0, 86_400_000),
      fields,
      parameters: that(isObject, "must be an object"),
    },
  },
);

/** Never says a value: only where it is, and what is wrong with it. */
export const falModels = text()
  .into((written): Reading<readonly FalModelSetting[]> => {
    const parsed = jsonOf(written);
    const models = Array.isArray(parsed) ? parsed : null;
    const wrong = models?.flatMap((each, index) => problemsAt(each, index, models))[0];
    if (models && wrong === undefined) return { value: models.map((each) => ({ ...defaults, ...each })) };
    return { problems: [`must be a JSON array of models, as .env.example shows. ${wrong ?? ""}`.trim()] };
  })
  .optional();

/** `all`: those that it stands among. */
function problemsAt(each: unknown, index: number, all: readonly unknown[]): string[] {
  const wrong = model(each);
  const found = wrong.length > 0 ? wrong : contradictionsOf({ ...defaults, ...(each as FalModelSetting) });
  const isTwice = all.slice(0, index).some((other) => isObject(other) && isObject(each) && isSame(other, each));
  const twice = isTwice ? [{ path: "id", message: "is there twice" }] : [];
  return [...found, ...twice].map(({ path, message }) => `At ${[index, path].filter(String).join(".")}: ${message}.`);
}

function isSame(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  return one.id === other.id && one.type === other.type;
}

function contradictionsOf({ operations, minInputs = 0, maxInputs, maxOutputs, fields: named }: FalModelSetting) {
  const rules: [isWrong: boolean, path: string, message: string][] = [
    [
      maxInputs === 0 && operations.some((operation) => operation !== "generate"),
      ...(["maxInputs", "must be at least 1 for what works on a picture"] as const),
    ],
    [minInputs > maxInputs, "minInputs", "must not be more than maxInputs"],
    [maxInputs > 0 && !named.input && !named.inputs, "fields", "must name input or inputs"],
    [maxInputs > 1 && !named.inputs, "fields", "must name inputs, as maxInputs is more than 1"],
    [maxOutputs > 1 && !named.n, "fields", "must name n, as maxOutputs is more than 1"],
  ];
  return rules.filter(([isWrong]) => isWrong).map(([, path, message]) => ({ path, message }));
}

/** Of the calendar. */
function isDay(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
