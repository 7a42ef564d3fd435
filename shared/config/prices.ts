// PRICES: what an output costs by provider or provider/model, in whole credits or as a rule.
import * as z from "zod";

export const MAX_CREDITS = 1_000_000_000;

export const priceUnits = ["output", "second", "character"] as const;

/** Credits for each unit of an output; a request for something that `tiers` names pays that amount instead. */
export interface PriceSetting {
  unit: (typeof priceUnits)[number];
  amount: number;
  tiers?: { by: "size" | "resolution" | "quality"; amounts: Readonly<Record<string, number>> };
}

export type PriceSettings = Readonly<Record<string, number | PriceSetting>>;

const amount = z
  .number({ error: `must be a number from 0 to ${MAX_CREDITS}` })
  .min(0, { error: `must be a number from 0 to ${MAX_CREDITS}` })
  .max(MAX_CREDITS, { error: `must be a number from 0 to ${MAX_CREDITS}` });

const amounts = z
  .record(z.string().regex(/^[A-Za-z0-9][\w.:-]{0,31}$/), amount, { error: onlyNames })
  .refine((named) => Object.keys(named).length > 0, { error: 'must name at least one, such as {"1080p":20}' });

const by = z.enum(["size", "resolution", "quality"], { error: "must be size, resolution or quality" });

const rule = z.strictObject(
  {
    unit: z.enum(priceUnits, { error: "must be output, second or character" }),
    amount,
    tiers: z.strictObject({ by, amounts }, { error: () => "must be {by, amounts} and nothing else" }).optional(),
  },
  { error: () => "must be {unit, amount} with or without {tiers}, and nothing else" },
);

/** Names what is wrong in which entry, and never a value. */
export const pricesSetting = z
  .string()
  .transform((text, context): PriceSettings => {
    const entries = entriesOf(text);
    if (!entries) {
      context.addIssue({ code: "custom", message: GENERALLY });
      return z.NEVER;
    }
    const wrong = entries.flatMap(([key, value]) => problemsOf(key, value));
    for (const message of wrong) context.addIssue({ code: "custom", message });
    return wrong.length > 0 ? z.NEVER : (Object.fromEntries(entries) as PriceSettings);
  })
  .default({});

const GENERALLY = `must be a JSON object by provider or provider/model, of whole credits from 0 to ${MAX_CREDITS} or of rules, such as {"sketch":2,"dashscope/wan2.6-t2v":{"unit":"second","amount":20,"tiers":{"by":"resolution","amounts":{"1080p":34}}}}`;

function entriesOf(text: string): [string, unknown][] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject && Object.keys(parsed).every(isPriceKey) ? Object.entries(parsed) : null;
  } catch {
    return null;
  }
}

function problemsOf(key: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    const isFine = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_CREDITS;
    return isFine
      ? []
      : [
          `is wrong at ${key}: must be whole credits from 0 to ${MAX_CREDITS}, or a rule {"unit":"second","amount":1.5}`,
        ];
  }
  const { error } = rule.safeParse(value, { jitless: true, reportInput: false });
  return (error?.issues ?? []).map(({ path, message }) => `is wrong at ${[key, ...path].join(".")}: ${message}`);
}

function onlyNames({ code }: { code?: string }): string {
  return code === "invalid_key"
    ? "must have names such as 1024x1024, 720p or high"
    : 'must be an object of amounts by name, such as {"1080p":20}';
}

export function isPriceKey(key: string): boolean {
  return /^[a-z][a-z0-9_-]{0,31}(\/[A-Za-z0-9][A-Za-z0-9._:/-]{0,127})?$/.test(key);
}
