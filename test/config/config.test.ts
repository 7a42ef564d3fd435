import { expect, test } from "vitest";
import { defaultPublicUrl, readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";
import { variables } from "../../shared/config/variables.ts";

const secret = "0123456789abcdef0123456789abcdef";

test("an empty environment gives the documented defaults", () => {
  expect(readConfig({})).toEqual({
    host: "127.0.0.1",
    port: 3000,
    publicUrl: "http://127.0.0.1:3000",
    dataDir: ".data",
    platform: "local",
    storage: "folder",
    oss: null,
    s3: null,
    storeAccess: "public",
    cdnUrl: null,
    table: { provider: "sqlite" },
    isProduction: false,
    jwtSecret: null,
    tokenLifetimeMs: 604_800_000,
    welcomeCredits: 100,
    prices: {},
    fallbacks: {},
    modelAliases: {},
    hasTestModels: true,
    hasMusicLibrary: false,
    isDryRun: false,
    vendors: {},
    callbackUrl: null,
    socketUrl: null,
    labels: {
      profile: "metadata",
      producerCode: null,
      systemName: "DreamFactory",
      marksImports: false,
      visible: { kinds: [], text: "AI-generated", mayBeDeclined: false, loggedForMs: 200 * 86_400_000 },
    },
    c2pa: null,
    payments: null,
    mail: null,
    requireVerifiedEmail: false,
    moderation: {
      ...{ service: "none", onFailure: "closed", onReview: "block", refusalsPerHour: 0 },
      ...{ url: null, model: null, apiKey: null, accessKeyId: null, accessKeySecret: null },
      ...{ region: "cn-shanghai", imageService: "aigcCheck", textService: "llm_query_moderation" },
    },
    defaultProvider: { image: null, video: null, text: null, audio: null },
    timerMs: 60_000,
    leaseMs: 15_000,
    deadlineMs: { image: 900_000, video: 3_600_000, text: 1_800_000, audio: 1_800_000 },
    tempTtlMs: 86_400_000,
    dryRunTtlMs: 604_800_000,
    maxOutputBytes: 2_147_483_648,
    trustedHosts: "",
    maxStoredBytes: 10_737_418_240,
    maxActiveJobs: 20,
    maxActiveFreeJobs: 10,
    maxProjects: 100,
    productionParallel: 8,
    rateLimitPerMinute: 600,
    registrationsPerHour: 0,
    corsOrigins: [],
    trustedProxies: [],
    ffmpegPath: null,
    logLevel: "info",
  });
});

test("every variable is read, and its unit is in our name for it", () => {
  const config = readConfig({
    HOST: "::1",
    PORT: "8080",
    DATA_DIR: "/var/lib/dream-factory",
    PLATFORM: "local",
    NODE_ENV: "production",
    JWT_SECRET: secret,
    JWT_EXPIRES_IN: "12h",
    WELCOME_CREDITS: "0",
    PRICES: '{"import":1,"sketch":2,"dashscope/wan2.6-t2v":40}',
    FALLBACKS: '{"dashscope/wan2.6-t2v":"runway/gen4.5"}',
    MODEL_ALIASES: '{"gpt-image-1":"sketch/sketch"}',
    DRY_RUN: "1",
    TEST_MODELS: "1",
    MUSIC_LIBRARY: "1",
    LABEL_PROFILE: "eu",
    LABEL_PRODUCER_CODE: "001191110000MACQD9K64X10001",
    LABEL_SYSTEM_NAME: "Wunder",
    LABEL_IMPORTS: "1",
    LABEL_VISIBLE: "image",
    LABEL_TEXT: "AI",
    LABEL_OPT_OUT: "1",
    LABEL_LOG_DAYS: "365",
    MODERATION: "vlm",
    MODERATION_FAILURE: "open",
    MODERATION_REVIEW: "allow",
    MODERATION_URL: "http://127.0.0.1:11434/v1/",
    MODERATION_MODEL: "qwen3-vl:8b",
    MODERATION_API_KEY: "mk",
    MODERATION_ACCESS_KEY_ID: "LTAI",
    MODERATION_ACCESS_KEY_SECRET: "ms",
    MODERATION_REGION: "ap-southeast-1",
    MODERATION_IMAGE_SERVICE: "baselineCheck_global",
    MODERATION_TEXT_SERVICE: "text_global",
    MODERATION_REFUSALS_PER_HOUR: "3",
    STRIPE_SECRET_KEY: "rk_live_1",
    STRIPE_WEBHOOK_SECRET: "whsec_1",
    STRIPE_API_BASE: "http://127.0.0.1:12111/",
    CREDIT_PACKS: '[{"id":"small","credits":500,"amount":499,"currency":"usd"}]',
    CREDITS_RETURN_URL: "https://app.example/credits?x=1",
    SMTP_HOST: "smtp.example",
    SMTP_PORT: "465",
    SMTP_TLS: "tls",
    SMTP_USER: "u",
    SMTP_PASS: " p ",
    SMTP_FROM: "Dreams <no-reply@example.com>",
    VERIFY_URL: "https://app.example/verify",
    RESET_URL: "https://app.example/reset?x=1",
    MAIL_LANGUAGE: "zh",
    REQUIRE_VERIFIED_EMAIL: "1",
    DEFAULT_IMAGE_PROVIDER: "dashscope",
    DEFAULT_VIDEO_PROVIDER: "runway",
    DEFAULT_TEXT_PROVIDER: "local_qwen",
    DEFAULT_AUDIO_PROVIDER: "openai",
    TEXT_DEADLINE_SECONDS: "2",
    AUDIO_DEADLINE_SECONDS: "3",
    TIMER_SECONDS: "0.5",
    LEASE_SECONDS: "2",
    IMAGE_DEADLINE_SECONDS: "1.5",
    VIDEO_DEADLINE_SECONDS: "30",
    TEMP_TTL_HOURS: "0",
    DRY_RUN_TTL_HOURS: "0.5",
    MAX_OUTPUT_BYTES: "1048576",
    TRUSTED_HOSTS: "127.0.0.1:9000, cdn.example",
    MAX_STORED_BYTES: "1000000",
    MAX_ACTIVE_JOBS: "1000",
    MAX_ACTIVE_FREE_JOBS: "30",
    MAX_PROJECTS: "5",
    PRODUCTION_PARALLEL: "3",
    RATE_LIMIT_PER_MINUTE: "0",
    REGISTRATIONS_PER_HOUR: "3",
    CORS_ORIGINS: "https://app.example, http://localhost:5173",
    TRUSTED_PROXIES: "10.0.0.0/8,::1",
    FFMPEG_PATH: "/opt/bin/ffmpeg",
    STORE_ACCESS: "private",
    CDN_URL: "https://cdn.example/",
    LOG_LEVEL: "debug",
  });
  expect(config).toEqual({
    host: "::1",
    port: 8080,
    publicUrl: "http://[::1]:8080",
    dataDir: "/var/lib/dream-factory",
    platform: "local",
    storage: "folder",
    oss: null,
    s3: null,
    storeAccess: "private",
    cdnUrl: "https://cdn.example",
    table: { provider: "sqlite" },
    isProduction: true,
    jwtSecret: secret,
    tokenLifetimeMs: 43_200_000,
    welcomeCredits: 0,
    prices: { import: 1, sketch: 2, "dashscope/wan2.6-t2v": 40 },
    fallbacks: { "dashscope/wan2.6-t2v": "runway/gen4.5" },
    modelAliases: { "gpt-image-1": "sketch/sketch" },
    hasTestModels: true,
    hasMusicLibrary: true,
    isDryRun: true,
    labels: {
      profile: "eu",
      producerCode: "001191110000MACQD9K64X10001",
      systemName: "Wunder",
      marksImports: true,
      visible: { kinds: ["image"], text: "AI", mayBeDeclined: true, loggedForMs: 365 * 86_400_000 },
    },
    payments: {
      secretKey: "rk_live_1",
      webhookSecret: "whsec_1",
      packs: [{ id: "small", name: "500 credits", credits: 500, amount: 499, currency: "usd" }],
      returnUrl: "https://app.example/credits?x=1",
      apiBase: "http://127.0.0.1:12111",
    },
    mail: {
      ...{ host: "smtp.example", port: 465, security: "tls", login: { user: "u", password: " p " } },
      ...{ from: "Dreams <no-reply@example.com>", language: "zh" },
      ...{ verifyUrl: "https://app.example/verify", resetUrl: "https://app.example/reset?x=1" },
    },
    requireVerifiedEmail: true,
    c2pa: null,
    moderation: {
      ...{ service: "vlm", onFailure: "open", onReview: "allow", refusalsPerHour: 3 },
      ...{ url: "http://127.0.0.1:11434/v1", model: "qwen3-vl:8b", apiKey: "mk" },
      ...{ accessKeyId: "LTAI", accessKeySecret: "ms" },
      ...{ region: "ap-southeast-1", imageService: "baselineCheck_global", textService: "text_global" },
    },
    defaultProvider: { image: "dashscope", video: "runway", text: "local_qwen", audio: "openai" },
    timerMs: 500,
    leaseMs: 2000,
    deadlineMs: { image: 1500, video: 30_000, text: 2000, audio: 3000 },
    tempTtlMs: 0,
    dryRunTtlMs: 1_800_000,
    maxOutputBytes: 1_048_576,
    trustedHosts: "127.0.0.1:9000, cdn.example",
    vendors: {},
    callbackUrl: null,
    socketUrl: null,
    maxStoredBytes: 1_000_000,
    maxActiveJobs: 1000,
    maxActiveFreeJobs: 1000,
    maxProjects: 5,
    productionParallel: 3,
    rateLimitPerMinute: 0,
    registrationsPerHour: 3,
    corsOrigins: ["https://app.example", "http://localhost:5173"],
    trustedProxies: ["10.0.0.0/8", "::1"],
    ffmpegPath: "/opt/bin/ffmpeg",
    logLevel: "debug",
  });
});

test("jobs that cost nothing have a limit of their own, but where everything is a dry run", () => {
  const limits = { MAX_ACTIVE_JOBS: "50", MAX_ACTIVE_FREE_JOBS: "7" };
  const free = (more: Record<string, string>) => readConfig({ ...limits, ...more }).maxActiveFreeJobs;
  expect([free({}), free({ DRY_RUN: "0" }), free({ DRY_RUN: "1" })]).toEqual([7, 7, 50]);
});

test("models for tests are there outside of production, or as is said", () => {
  const production = { NODE_ENV: "production", JWT_SECRET: secret };
  const has = (environment: Record<string, string>) => readConfig(environment).hasTestModels;
  expect([has({}), has({ TEST_MODELS: "0" }), has({ NODE_ENV: "test" })]).toEqual([true, false, true]);
  expect([has(production), has({ ...production, TEST_MODELS: "1" })]).toEqual([false, true]);
});

test("an empty value is the same as none", () => {
  const names = ["HOST", "PORT", "PUBLIC_URL", "JWT_SECRET", "PRICES", "DRY_RUN", "TEMP_TTL_HOURS", "LOG_LEVEL"];
  expect(readConfig(Object.fromEntries(names.map((name) => [name, ""])))).toEqual(readConfig({}));
});

test("every problem is named at once, with the variable and what to write", () => {
  const error = refusal({ PORT: "http", LEASE_SECONDS: "-1", PLATFORM: "azure", NODE_ENV: "production" });
  expect(error.problems).toEqual([
    { variable: "PORT", message: "must be a whole number from 0 to 65535" },
    { variable: "PLATFORM", message: "must be local, aliyun or aws" },
    { variable: "LEASE_SECONDS", message: "must be a number of seconds from 0.1 to 600" },
    { variable: "JWT_SECRET", message: expect.stringMatching(/^is required with NODE_ENV=production\. Write/) },
  ]);
  for (const problem of error.problems) expect(error.message).toContain(`${problem.variable} ${problem.message}`);
});

test.each([
  ["is missing", undefined],
  ["is empty", ""],
  ["is a word", "secret"],
  ["has 31 bytes", secret.slice(1)],
])("in production nothing starts while the secret %s", (_case, JWT_SECRET) => {
  const error = refusal({ NODE_ENV: "production", JWT_SECRET });
  expect(error.problems.map((problem) => problem.variable)).toEqual(["JWT_SECRET"]);
});

test("a short secret is refused outside of production too", () => {
  expect(refusal({ JWT_SECRET: "secret" }).problems[0]?.message).toMatch(/^must have at least 32 bytes/);
});

test("a secret is measured in bytes and taken exactly as written", () => {
  expect(readConfig({ JWT_SECRET: " 密密密密密密密密密密 " }).jwtSecret).toBe(" 密密密密密密密密密密 ");
});

test("no value is ever printed: a secret may stand in the wrong variable", () => {
  const values = {
    JWT_SECRET: "my-short-secret",
    PORT: "sk-misplaced-1",
    PRICES: '{"sk-misplaced-2"',
    LOG_LEVEL: "sk-misplaced-3",
  };
  const { message, stack } = refusal(values);
  for (const value of Object.values(values)) {
    expect(message).not.toContain(value);
    expect(stack).not.toContain(value);
  }
});

test.each([
  ["PORT", "65536"],
  ["PORT", "3e3"],
  ["PORT", "0x50"],
  ["HOST", "a b"],
  ["HOST", "http://x"],
  ["PUBLIC_URL", "api.example.com"],
  ["PUBLIC_URL", "ftp://api.example.com"],
  ["PUBLIC_URL", "https://user:pass@api.example.com"],
  ["PUBLIC_URL", "https://api.example.com/?a=1"],
  ["PLATFORM", "azure"],
  ["STORAGE_PROVIDER", "ftp"],
  ["STORE_ACCESS", "open"],
  ["CDN_URL", "cdn.example.com"],
  ["S3_BUCKET", "Bucket"],
  ["S3_REGION", "eu central"],
  ["S3_ENDPOINT", "https://s3.example.com/bucket"],
  ["TABLE_PROVIDER", "mongodb"],
  ["TABLE_NAME", "my table"],
  ["TABLESTORE_ENDPOINT", "dreams.cn-hangzhou.ots.aliyuncs.com"],
  ["TABLESTORE_ENDPOINT", "https://dreams.cn-hangzhou.ots.aliyuncs.com/path"],
  ["TABLESTORE_INSTANCE", "my instance"],
  ["DYNAMODB_REGION", "eu central"],
  ["DYNAMODB_ENDPOINT", "ftp://127.0.0.1"],
  ["JWT_EXPIRES_IN", "7 days"],
  ["JWT_EXPIRES_IN", "0s"],
  ["WELCOME_CREDITS", "-1"],
  ["WELCOME_CREDITS", "1.5"],
  ["PRICES", "[1]"],
  ["PRICES", '{"sketch":"2"}'],
  ["PRICES", '{"sketch":1.5}'],
  ["PRICES", '{"__proto__":1}'],
  ["FALLBACKS", '{"dashscope":"runway/gen4.5"}'],
  ["FALLBACKS", '{"a/b":"a/b"}'],
  ["MODEL_ALIASES", '{"gpt-image-1":"sketch"}'],
  ["MODEL_ALIASES", '{"":"sketch/sketch"}'],
  ["MODEL_ALIASES", '["sketch/sketch"]'],
  ["DRY_RUN", "maybe"],
  ["TEST_MODELS", "some"],
  ["MUSIC_LIBRARY", "yes"],
  ["DEFAULT_IMAGE_PROVIDER", "Dash Scope"],
  ["TIMER_SECONDS", "0"],
  ["IMAGE_DEADLINE_SECONDS", "15min"],
  ["TEMP_TTL_HOURS", "-1"],
  ["TEMP_TTL_HOURS", "1e3"],
  ["MAX_OUTPUT_BYTES", "2GB"],
  ["MAX_ACTIVE_JOBS", "0"],
  ["MAX_ACTIVE_JOBS", "1001"],
  ["MAX_ACTIVE_FREE_JOBS", "0"],
  ["MAX_ACTIVE_FREE_JOBS", "1001"],
  ["MAX_PROJECTS", "0"],
  ["PRODUCTION_PARALLEL", "9"],
  ["MAX_PROJECTS", "1001"],
  ["RATE_LIMIT_PER_MINUTE", "-1"],
  ["RATE_LIMIT_PER_MINUTE", "off"],
  ["REGISTRATIONS_PER_HOUR", "-1"],
  ["MAX_STORED_BYTES", "0"],
  ["MAX_STORED_BYTES", "10GiB"],
  ["CORS_ORIGINS", "*"],
  ["CORS_ORIGINS", "https://app.example/"],
  ["CORS_ORIGINS", "https://App.example"],
  ["CORS_ORIGINS", "https://app.example:443"],
  ["CORS_ORIGINS", "null"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
  ["TRUSTED_PROXIES", "proxy.example"],
  ["FFMPEG_PATH", "ffmpeg"],
  ["FFMPEG_PATH", "./bin/ffmpeg"],
  ["FFMPEG_PATH", "/usr/bin/ffmpeg\0"],
  ["LOG_LEVEL", "loud"],
])("%s=%s is refused", (variable, value) => {
  expect(refusal({ [variable]: value }).problems.map((problem) => problem.variable)).toEqual([variable]);
});

test.each([
  ["3600", 3_600_000],
  ["1s", 1000],
  ["30m", 1_800_000],
  ["7d", 604_800_000],
])("JWT_EXPIRES_IN=%s is %i milliseconds", (text, ms) => {
  expect(readConfig({ JWT_EXPIRES_IN: text }).tokenLifetimeMs).toBe(ms);
});

test("TEMP_TTL_HOURS takes fractions", () => {
  expect(readConfig({ TEMP_TTL_HOURS: "0.001" }).tempTtlMs).toBe(3600);
});

test("PUBLIC_URL loses the slash at its end and keeps its path", () => {
  expect(readConfig({ PUBLIC_URL: "https://x.example/dream/" }).publicUrl).toBe("https://x.example/dream");
});

test("with port 0 the public URL is unknown until somebody listens", () => {
  expect(readConfig({ PORT: "0" }).publicUrl).toBeNull();
  expect(defaultPublicUrl("127.0.0.1", 49_152)).toBe("http://127.0.0.1:49152");
});

test("the configuration cannot be changed, at any depth", () => {
  const config = readConfig({ PRICES: '{"sketch":2}', CORS_ORIGINS: "https://app.example" });
  for (const part of [config, config.prices, config.corsOrigins, config.deadlineMs, config.defaultProvider]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

function refusal(environment: Record<string, string | undefined>): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was taken");
}

test("what is set but blank is as if it were not set, whichever it is", () => {
  for (const name of Object.keys(variables)) {
    for (const blank of ["", " ", "\t\n"])
      expect([name, readConfig({ [name]: blank })]).toEqual([name, readConfig({})]);
  }
});

test("a secret may come percent-encoded, and goes before that as it is", () => {
  const encoded = "100%25 %24{x}小".padEnd(40, "x");
  expect(readConfig({ JWT_SECRET_ENCODED: encoded }).jwtSecret).toBe(`100% \${x}小`.padEnd(36, "x"));
  expect(readConfig({ JWT_SECRET: secret, JWT_SECRET_ENCODED: encoded }).jwtSecret).toBe(secret);
  expect(() => readConfig({ JWT_SECRET_ENCODED: "%zz".padEnd(40, "x") })).toThrow(
    "JWT_SECRET_ENCODED must be percent-encoded",
  );
  expect(() => readConfig({ JWT_SECRET_ENCODED: "%24" })).toThrow("JWT_SECRET must have at least 32 bytes");
});
