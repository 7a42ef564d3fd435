// The environment, read once: every setting checked, every problem named at once.
import { type C2paConfig, c2paConfigOf, c2paProblems } from "./c2pa.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { onlySet } from "./environment.ts";
import { type LabelConfig, labelConfigOf, labelProblems } from "./labels.ts";
import { type MailConfig, mailConfigOf, mailProblems } from "./mail.ts";
import { type ModerationConfig, moderationConfigOf, moderationProblems } from "./moderation.ts";
import { type OssConfig, ossConfigOf, ossProblems } from "./oss.ts";
import { type PaymentConfig, paymentConfigOf, paymentProblems } from "./payments.ts";
import { isPercentEncoded } from "./percent-encoding.ts";
import { cloudOf, type Platform, platformProblems, withPlatform } from "./platform.ts";
import type { PriceSettings } from "./prices.ts";
import { type S3Config, type S3Provider, s3ConfigOf, s3Problems } from "./s3.ts";
import { readAll, type Values } from "./setting.ts";
import { type TableConfig, tableConfigOf, tableProblems } from "./table.ts";
import { MIN_SECRET_BYTES, variables } from "./variables.ts";
import { type VendorConfigs, vendorConfigsOf, vendorProblems, withVendorKeys } from "./vendors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

type Kind = "image" | "video" | "text" | "audio";

export interface Config {
  /** An address or a name of this machine, without brackets. */
  readonly host: string;
  /** 0: the system picks a free one. */
  readonly port: number;
  /** Absolute, without a slash at the end. Null when PUBLIC_URL is unset and PORT is 0: nobody knows it before listening. */
  readonly publicUrl: string | null;
  /** Under which vendors reach the API, absolute, without a slash at the end. Null when unset: by the public URL, where that can be reached. */
  readonly callbackUrl: string | null;
  /** Where WebSockets are taken by an API Gateway, absolute, without a slash at the end. Null: by the server itself. */
  readonly socketUrl: string | null;
  /** As written: absolute, or from the working directory. */
  readonly dataDir: string;
  readonly platform: Platform;
  /** Where objects are kept. */
  readonly storage: "folder" | "oss" | S3Provider;
  /** Null unless it is the storage. */
  readonly oss: OssConfig | null;
  /** Null unless the store is S3 or speaks its language. */
  readonly s3: S3Config | null;
  /** Whether finished files are read by permanent URLs or by signed ones. Of no matter to a folder. */
  readonly storeAccess: "private" | "public";
  /** Absolute, without a slash at the end: what public keys are appended to. Null: the bucket's own URL. */
  readonly cdnUrl: string | null;
  readonly table: TableConfig;
  readonly isProduction: boolean;
  /** Null when unset, which only a local runtime outside of production may be: it makes its own. */
  readonly jwtSecret: string | null;
  /** How long a token is good for. */
  readonly tokenLifetimeMs: number;
  readonly welcomeCredits: number;
  /** Credits for each output, or a rule, by `provider` or `provider/model`; only what the operator set. */
  readonly prices: PriceSettings;
  /** By `provider/model`: which other one takes a job over when that one fails or stays away. */
  readonly fallbacks: Readonly<Record<string, string>>;
  /** By the name that programs send to the compatible routes: the `provider/model` that is meant. */
  readonly modelAliases: Readonly<Record<string, string>>;
  readonly isDryRun: boolean;
  /** Whether the models are offered that end as their names say. Unless it is said: not in production. */
  readonly hasTestModels: boolean;
  /** Whether music out of the operator's own store is offered. */
  readonly hasMusicLibrary: boolean;
  /** Those with a key. */
  readonly vendors: VendorConfigs;
  readonly labels: LabelConfig;
  /** Null: files are not signed. */
  readonly c2pa: C2paConfig | null;
  readonly moderation: ModerationConfig;
  /** Null: no mail is sent. */
  readonly mail: MailConfig | null;
  /** Only whoever has verified their e-mail address has welcome credits, and may make something. */
  readonly requireVerifiedEmail: boolean;
  /** Null: credits are not sold. */
  readonly payments: PaymentConfig | null;
  /** Null when unset: the first provider with a key, else `sketch`. */
  readonly defaultProvider: Readonly<Record<Kind, string | null>>;
  /** How often the timers fire. */
  readonly timerMs: number;
  /** How long a claim lasts without renewal. */
  readonly leaseMs: number;
  /** How long a round of a job may take. */
  readonly deadlineMs: Readonly<Record<Kind, number>>;
  /** Age at which temp objects are purged; 0 for at once. */
  readonly tempTtlMs: number;
  /** How long a dry run is kept once it has ended; 0 for as long as its user likes. */
  readonly dryRunTtlMs: number;
  readonly maxOutputBytes: number;
  /** The list as written; empty when unset. */
  readonly trustedHosts: string;
  /** Bytes that a user's files may take, unless the operator made an exception. */
  readonly maxStoredBytes: number;
  /** Unfinished jobs that a user may have. */
  readonly maxActiveJobs: number;
  /** How many of them may cost nothing. On a server where everything is a dry run, as many as there may be in all. */
  readonly maxActiveFreeJobs: number;
  /** Projects that a user may have. */
  readonly maxProjects: number;
  /** Jobs of one film at the same time; half as many while its user has another film. */
  readonly productionParallel: number;
  /** Requests that a user, or an address that is nobody yet, may make in a minute; 0: any number. */
  readonly rateLimitPerMinute: number;
  /** Registrations that an address may make in an hour; 0: any number. */
  readonly registrationsPerHour: number;
  /** Origins exactly as browsers send them. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks (CIDR) whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Absolute. Null when unset: the one on the PATH, else the npm package's. Looked for where the first video is drawn: other functions may do without. */
  readonly ffmpegPath: string | null;
  readonly logLevel: LogLevel;
}

/** A blank value is the same as none. Throws ConfigError. */
export function readConfig(environment: Environment): Config {
  const given = withPlatform(withVendorKeys(withSecret(onlySet(environment))));
  const read = readAll(variables, given);
  const problems = [
    ...read.problems,
    ...missingSecret(given),
    ...platformProblems(given),
    ...ossProblems(given),
    ...s3Problems(given),
    ...tableProblems(given),
    ...vendorProblems(given),
    ...labelProblems(given),
    ...c2paProblems(given),
    ...moderationProblems(given),
    ...paymentProblems(given),
    ...mailProblems(given),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return freeze(configOf(read.values));
}

/** JWT_SECRET from its encoded form, unless it is there itself. What cannot be decoded is left for its setting to refuse. */
function withSecret(given: Environment): Environment {
  const { JWT_SECRET_ENCODED: encoded } = given;
  if (encoded === undefined || !isPercentEncoded(encoded)) return given;
  return { JWT_SECRET: decodeURIComponent(encoded), ...given };
}

function configOf(set: Values<typeof variables>): Config {
  return {
    host: set.HOST,
    port: set.PORT,
    publicUrl: set.PUBLIC_URL ?? defaultPublicUrl(set.HOST, set.PORT),
    callbackUrl: set.CALLBACK_URL ?? null,
    socketUrl: set.SOCKET_URL ?? null,
    dataDir: set.DATA_DIR,
    platform: set.PLATFORM,
    storage: set.STORAGE_PROVIDER,
    oss: set.STORAGE_PROVIDER === "oss" ? ossConfigOf(set) : null,
    s3: s3ConfigOf(set),
    storeAccess: set.STORE_ACCESS,
    cdnUrl: set.CDN_URL ?? null,
    table: tableConfigOf(set),
    isProduction: set.NODE_ENV === "production",
    jwtSecret: set.JWT_SECRET ?? null,
    tokenLifetimeMs: set.JWT_EXPIRES_IN,
    welcomeCredits: set.WELCOME_CREDITS,
    prices: set.PRICES,
    fallbacks: set.FALLBACKS,
    modelAliases: set.MODEL_ALIASES,
    isDryRun: set.DRY_RUN,
    hasTestModels: set.TEST_MODELS ?? set.NODE_ENV !== "production",
    hasMusicLibrary: set.MUSIC_LIBRARY,
    vendors: vendorConfigsOf(set),
    labels: labelConfigOf(set),
    c2pa: c2paConfigOf(set),
    moderation: moderationConfigOf(set),
    payments: paymentConfigOf(set),
    mail: mailConfigOf(set),
    requireVerifiedEmail: set.REQUIRE_VERIFIED_EMAIL,
    defaultProvider: {
      image: set.DEFAULT_IMAGE_PROVIDER ?? null,
      video: set.DEFAULT_VIDEO_PROVIDER ?? null,
      text: set.DEFAULT_TEXT_PROVIDER ?? null,
      audio: set.DEFAULT_AUDIO_PROVIDER ?? null,
    },
    timerMs: set.TIMER_SECONDS,
    leaseMs: set.LEASE_SECONDS,
    deadlineMs: {
      image: set.IMAGE_DEADLINE_SECONDS,
      video: set.VIDEO_DEADLINE_SECONDS,
      text: set.TEXT_DEADLINE_SECONDS,
      audio: set.AUDIO_DEADLINE_SECONDS,
    },
    tempTtlMs: set.TEMP_TTL_HOURS,
    dryRunTtlMs: set.DRY_RUN_TTL_HOURS,
    maxOutputBytes: set.MAX_OUTPUT_BYTES,
    trustedHosts: set.TRUSTED_HOSTS,
    maxStoredBytes: set.MAX_STORED_BYTES,
    maxActiveJobs: set.MAX_ACTIVE_JOBS,
    maxActiveFreeJobs: set.DRY_RUN ? set.MAX_ACTIVE_JOBS : set.MAX_ACTIVE_FREE_JOBS,
    maxProjects: set.MAX_PROJECTS,
    productionParallel: set.PRODUCTION_PARALLEL,
    rateLimitPerMinute: set.RATE_LIMIT_PER_MINUTE,
    registrationsPerHour: set.REGISTRATIONS_PER_HOUR ?? defaultRegistrationsPerHour(set),
    corsOrigins: set.CORS_ORIGINS,
    trustedProxies: set.TRUSTED_PROXIES,
    ffmpegPath: set.FFMPEG_PATH ?? null,
    logLevel: set.LOG_LEVEL,
  };
}

/** Strangers register where others can come; on a machine that is being worked on, all that do share its address. */
function defaultRegistrationsPerHour({ PLATFORM, NODE_ENV }: Values<typeof variables>): number {
  return PLATFORM === "local" && NODE_ENV !== "production" ? 0 : 20;
}

/** The address under which a server on this host and port is reached, when the operator does not say; null for port 0. */
export function defaultPublicUrl(host: string, port: number): string | null {
  return port === 0 ? null : `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Spans variables, and is said whatever else is wrong. */
function missingSecret(given: Environment): ConfigProblem[] {
  const cloud = cloudOf(given);
  if ((cloud === null && given.NODE_ENV !== "production") || given.JWT_SECRET !== undefined) return [];
  const because = cloud === null ? "NODE_ENV=production" : `PLATFORM=${cloud}`;
  const message = `is required with ${because}. Write at least ${MIN_SECRET_BYTES} random bytes, e.g. from: openssl rand -base64 48`;
  return [{ variable: "JWT_SECRET", message }];
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) freeze(part);
  return Object.freeze(value);
}
