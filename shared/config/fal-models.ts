// FAL_MODELS: models of fal that an operator offers beside the built-in ones, or in place of one of the same id.
import * as z from "zod";

/** `owner/app` and what follows: each part begins with a letter or a digit, so that it leads nowhere else. */
const modelId = z
  .string()
  .max(128)
  .regex(/^[a-z0-9][\w.-]*(\/[a-z0-9][\w.-]*)+$/i, "must be owner/app, such as fal-ai/recraft/v3/text-to-image");

const amount = z.number().min(0).max(1_000_000);
const tiers = z.strictObject({
  by: z.enum(["size", "resolution", "quality"]),
  amounts: z.record(z.string(), amount),
});
const rule = { unit: z.enum(["output", "second"]), amount, tiers: tiers.optional() };
const texts = (form: RegExp) => z.array(z.string().regex(form)).min(1).optional();
const name = z.string().regex(/^\w{1,64}$/);

/** What the vendor's input calls what we call so. What is not named is refused to users, and not sent. */
const fields = z.strictObject({
  /** `prompt` when it is left out; null: the model takes none. */
  prompt: name.nullable().optional(),
  negativePrompt: name.optional(),
  n: name.optional(),
  seed: name.optional(),
  /** Sent as `{"width":…,"height":…}`. */
  size: name.optional(),
  /** Seconds as a number. */
  durationSec: name.optional(),
  /** Seconds as a text. */
  durationText: name.optional(),
  ratio: name.optional(),
  resolution: name.optional(),
  quality: name.optional(),
  /** The URL of the first picture. */
  input: name.optional(),
  /** The URLs of all pictures, as a list. */
  inputs: name.optional(),
});

const model = z
  .strictObject({
    id: modelId,
    type: z.enum(["image", "video"]),
    operations: z
      .array(z.enum(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"]))
      .min(1)
      .default(["generate"]),
    price: z.union([amount, z.strictObject(rule)]),
    cost: z.strictObject({ ...rule, currency: z.string().regex(/^[A-Z]{3}$/), date: z.iso.date() }).optional(),
    maxOutputs: z.int().min(1).max(4).default(1),
    minInputs: z.int().min(0).max(5).optional(),
    maxInputs: z.int().min(0).max(5).default(0),
    sizes: texts(/^[1-9]\d*x[1-9]\d*$/),
    durations: z.array(z.int().min(1).max(60)).min(1).optional(),
    ratios: texts(/^[1-9]\d?:[1-9]\d?$/),
    resolutions: texts(/^[1-9]\d{2,3}p$/),
    qualities: texts(/^\S{1,20}$/),
    typicalMs: z.int().min(0).max(86_400_000).default(30_000),
    fields: fields.default({}),
    /** Sent as they are with every request, under the vendor's names. */
    parameters: z.record(z.string(), z.json()).default({}),
  })
  .superRefine(({ operations, minInputs = 0, maxInputs, maxOutputs, fields: named }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (maxInputs === 0 && operations.some((operation) => operation !== "generate")) {
      refuse("maxInputs", "must be at least 1 for what works on a picture");
    }
    if (minInputs > maxInputs) refuse("minInputs", "must not be more than maxInputs");
    if (maxInputs > 0 && !named.input && !named.inputs) refuse("fields", "must name input or inputs");
    if (maxInputs > 1 && !named.inputs) refuse("fields", "must name inputs, as maxInputs is more than 1");
    if (maxOutputs > 1 && !named.n) refuse("fields", "must name n, as maxOutputs is more than 1");
  });

const list = z.array(model).superRefine((models, context) => {
  const seen = new Set<string>();
  for (const [index, { id, type }] of models.entries()) {
    if (seen.has(`${type} ${id}`)) context.addIssue({ code: "custom", path: [index, "id"], message: "is there twice" });
    seen.add(`${type} ${id}`);
  }
});

export type FalModelSetting = z.output<typeof model>;

/** Never says a value: only where it is, and what is wrong with it. */
export const falModels = z
  .string()
  .transform((text, context): readonly FalModelSetting[] => {
    const read = list.safeParse(jsonOf(text), { reportInput: false, jitless: true });
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const place = issue?.path.length ? `At ${issue.path.join(".")}: ${issue.message}.` : "";
    context.addIssue({
      code: "custom",
      message: `must be a JSON array of models, as .env.example shows. ${place}`.trim(),
    });
    return z.NEVER;
  })
  .optional();

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
