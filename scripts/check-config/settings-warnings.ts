// Settings that are taken, and hardly meant: each rule answers what is odd and what to write, or nothing. No value is told but a time or a number.
import { tmpdir } from "node:os";
import { isAbsolute, resolve, sep } from "node:path";
import type { Config, Environment } from "../../shared/config/config.ts";
import { s3Providers } from "../../shared/config/s3.ts";
import { vendorIds } from "../../shared/config/vendors.ts";

interface Asked {
  config: Config;
  /** What is written: a variable that is not there has its default. */
  given: Environment;
  isProduction: boolean;
}

type Rule = (asked: Asked) => string | false | readonly string[];

export function settingsWarnings(config: Config, given: Environment): string[] {
  const asked = { config, given, isProduction: config.isProduction || config.platform !== "local" };
  return [...people, ...money, ...payments, ...mail, ...addresses, ...places, ...times].flatMap(
    (rule) => rule(asked) || [],
  );
}

const HOUR_MS = 3_600_000;

const people: readonly Rule[] = [
  ({ given: { NODE_ENV = "" } }) =>
    !["", "production", "development", "test"].includes(NODE_ENV.trim()) &&
    `NODE_ENV is ${NODE_ENV.trim().slice(0, 20)}, which means nothing here: only production does`,
  ({ given: { JWT_EXPIRES_IN = "" }, config }) =>
    /^\d+$/.test(JWT_EXPIRES_IN.trim()) &&
    `JWT_EXPIRES_IN is a number alone, which counts seconds: everybody logs in again after ${config.tokenLifetimeMs / 1000} s; write ${JWT_EXPIRES_IN.trim()}d for days`,
  ({ config, given }) =>
    config.tokenLifetimeMs < 5 * 60_000 &&
    !/^\d+$/.test(given.JWT_EXPIRES_IN?.trim() ?? "") &&
    `JWT_EXPIRES_IN is ${config.tokenLifetimeMs / 1000} s: everybody logs in again all the time`,
  ({ config }) =>
    config.tokenLifetimeMs > 400 * 24 * HOUR_MS &&
    `JWT_EXPIRES_IN is ${Math.round(config.tokenLifetimeMs / 24 / HOUR_MS)} days: a token that is stolen is good for as long`,
  ({ given }) =>
    given.JWT_SECRET !== undefined &&
    given.JWT_SECRET_ENCODED !== undefined &&
    "JWT_SECRET_ENCODED is not read: JWT_SECRET goes before it",
  ({ config: { jwtSecret } }) =>
    jwtSecret !== null &&
    (new Set(jwtSecret).size < 10 || /change.?me|secret|password|example/i.test(jwtSecret)) &&
    "JWT_SECRET looks like a word and not like chance: whoever guesses it is everybody. Write what this prints: openssl rand -base64 48",
  ({ given }) =>
    Object.entries(given)
      .filter(([name, value]) => name !== "PRICES" && /^(["']).*\1$/s.test(value?.trim() ?? ""))
      .map(([name]) => `${name} has quotation marks around its value, which are read as a part of it`),
];

const money: readonly Rule[] = [
  ({ config, isProduction }) =>
    isProduction && config.isDryRun && "DRY_RUN is set in production: everything is drawn by sketch",
  ({ config, isProduction }) =>
    isProduction &&
    config.hasTestModels &&
    "TEST_MODELS is set in production: users are offered models that fail on purpose",
  ({ config, isProduction }) =>
    isProduction &&
    config.rateLimitPerMinute === 0 &&
    "RATE_LIMIT_PER_MINUTE is 0 in production: nobody is slowed down",
  ({ config, isProduction }) =>
    isProduction &&
    config.registrationsPerHour === 0 &&
    config.welcomeCredits > 0 &&
    "REGISTRATIONS_PER_HOUR is 0 in production: one address registers without end, for WELCOME_CREDITS each time",
  ({ config }) =>
    config.isDryRun &&
    Object.keys(config.vendors).length > 0 &&
    `DRY_RUN is set: nobody asks ${Object.keys(config.vendors).join(", ")}, whose keys are there`,
  ({ config }) =>
    Object.entries(config.prices)
      .filter(([key, price]) => price === 0 && vendorIds.some((id) => key.split("/")[0] === id))
      .map(([key]) => `PRICES makes ${key} free, and its vendor charges you all the same`),
  ({ given }) =>
    vendorIds.flatMap((id) => {
      const name = id.toUpperCase();
      const [key, address] = [`${name}_API_KEY`, `${name}_BASE_URL`];
      const needsKey = !id.startsWith("local_");
      const isAlone = needsKey && given[address] !== undefined && given[key] === undefined && !given.VENDOR_KEYS;
      return isAlone && !given.VENDOR_KEYS_ENCODED ? [`${address} is set, and ${key} is not: nobody is asked`] : [];
    }),
];

const payments: readonly Rule[] = [
  ({ config: { payments } }) =>
    payments?.returnUrl.startsWith("http:") === true &&
    isLive(payments.secretKey) &&
    "CREDITS_RETURN_URL is http, and the key of Stripe is a live one: whoever is on the way sees what buyers come back with",
  ({ config: { payments, publicUrl } }) =>
    payments !== null &&
    isLive(payments.secretKey) &&
    publicUrl?.startsWith("http:") === true &&
    "PUBLIC_URL is http, and the key of Stripe is a live one: Stripe calls none but https",
  ({ config: { payments }, isProduction }) =>
    payments !== null &&
    isLive(payments.secretKey) &&
    !isProduction &&
    "STRIPE_SECRET_KEY is a live one, and this is no production: buyers here pay real money",
  ({ config: { payments }, isProduction }) =>
    payments !== null &&
    !isLive(payments.secretKey) &&
    isProduction &&
    "STRIPE_SECRET_KEY is a test one in production: whoever knows Stripe's test cards has credits for nothing",
  ({ config: { payments } }) =>
    payments !== null &&
    payments.apiBase !== "https://api.stripe.com" &&
    "STRIPE_API_BASE is not Stripe's: whoever answers there says what is paid",
  ({ config: { payments } }) =>
    payments !== null &&
    new Set(payments.packs.map(({ currency }) => currency)).size > 1 &&
    "CREDIT_PACKS has prices in several currencies",
];

function isLive(key: string): boolean {
  return key.includes("_live_");
}

const mail: readonly Rule[] = [
  ({ config }) =>
    config.mail?.security === "none" &&
    !["localhost", "127.0.0.1", "::1"].includes(config.mail.host) &&
    "SMTP_TLS is none: mails, and the tokens in them, go over the network for everybody to read",
  ({ config }) =>
    config.mail?.port === 25 && config.platform !== "local" && "SMTP_PORT is 25, which clouds close: take 587 or 465",
  ({ config, isProduction }) =>
    isProduction &&
    [config.mail?.verifyUrl, config.mail?.resetUrl].some((url) => url?.startsWith("http:")) &&
    "VERIFY_URL or RESET_URL is http in production: a token would go over the network for everybody to read",
  ({ config, isProduction }) =>
    isProduction &&
    config.mail !== null &&
    config.registrationsPerHour === 0 &&
    "REGISTRATIONS_PER_HOUR is 0 in production: one address may have you send mail to any number of strangers",
  ({ config, given }) =>
    config.mail === null
      ? unread(given, /^(SMTP_PORT|SMTP_TLS|VERIFY_URL|RESET_URL|MAIL_LANGUAGE)$/, "SMTP_HOST is not set")
      : [],
];

const addresses: readonly Rule[] = [
  ({ config, given }) =>
    config.platform === "local" &&
    ["0.0.0.0", "::"].includes(config.host) &&
    given.PUBLIC_URL === undefined &&
    "HOST is every address of this machine, and PUBLIC_URL is not set: URLs of files would begin with an address that nobody can call",
  ({ config }) =>
    config.isProduction &&
    config.platform === "local" &&
    (config.publicUrl === null || isHere(config.publicUrl)) &&
    "PUBLIC_URL leads to this machine alone: URLs of files would be of no use to anybody else",
  ({ config, isProduction }) =>
    isProduction &&
    config.publicUrl?.startsWith("http:") === true &&
    !isHere(config.publicUrl) &&
    "PUBLIC_URL is http: passwords and tokens would go over the network for everybody to read",
  ({ config }) =>
    config.callbackUrl?.startsWith("http:") === true && "CALLBACK_URL is http: most vendors call none but https",
  ({ config }) =>
    config.cdnUrl?.startsWith("http:") === true && "CDN_URL is http: pages of https may not show its files",
  ({ config }) =>
    config.trustedProxies.some((each) => /\/0$/.test(each)) &&
    "TRUSTED_PROXIES trusts everybody: whoever calls chooses the address that limits count",
  ({ config, isProduction }) =>
    isProduction &&
    config.corsOrigins.some((each) => each.startsWith("http:")) &&
    "CORS_ORIGINS has http in production: whoever is on the way may change such a page",
  ({ config, isProduction }) =>
    isProduction &&
    /(^|,)\s*(localhost|127\.|10\.|192\.168\.|169\.254\.)/.test(config.trustedHosts) &&
    "TRUSTED_HOSTS opens addresses of your own network to every user in production",
];

const places: readonly Rule[] = [
  ({ config, given }) =>
    (config.storage === "folder" || config.table.provider === "sqlite") &&
    isAbsolute(given.DATA_DIR ?? "") &&
    isBelow(config.dataDir, tmpdir()) &&
    "DATA_DIR lies in the folder for temporary files: the system may empty it",
  ({ config, given }) => {
    const isS3 = s3Providers.some((each) => each === config.storage);
    return [
      ...(isS3 ? [] : unread(given, /^S3_/, `STORAGE_PROVIDER is ${config.storage}`)),
      ...(config.storage === "oss" ? [] : unread(given, /^OSS_/, `STORAGE_PROVIDER is ${config.storage}`)),
    ];
  },
  ({ config: { table }, given }) => [
    ...(table.provider === "tablestore" ? [] : unread(given, /^TABLESTORE_/, `TABLE_PROVIDER is ${table.provider}`)),
    ...(table.provider === "dynamodb" ? [] : unread(given, /^DYNAMODB_/, `TABLE_PROVIDER is ${table.provider}`)),
    ...(table.provider === "sqlite" ? unread(given, /^TABLE_NAME$/, "TABLE_PROVIDER is sqlite") : []),
  ],
  ({ config }) =>
    config.cdnUrl !== null &&
    (config.storage === "folder" || config.storeAccess === "private") &&
    `CDN_URL is not used: ${config.storage === "folder" ? "files lie in a folder" : "STORE_ACCESS is private"}`,
  ({ config }) =>
    config.maxOutputBytes > config.maxStoredBytes &&
    "MAX_OUTPUT_BYTES is more than MAX_STORED_BYTES: the largest files fit into nobody's room",
  ({ config }) => config.logLevel === "silent" && "LOG_LEVEL is silent: whatever goes wrong, nobody hears of it",
];

const times: readonly Rule[] = [
  ({ config, given }) =>
    given.TIMER_SECONDS !== undefined &&
    config.timerMs > 300_000 &&
    `TIMER_SECONDS is ${config.timerMs / 1000}: what a crash has left waits for as long`,
  ({ config }) =>
    config.table.provider !== "sqlite" &&
    config.leaseMs < 5000 &&
    `LEASE_SECONDS is ${config.leaseMs / 1000}: clocks of two machines that differ by as much take jobs from each other`,
  ({ config }) =>
    config.tempTtlMs < HOUR_MS && "TEMP_TTL_HOURS is less than an hour: files that are on their way may be purged",
  ({ config: { deadlineMs } }) => [
    ...(deadlineMs.image < 60_000 ? [tooShort("IMAGE", deadlineMs.image)] : []),
    ...(deadlineMs.video < 300_000 ? [tooShort("VIDEO", deadlineMs.video)] : []),
    ...(deadlineMs.text < 60_000 ? [tooShort("TEXT", deadlineMs.text)] : []),
    ...(deadlineMs.audio < 60_000 ? [tooShort("AUDIO", deadlineMs.audio)] : []),
  ],
];

function tooShort(kind: string, ms: number): string {
  return `${kind}_DEADLINE_SECONDS is ${ms / 1000}: vendors take longer, and charge you for what is given up`;
}

function unread(given: Environment, pattern: RegExp, because: string): string[] {
  const names = Object.keys(given).filter((name) => pattern.test(name));
  return names.length === 0 ? [] : [`${names.join(", ")} ${names.length === 1 ? "is" : "are"} not read: ${because}`];
}

function isHere(url: string): boolean {
  return /^https?:\/\/(localhost|127\.|\[::1\]|0\.0\.0\.0|\[::\])/.test(url);
}

function isBelow(path: string, folder: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}
