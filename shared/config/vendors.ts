// The vendors that generate: keys, addresses, and what else one of them is told. A vendor is configured when its key is there.
import * as z from "zod";
import type { ConfigProblem } from "./config-error.ts";
import { type FalModelSetting, falModels } from "./fal-models.ts";

export const vendorIds = ["dashscope", "openai", "stability", "runway", "fal", "kling", "ark"] as const;

export type VendorId = (typeof vendorIds)[number];

export interface VendorConfig {
  readonly apiKey: string;
  /** Only of vendors whose key has two parts. */
  readonly secretKey: string | undefined;
  /** Absolute, without a slash at the end; undefined: the vendor's own. */
  readonly baseUrl: string | undefined;
  /** The operator's own, by which the vendor's calls about a whole account are known. */
  readonly callbackToken: string | undefined;
  /** Which part of an account is used, where a vendor has such. */
  readonly workspace: string | undefined;
  /** Offered beside the built-in ones. Only of vendors that serve any number of models. */
  readonly models?: readonly FalModelSetting[] | undefined;
}

export type VendorConfigs = Readonly<Partial<Record<VendorId, VendorConfig>>>;

const secret = z.string().trim().optional();

const url = z
  .string()
  .trim()
  .refine(isPlainUrl, {
    error: "must be an http(s) URL without user, query and fragment, such as https://api.example.com",
  })
  .transform((text) => text.replace(/\/+$/, ""))
  .optional();

export const vendorVariables = {
  DASHSCOPE_API_KEY: secret,
  DASHSCOPE_BASE_URL: url,
  DASHSCOPE_WORKSPACE: secret,
  DASHSCOPE_CALLBACK_TOKEN: secret,
  OPENAI_API_KEY: secret,
  OPENAI_BASE_URL: url,
  STABILITY_API_KEY: secret,
  STABILITY_BASE_URL: url,
  RUNWAY_API_KEY: secret,
  RUNWAY_BASE_URL: url,
  FAL_API_KEY: secret,
  FAL_BASE_URL: url,
  FAL_MODELS: falModels,
  KLING_API_KEY: secret,
  KLING_SECRET_KEY: secret,
  KLING_BASE_URL: url,
  ARK_API_KEY: secret,
  ARK_BASE_URL: url,
};

type Given = Readonly<Record<string, string | undefined>>;
type VendorSettings = z.output<z.ZodObject<typeof vendorVariables>>;

/** What is no use without something else. */
export function vendorProblems(given: Given): ConfigProblem[] {
  const [key, secretKey] = [given.KLING_API_KEY?.trim(), given.KLING_SECRET_KEY?.trim()];
  if (Boolean(key) === Boolean(secretKey)) return [];
  const variable = key ? "KLING_SECRET_KEY" : "KLING_API_KEY";
  return [{ variable, message: "is required: Kling's key has two parts, and the other one is set" }];
}

export function vendorConfigsOf(set: VendorSettings): VendorConfigs {
  const { FAL_MODELS, ...texts } = set;
  const models: Readonly<Partial<Record<VendorId, readonly FalModelSetting[]>>> = FAL_MODELS ? { fal: FAL_MODELS } : {};
  const named: Readonly<Record<string, string | undefined>> = texts;
  const entries = vendorIds.flatMap((id) => {
    const of = (name: string) => named[`${id.toUpperCase()}_${name}`];
    const apiKey = of("API_KEY");
    if (!apiKey) return [];
    const config: VendorConfig = {
      apiKey,
      secretKey: of("SECRET_KEY"),
      baseUrl: of("BASE_URL"),
      callbackToken: of("CALLBACK_TOKEN"),
      workspace: of("WORKSPACE"),
      ...(models[id] && { models: models[id] }),
    };
    return [[id, config] as const];
  });
  return Object.fromEntries(entries);
}

function isPlainUrl(text: string): boolean {
  const parsed = URL.parse(text);
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password && !/[?#]/.test(text)
  );
}
