// The vendors that generate: keys, addresses, and what else one of them is told. A vendor is configured when its key is there.
import { c2paVariables } from "./c2pa.ts";
import type { ConfigProblem } from "./config-error.ts";
import { type FalModelSetting, falModels } from "./fal-models.ts";
import { mailSecrets } from "./mail.ts";
import { moderationSecrets } from "./moderation.ts";
import { paymentSecrets } from "./payments.ts";
import { isPercentEncoded } from "./percent-encoding.ts";
import { matching, text, trimmed, type Values } from "./setting.ts";

/** Servers of language models. */
export const chatIds = ["cloud_qwen", "openai_chat", "local_qwen", "local_qwen_vl"] as const;

export type ChatId = (typeof chatIds)[number];

export const vendorIds = ["dashscope", "openai", "stability", "runway", "fal", "kling", "ark", ...chatIds] as const;

export type VendorId = (typeof vendorIds)[number];

export interface VendorConfig {
  /** Empty where a server of the operator's own asks for none. */
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
  /** As the vendor spells them, instead of the built-in ones. Only of servers of language models. */
  readonly modelIds?: readonly string[] | undefined;
  /** The most tokens that an answer may have; absent: as many as it needs. Only of servers of language models. */
  readonly maxTokens?: number | undefined;
  /** How long an answer may fall silent, in milliseconds; absent: the adapter's own. Only of servers of language models. */
  readonly idleMs?: number | undefined;
}

export type VendorConfigs = Readonly<Partial<Record<VendorId, VendorConfig>>>;

const secret = trimmed().optional();

/** It is a part of a path, and whoever guesses it could only hurry jobs: but nobody should. */
const callbackToken = matching(
  /^[\w.~-]{20,200}$/,
  "must have 20 to 200 letters, digits, and - _ . ~, such as what this prints: openssl rand -hex 24",
).optional();

const url = trimmed(
  isPlainUrl,
  "must be an http(s) URL without user, query and fragment, such as https://api.example.com",
)
  .transform((written) => written.replace(/\/+$/, ""))
  .optional();

/** As PRICES can name them: from a letter or a digit on. */
const modelIds = matching(
  /^[A-Za-z\d][\w.:/-]{0,127}(\s*,\s*[A-Za-z\d][\w.:/-]{0,127}){0,19}$/,
  "must be names of models with commas between them, such as qwen3:8b",
)
  .transform((written) => written.split(",").map((id) => id.trim()))
  .optional();

const maxTokens = matching(/^[1-9]\d{2,6}$/, "must be a whole number of tokens from 100 to 9999999, such as 4096")
  .transform(Number)
  .optional();

/** Node gives up after 300 s by itself. */
const idleMs = trimmed(
  (written) => /^[1-9]\d{0,2}$/.test(written) && Number(written) <= 290,
  "must be whole seconds from 1 to 290",
)
  .transform((written) => 1000 * Number(written))
  .optional();

/** What of one vendor or all may be said one by one, or together in VENDOR_KEYS. */
export const vendorVariables = {
  DASHSCOPE_API_KEY: secret,
  DASHSCOPE_BASE_URL: url,
  DASHSCOPE_WORKSPACE: secret,
  DASHSCOPE_CALLBACK_TOKEN: callbackToken,
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
  CLOUD_QWEN_API_KEY: secret,
  CLOUD_QWEN_BASE_URL: url,
  CLOUD_QWEN_MODELS: modelIds,
  CLOUD_QWEN_MAX_TOKENS: maxTokens,
  CLOUD_QWEN_IDLE_SECONDS: idleMs,
  OPENAI_CHAT_API_KEY: secret,
  OPENAI_CHAT_BASE_URL: url,
  OPENAI_CHAT_MODELS: modelIds,
  OPENAI_CHAT_MAX_TOKENS: maxTokens,
  OPENAI_CHAT_IDLE_SECONDS: idleMs,
  LOCAL_QWEN_API_KEY: secret,
  LOCAL_QWEN_BASE_URL: url,
  LOCAL_QWEN_MODELS: modelIds,
  LOCAL_QWEN_MAX_TOKENS: maxTokens,
  LOCAL_QWEN_IDLE_SECONDS: idleMs,
  LOCAL_QWEN_VL_API_KEY: secret,
  LOCAL_QWEN_VL_BASE_URL: url,
  LOCAL_QWEN_VL_MODELS: modelIds,
  LOCAL_QWEN_VL_MAX_TOKENS: maxTokens,
  LOCAL_QWEN_VL_IDLE_SECONDS: idleMs,
};

export const togetherVariables = {
  VENDOR_KEYS: text()
    .refine(
      (written) => readTogether(written) !== null,
      'must be a JSON object of texts under the names that vendors have in .env.example, such as {"DASHSCOPE_API_KEY":"…"}',
    )
    .optional(),
  VENDOR_KEYS_ENCODED: text()
    .refine(isPercentEncoded, "must be percent-encoded: %25 for a percent sign, %24 for a dollar sign")
    .optional(),
};

type Given = Readonly<Record<string, string | undefined>>;

/** The settings with those that VENDOR_KEYS holds. What is written by itself goes before. What cannot be read is left for the schema to refuse. */
export function withVendorKeys(given: Given): Given {
  const { VENDOR_KEYS_ENCODED: encoded } = given;
  const decoded = encoded !== undefined && isPercentEncoded(encoded) ? decodeURIComponent(encoded) : undefined;
  const text = given.VENDOR_KEYS ?? decoded;
  if (text === undefined) return given;
  return { ...readTogether(text), VENDOR_KEYS: text, ...given };
}

/** Beside keys of vendors that with which files are signed and checked, money is taken and mail sent, which is no less secret. */
const together = { ...vendorVariables, ...c2paVariables, ...moderationSecrets, ...paymentSecrets, ...mailSecrets };

/** Null when it is not what it should be. What is blank is left out. */
function readTogether(text: string): Record<string, string> | null {
  try {
    const entries = Object.entries(JSON.parse(text));
    const isFine = entries.every(([name, value]) => Object.hasOwn(together, name) && typeof value === "string");
    if (!isFine || !text.trimStart().startsWith("{")) return null;
    return Object.fromEntries(entries.filter(([, value]) => String(value).trim() !== "")) as Record<string, string>;
  } catch {
    return null;
  }
}

type VendorSettings = Values<typeof vendorVariables>;

/** What is no use without something else. */
export function vendorProblems(given: Given): ConfigProblem[] {
  return [...klingProblems(given), ...localIds.flatMap((id) => localProblems(given, id.toUpperCase()))];
}

/** They are the operator's own: only the operator knows where they are and what they serve. */
const localIds = ["local_qwen", "local_qwen_vl"] as const satisfies readonly ChatId[];

function localProblems(given: Given, name: string): ConfigProblem[] {
  const [address, models, key] = ["BASE_URL", "MODELS", "API_KEY"].map((part) => given[`${name}_${part}`]?.trim());
  if (!address && !models && !key) return [];
  const because = "is required: this server is your own, and another setting of it is there";
  return [
    ...(address ? [] : [{ variable: `${name}_BASE_URL`, message: `${because}. Such as http://127.0.0.1:8000/v1` }]),
    ...(models ? [] : [{ variable: `${name}_MODELS`, message: `${because}. Such as Qwen/Qwen3-8B` }]),
  ];
}

function klingProblems(given: Given): ConfigProblem[] {
  const [key, secretKey] = [given.KLING_API_KEY?.trim(), given.KLING_SECRET_KEY?.trim()];
  if (Boolean(key) === Boolean(secretKey)) return [];
  const variable = key ? "KLING_SECRET_KEY" : "KLING_API_KEY";
  return [{ variable, message: "is required: Kling's key has two parts, and the other one is set" }];
}

export function vendorConfigsOf(set: VendorSettings): VendorConfigs {
  const named: Readonly<Record<string, unknown>> = set;
  const entries = vendorIds.flatMap((id) => {
    const text = (name: string) => named[`${id.toUpperCase()}_${name}`] as string | undefined;
    const isLocal = localIds.some((local) => local === id) && text("BASE_URL") !== undefined;
    const apiKey = text("API_KEY") ?? "";
    if (apiKey === "" && !isLocal) return [];
    const config: VendorConfig = {
      apiKey,
      secretKey: text("SECRET_KEY"),
      baseUrl: text("BASE_URL"),
      callbackToken: text("CALLBACK_TOKEN"),
      workspace: text("WORKSPACE"),
      ...(id === "fal" && set.FAL_MODELS && { models: set.FAL_MODELS }),
      ...(isChat(id) && chatConfigOf(set, id)),
    };
    return [[id, config] as const];
  });
  return Object.fromEntries(entries);
}

function isChat(id: VendorId): id is ChatId {
  return chatIds.some((each) => each === id);
}

function chatConfigOf(set: VendorSettings, id: ChatId): Pick<VendorConfig, "modelIds" | "maxTokens" | "idleMs"> {
  const name = id.toUpperCase() as Uppercase<ChatId>;
  const [modelIds, maxTokens, idleMs] = [set[`${name}_MODELS`], set[`${name}_MAX_TOKENS`], set[`${name}_IDLE_SECONDS`]];
  return { ...(modelIds && { modelIds }), ...(maxTokens && { maxTokens }), ...(idleMs && { idleMs }) };
}

function isPlainUrl(text: string): boolean {
  const parsed = URL.parse(text);
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password && !/[?#]/.test(text)
  );
}
