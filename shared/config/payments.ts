// Whether credits can be bought, for what, and with whose keys; off unless all of it is there.
import type { ConfigProblem } from "./config-error.ts";
import { below, type Check, isObject, jsonOf, matching as like, object, that, whole } from "./json.ts";
import { matching, type Reading, text, trimmed, type Values } from "./setting.ts";

/** What a user can buy. */
export interface CreditPack {
  readonly id: string;
  readonly name: string;
  readonly credits: number;
  /** In the currency's smallest unit, as Stripe counts: 499 is 4.99 USD, and 499 JPY. */
  readonly amount: number;
  /** ISO 4217, in lower case. */
  readonly currency: string;
}

export interface PaymentConfig {
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly packs: readonly CreditPack[];
  /** Where buyers come back to; says with `order` and `checkout` in its query what became of it. */
  readonly returnUrl: string;
  /** Absolute, without a slash at the end. */
  readonly apiBase: string;
}

/** Stripe's own maximum: eight digits (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const MAX_AMOUNT = 99_999_999;
const MAX_CREDITS = 1_000_000_000;
const MAX_PACKS = 20;

const pack = object(
  {
    id: like(/^[a-z0-9][a-z0-9_-]{0,31}$/, "must be a short name of a-z, 0-9, - and _"),
    credits: whole(1, MAX_CREDITS),
    amount: whole(1, MAX_AMOUNT),
    currency: like(/^[a-z]{3}$/, "must be a currency in lower case, such as usd"),
  },
  { optional: { name: like(/^[^\p{Cc}]{1,100}$/u, "must be 1 to 100 characters") } },
);

const EXAMPLE = '[{"id":"small","credits":500,"amount":499,"currency":"usd"}]';

const packs: Check = (value) => {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_PACKS) {
    return [{ path: "", message: `must be a JSON list of 1 to ${MAX_PACKS} packs, such as ${EXAMPLE}` }];
  }
  const ids = value.map((each) => (isObject(each) ? each.id : null));
  const areApart = that(() => new Set(ids).size === ids.length, "must have another id for each pack");
  return [...value.flatMap((each, index) => below(index, pack(each))), ...areApart(value)];
};

const packsSetting = text().into((written): Reading<readonly CreditPack[]> => {
  const parsed = jsonOf(written);
  const problems = packs(parsed);
  if (problems.length > 0) {
    return {
      problems: problems.map(({ path, message }) => (path === "" ? message : `is wrong at ${path}: ${message}`)),
    };
  }
  const named = parsed as readonly (Omit<CreditPack, "name"> & { name?: string })[];
  return { value: named.map((each) => ({ name: `${each.credits} credits`, ...each })) };
});

/** These may also stand in VENDOR_KEYS. */
export const paymentSecrets = {
  STRIPE_SECRET_KEY: matching(
    /^(sk|rk)_(test|live)_\w+$/,
    "must be a secret or restricted key of Stripe, such as sk_test_… or rk_live_…",
  ).optional(),
  STRIPE_WEBHOOK_SECRET: matching(
    /^whsec_[\w+/=-]+$/,
    "must be the signing secret of the webhook's endpoint at Stripe, whsec_…",
  ).optional(),
};

export const paymentVariables = {
  ...paymentSecrets,
  CREDIT_PACKS: packsSetting.optional(),
  CREDITS_RETURN_URL: trimmed(isReturnUrl, "must be an http(s) URL without user and fragment").optional(),
  STRIPE_API_BASE: trimmed(isBase, "must be an http(s) URL without user, path, query and fragment")
    .transform((url) => url.replace(/\/+$/, ""))
    .default("https://api.stripe.com"),
};

const needed = [
  ["STRIPE_SECRET_KEY", "of https://dashboard.stripe.com/apikeys"],
  ["STRIPE_WEBHOOK_SECRET", "of the endpoint {PUBLIC_URL}/api/v1/webhooks/stripe at Stripe"],
  ["CREDIT_PACKS", `such as ${EXAMPLE}`],
  ["CREDITS_RETURN_URL", "the page that buyers come back to, such as https://app.example.com/credits"],
] as const;

/** All or nothing: half of it would take money and give nothing, or the other way round. */
export function paymentProblems(given: Readonly<Record<string, string | undefined>>): ConfigProblem[] {
  const present = needed.filter(([variable]) => given[variable]?.trim());
  if (present.length === 0) return [];
  return needed
    .filter(([variable]) => !given[variable]?.trim())
    .map(([variable, why]) => ({ variable, message: `is required with ${present[0]?.[0]}: ${why}` }));
}

/** Null: credits cannot be bought. */
export function paymentConfigOf(set: Values<typeof paymentVariables>): PaymentConfig | null {
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, CREDIT_PACKS, CREDITS_RETURN_URL } = set;
  if (!STRIPE_SECRET_KEY || !STRIPE_WEBHOOK_SECRET || !CREDIT_PACKS || !CREDITS_RETURN_URL) return null;
  return {
    secretKey: STRIPE_SECRET_KEY,
    webhookSecret: STRIPE_WEBHOOK_SECRET,
    packs: CREDIT_PACKS,
    returnUrl: CREDITS_RETURN_URL,
    apiBase: set.STRIPE_API_BASE,
  };
}

function isReturnUrl(written: string): boolean {
  const url = URL.parse(written);
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !written.includes("#");
}

function isBase(written: string): boolean {
  const url = URL.parse(written);
  return isReturnUrl(written) && url?.pathname === "/" && !written.includes("?");
}
