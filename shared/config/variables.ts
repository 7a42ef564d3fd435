// Every variable: what may be written, what it means in our units, and what it is when nobody writes it.
import { isIP } from "node:net";
import { isAbsolute } from "node:path";
import { c2paVariables } from "./c2pa.ts";
import { isObject, jsonOf } from "./json.ts";
import { labelVariables } from "./labels.ts";
import { mailVariables } from "./mail.ts";
import { moderationVariables } from "./moderation.ts";
import { ossVariables } from "./oss.ts";
import { paymentVariables } from "./payments.ts";
import { isPercentEncoded } from "./percent-encoding.ts";
import { platforms } from "./platform.ts";
import { isPriceKey, MAX_CREDITS, pricesSetting } from "./prices.ts";
import { s3Providers, s3Variables } from "./s3.ts";
import { flag, matching, oneOf, text, trimmed } from "./setting.ts";
import { tableVariables } from "./table.ts";
import { togetherVariables, vendorVariables } from "./vendors.ts";

/** RFC 7518, 3.2: an HS256 key is at least as long as the hash's output. */
export const MIN_SECRET_BYTES = 32;

const GiB = 1024 ** 3;

export const variables = {
  HOST: trimmed(isHost, "must be an address or a name of this machine, such as 127.0.0.1").default("127.0.0.1"),
  PORT: whole(0, 65_535).default(3000),
  PUBLIC_URL: trimmed(
    isPublicUrl,
    "must be an http(s) URL without user, query and fragment, such as https://api.example.com",
  )
    .transform((text) => text.replace(/\/+$/, ""))
    .optional(),
  CALLBACK_URL: trimmed(
    isPublicUrl,
    "must be an http(s) URL without user, query and fragment, such as https://api.example.com",
  )
    .transform((text) => text.replace(/\/+$/, ""))
    .optional(),
  SOCKET_URL: trimmed(
    isSocketUrl,
    "must be a wss URL without user, query and fragment, such as wss://abc123.execute-api.eu-central-1.amazonaws.com/prod",
  )
    .transform((text) => text.replace(/\/+$/, ""))
    .optional(),
  DATA_DIR: trimmed((text) => !text.includes("\0"), "must be a path").default(".data"),
  PLATFORM: oneOf(platforms, "must be local, aliyun or aws").default("local" as const),
  STORAGE_PROVIDER: oneOf(
    ["folder", "oss", ...s3Providers],
    "must be folder, oss, s3, r2, minio, cos, qiniu or unset",
  ).default("folder" as const),
  STORE_ACCESS: oneOf(["private", "public"], "must be private or public").default("public" as const),
  CDN_URL: trimmed(
    isPublicUrl,
    "must be an http(s) URL without user, query and fragment, such as https://cdn.example.com",
  )
    .transform((text) => text.replace(/\/+$/, ""))
    .optional(),
  ...ossVariables,
  ...s3Variables,
  ...tableVariables,
  ...vendorVariables,
  ...togetherVariables,
  ...labelVariables,
  ...c2paVariables,
  ...moderationVariables,
  ...paymentVariables,
  ...mailVariables,
  NODE_ENV: text().optional(),
  JWT_SECRET: text()
    .refine(
      (written) => Buffer.byteLength(written) >= MIN_SECRET_BYTES,
      `must have at least ${MIN_SECRET_BYTES} bytes. Write e.g. what this prints: openssl rand -base64 48`,
    )
    .optional(),
  JWT_SECRET_ENCODED: text()
    .refine(isPercentEncoded, "must be percent-encoded: %25 for a percent sign, %24 for a dollar sign")
    .optional(),
  JWT_EXPIRES_IN: trimmed(
    (text) => isWithin(lifetimeMs(text), 1000, 3650 * 86_400_000),
    "must be a time from 1s to 3650d, such as 7d, 12h, 30m or 3600s",
  )
    .transform(lifetimeMs)
    .default(7 * 86_400_000),
  WELCOME_CREDITS: whole(0, MAX_CREDITS).default(100),
  PRICES: pricesSetting,
  FALLBACKS: trimmed(
    (text) => parseFallbacks(text) !== null,
    'must be a JSON object of provider/model by provider/model, such as {"dashscope/wan2.6-t2v":"runway/gen4.5"}',
  )
    .transform((text) => parseFallbacks(text) ?? {})
    .default({} as Record<string, string>),
  MODEL_ALIASES: trimmed(
    (text) => parseAliases(text) !== null,
    'must be a JSON object of provider/model by the name that programs send, such as {"gpt-image-1":"dashscope/wan2.6-image"}',
  )
    .transform((text) => parseAliases(text) ?? {})
    .default({} as Record<string, string>),
  DRY_RUN: flag().default(false),
  TEST_MODELS: flag().optional(),
  MUSIC_LIBRARY: flag().default(false),
  DEFAULT_IMAGE_PROVIDER: providerId().optional(),
  DEFAULT_VIDEO_PROVIDER: providerId().optional(),
  DEFAULT_TEXT_PROVIDER: providerId().optional(),
  DEFAULT_AUDIO_PROVIDER: providerId().optional(),
  TIMER_SECONDS: milliseconds("seconds", 0.1, 3600).default(60_000),
  LEASE_SECONDS: milliseconds("seconds", 0.1, 600).default(15_000),
  IMAGE_DEADLINE_SECONDS: milliseconds("seconds", 0.1, 7 * 86_400).default(900_000),
  VIDEO_DEADLINE_SECONDS: milliseconds("seconds", 0.1, 7 * 86_400).default(3_600_000),
  TEXT_DEADLINE_SECONDS: milliseconds("seconds", 0.1, 7 * 86_400).default(1_800_000),
  AUDIO_DEADLINE_SECONDS: milliseconds("seconds", 0.1, 7 * 86_400).default(1_800_000),
  DRY_RUN_TTL_HOURS: milliseconds("hours", 0, 87_600).default(7 * 86_400_000),
  TEMP_TTL_HOURS: milliseconds("hours", 0, 8760).default(86_400_000),
  MAX_OUTPUT_BYTES: whole(1, 1024 * GiB).default(2 * GiB),
  TRUSTED_HOSTS: trimmed().default(""),
  MAX_STORED_BYTES: whole(1, 1024 * 1024 * GiB).default(10 * GiB),
  MAX_ACTIVE_JOBS: whole(1, 1000).default(20),
  MAX_ACTIVE_FREE_JOBS: whole(1, 1000).default(10),
  MAX_PROJECTS: whole(1, 1000).default(100),
  PRODUCTION_PARALLEL: whole(1, 8).default(8),
  RATE_LIMIT_PER_MINUTE: whole(0, 1_000_000).default(600),
  REGISTRATIONS_PER_HOUR: whole(0, 1_000_000).optional(),
  CORS_ORIGINS: list(
    isOrigin,
    "must be origins exactly as browsers send them (scheme, host, and the port unless it is the usual one; no path, no *), with commas between them, such as https://app.example.com,http://localhost:5173",
  ),
  TRUSTED_PROXIES: list(isNetwork, "must be addresses or networks with commas between them, such as 10.0.0.0/8,::1"),
  FFMPEG_PATH: trimmed(
    (text) => isAbsolute(text) && !text.includes("\0"),
    "must be an absolute path, such as /usr/bin/ffmpeg",
  ).optional(),
  LOG_LEVEL: oneOf(["debug", "info", "warn", "error", "silent"], "must be debug, info, warn, error or silent").default(
    "info" as const,
  ),
};

function whole(from: number, to: number) {
  return trimmed(
    (text) => /^\d{1,16}$/.test(text) && isWithin(Number(text), from, to),
    `must be a whole number from ${from} to ${to}`,
  ).transform(Number);
}

/** Fractions are allowed; what comes out is whole milliseconds. */
function milliseconds(unit: "seconds" | "hours", from: number, to: number) {
  const factor = unit === "hours" ? 3_600_000 : 1000;
  return trimmed(
    (text) => /^\d{1,9}(\.\d{1,9})?$/.test(text) && isWithin(Number(text), from, to),
    `must be a number of ${unit} from ${from} to ${to}`,
  ).transform((text) => Math.round(Number(text) * factor));
}

function list(isFine: (entry: string) => boolean, message: string) {
  return text()
    .transform((written) => written.split(",").flatMap((entry) => entry.trim() || []))
    .refine((entries) => entries.every(isFine), message)
    .default([] as string[]);
}

function providerId() {
  return matching(/^[a-z][a-z0-9_-]{0,31}$/, "must be a provider's id, such as sketch");
}

function isWithin(value: number, from: number, to: number): boolean {
  return value >= from && value <= to;
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text);
}

function isSocketUrl(text: string): boolean {
  return /^wss?:\/\//i.test(text) && isPublicUrl(text.replace(/^ws/i, "http"));
}

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return !url.username && !url.password && !/[?#]/.test(text);
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** NaN when it is not a time. A number alone counts seconds, as everywhere else. */
function lifetimeMs(text: string): number {
  const match = /^(\d{1,9})([smhd]?)$/.exec(text);
  const unitMs = { "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return match ? Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] : Number.NaN;
}

/** Null unless each name is short and each model a `provider/model`. */
function parseAliases(text: string): Record<string, string> | null {
  const parsed = jsonOf(text);
  const entries = Object.entries(isObject(parsed) ? parsed : { "": "" });
  const isModel = (name: unknown) => typeof name === "string" && name.includes("/") && isPriceKey(name);
  const areFine = entries.every(([alias, to]) => /^[\x21-\x7e]{1,100}$/.test(alias) && isModel(to));
  return areFine ? Object.fromEntries(entries.map(([alias, to]) => [alias, String(to)])) : null;
}

/** Null when it is not as it must be. No model is its own fallback. */
function parseFallbacks(text: string): Record<string, string> | null {
  const parsed = jsonOf(text);
  const entries = Object.entries(isObject(parsed) ? parsed : { "": "" });
  const isModel = (name: unknown) => typeof name === "string" && name.includes("/") && isPriceKey(name);
  const areFine = entries.every(([from, to]) => isModel(from) && isModel(to) && from !== to);
  return areFine ? Object.fromEntries(entries.map(([from, to]) => [from, String(to)])) : null;
}
