// Settings that are wrong, and settings that are odd: each one is found, alone and all together, and no value of a secret is told.
import { describe, expect, test } from "vitest";
import { nearest } from "../../scripts/check-config/nearest.ts";
import { checkSettings } from "../../scripts/check-config/settings.ts";
import type { Environment } from "../../shared/config/config.ts";

const random = "q9Zr4T7wLx2Vb8Nc5Md1Kf6Hg3Js0PyAe";
const production = { NODE_ENV: "production", JWT_SECRET: random, PUBLIC_URL: "https://api.example.org" };
const minio = { STORAGE_PROVIDER: "minio", S3_BUCKET: "films", S3_ENDPOINT: "http://127.0.0.1:9000" };
const minioKey = { S3_ACCESS_KEY_ID: "k", S3_SECRET_ACCESS_KEY: "s" };

/** What is written, the variable that is named, and a part of what is said of it. */
const wrong: readonly (readonly [Environment, string, string])[] = [
  [{ PORT: "80800" }, "PORT", "must be a whole number from 0 to 65535"],
  [{ HOST: "http://here" }, "HOST", "must be an address or a name"],
  [{ PUBLIC_URL: "api.example.com" }, "PUBLIC_URL", "must be an http(s) URL"],
  [{ PLATFORM: "azure" }, "PLATFORM", "must be local, aliyun or aws"],
  [{ STORAGE_PROVIDER: "S3" }, "STORAGE_PROVIDER", "must be folder, oss, s3"],
  [{ STORAGE_PROVIDER: "s3" }, "S3_BUCKET", "is required with STORAGE_PROVIDER=s3"],
  [{ ...minio, S3_ACCESS_KEY_ID: "k" }, "S3_SECRET_ACCESS_KEY", "is required with STORAGE_PROVIDER=minio"],
  [
    { STORAGE_PROVIDER: "r2", ...minioKey, S3_BUCKET: "films", S3_ENDPOINT: "https://x.example" },
    "CDN_URL",
    "is required",
  ],
  [{ STORAGE_PROVIDER: "oss", OSS_BUCKET: "films" }, "OSS_REGION", "is required with STORAGE_PROVIDER=oss"],
  [{ TABLE_PROVIDER: "postgres" }, "TABLE_PROVIDER", "must be sqlite, tablestore, dynamodb"],
  [{ TABLE_PROVIDER: "dynamodb" }, "DYNAMODB_REGION", "the table's region"],
  [{ TABLE_PROVIDER: "tablestore" }, "TABLESTORE_ENDPOINT", "TABLE_PROVIDER=tablestore"],
  [{ PLATFORM: "aws", JWT_SECRET: random, TABLE_PROVIDER: "sqlite" }, "TABLE_PROVIDER", "it would be lost"],
  [{ NODE_ENV: "production" }, "JWT_SECRET", "is required with NODE_ENV=production"],
  [{ JWT_SECRET: "short" }, "JWT_SECRET", "must have at least 32 bytes"],
  [{ JWT_EXPIRES_IN: "a week" }, "JWT_EXPIRES_IN", "must be a time"],
  [{ WELCOME_CREDITS: "-1" }, "WELCOME_CREDITS", "must be a whole number"],
  [{ PRICES: "sketch=2" }, "PRICES", "must be"],
  [{ PRICES: '{"sketch":{"unit":"minute","amount":1}}' }, "PRICES", "must be output, second or character"],
  [{ PRICES: '{"import":{"unit":"second","amount":1}}' }, "PRICES", "how long a kept video is"],
  [{ FALLBACKS: "runway" }, "FALLBACKS", "must be a JSON object"],
  [{ FALLBACKS: '{"sketch/sketch":"nobody/model"}' }, "FALLBACKS", "there is no nobody/model here"],
  [{ DEFAULT_VIDEO_PROVIDER: "scetch" }, "DEFAULT_VIDEO_PROVIDER", "must be a provider for videos"],
  [{ KLING_API_KEY: "k" }, "KLING_SECRET_KEY", "is required"],
  [{ MODERATION: "google" }, "MODERATION", "must be"],
  [{ MODERATION: "openai" }, "MODERATION_API_KEY", "is required with MODERATION=openai"],
  [{ CORS_ORIGINS: "https://app.example.com/" }, "CORS_ORIGINS", "must be origins exactly as browsers send them"],
  [{ TRUSTED_PROXIES: "everybody" }, "TRUSTED_PROXIES", "must be addresses or networks"],
  [{ TRUSTED_HOSTS: "http://files.example" }, "TRUSTED_HOSTS", "must be a list of host or host:port"],
  [{ FFMPEG_PATH: "ffmpeg" }, "FFMPEG_PATH", "must be an absolute path"],
  [{ LOG_LEVEL: "verbose" }, "LOG_LEVEL", "must be debug, info, warn, error or silent"],
  [{ DRY_RUN: "yes" }, "DRY_RUN", "must be 1 or 0"],
  [{ LABEL_PROFILE: "usa" }, "LABEL_PROFILE", "must be"],
];

/** What is written, and a part of what is said of it. */
const odd: readonly (readonly [Environment, string])[] = [
  [{ NODE_ENV: "prod" }, "NODE_ENV is prod, which means nothing here"],
  [
    { JWT_EXPIRES_IN: "7" },
    "JWT_EXPIRES_IN is a number alone, which counts seconds: everybody logs in again after 7 s; write 7d",
  ],
  [{ JWT_EXPIRES_IN: "30s" }, "JWT_EXPIRES_IN is 30 s"],
  [{ JWT_EXPIRES_IN: "3650d" }, "JWT_EXPIRES_IN is 3650 days"],
  [{ JWT_SECRET: "change-me-change-me-change-me-change-me" }, "JWT_SECRET looks like a word"],
  [{ JWT_SECRET: random, JWT_SECRET_ENCODED: random }, "JWT_SECRET_ENCODED is not read"],
  [{ DATA_DIR: '"data"' }, "DATA_DIR has quotation marks around its value"],
  [{ ...production, DRY_RUN: "1" }, "DRY_RUN is set in production"],
  [{ ...production, TEST_MODELS: "1" }, "TEST_MODELS is set in production"],
  [{ ...production, RATE_LIMIT_PER_MINUTE: "0" }, "RATE_LIMIT_PER_MINUTE is 0 in production"],
  [{ ...production, REGISTRATIONS_PER_HOUR: "0" }, "REGISTRATIONS_PER_HOUR is 0 in production"],
  [{ ...production, PUBLIC_URL: "" }, "PUBLIC_URL leads to this machine alone"],
  [{ ...production, PUBLIC_URL: "http://api.example.org" }, "PUBLIC_URL is http"],
  [{ ...production, CORS_ORIGINS: "http://app.example.org" }, "CORS_ORIGINS has http in production"],
  [{ ...production, TRUSTED_HOSTS: "127.0.0.1:9000" }, "TRUSTED_HOSTS opens addresses of your own network"],
  [{ HOST: "0.0.0.0" }, "HOST is every address of this machine, and PUBLIC_URL is not set"],
  [{ CALLBACK_URL: "http://api.example.org" }, "CALLBACK_URL is http"],
  [{ ...minio, ...minioKey, CDN_URL: "http://cdn.example.org" }, "CDN_URL is http"],
  [{ CDN_URL: "https://cdn.example.org" }, "CDN_URL is not used: files lie in a folder"],
  [{ TRUSTED_PROXIES: "0.0.0.0/0" }, "TRUSTED_PROXIES trusts everybody"],
  [{ DATA_DIR: "/tmp/dreams" }, "DATA_DIR lies in the folder for temporary files"],
  [{ S3_BUCKET: "films", S3_REGION: "eu-central-1" }, "S3_BUCKET, S3_REGION are not read: STORAGE_PROVIDER is folder"],
  [{ OSS_BUCKET: "films" }, "OSS_BUCKET is not read: STORAGE_PROVIDER is folder"],
  [{ TABLE_NAME: "dreams" }, "TABLE_NAME is not read: TABLE_PROVIDER is sqlite"],
  [{ DYNAMODB_REGION: "eu-central-1" }, "DYNAMODB_REGION is not read: TABLE_PROVIDER is sqlite"],
  [{ MAX_STORED_BYTES: "1000" }, "MAX_OUTPUT_BYTES is more than MAX_STORED_BYTES"],
  [{ LOG_LEVEL: "silent" }, "LOG_LEVEL is silent"],
  [{ TIMER_SECONDS: "900" }, "TIMER_SECONDS is 900"],
  [{ TABLE_PROVIDER: "dynamodb", DYNAMODB_REGION: "eu-central-1", LEASE_SECONDS: "1" }, "LEASE_SECONDS is 1"],
  [{ TEMP_TTL_HOURS: "0.5" }, "TEMP_TTL_HOURS is less than an hour"],
  [{ VIDEO_DEADLINE_SECONDS: "60" }, "VIDEO_DEADLINE_SECONDS is 60: vendors take longer"],
  [{ FFMPEG_PATH: "/nowhere/ffmpeg" }, "there is no ffmpeg, so no film is drawn"],
  [{ PRICES: '{"scetch":3}' }, "PRICES names scetch, which is not offered here: did you mean sketch?"],
  [
    { PRICES: '{"kling":0}', KLING_API_KEY: "k", KLING_SECRET_KEY: "s" },
    "PRICES makes kling free, and its vendor charges you",
  ],
  [
    { RUNWAY_BASE_URL: "https://runway.example.org" },
    "RUNWAY_BASE_URL is set, and RUNWAY_API_KEY is not: nobody is asked",
  ],
  [{ DRY_RUN: "1", STABILITY_API_KEY: "k" }, "DRY_RUN is set: nobody asks stability, whose keys are there"],
  [{ MODERATION_API_KEY: "k" }, "there is a key for checks of content, and MODERATION is none"],
];

test("there are more than 40 of them", () => {
  expect(wrong.length + odd.length).toBeGreaterThan(60);
});

describe("What cannot be taken", () => {
  test.each(wrong)("%j is a problem", async (environment, variable, said) => {
    const { problems, config } = await checkSettings({}, environment);
    expect(config).toBeNull();
    expect(problems).toContainEqual({ variable, message: expect.stringContaining(said) });
  });

  test("is told all at once: what is wrong hides neither what shows later nor what is odd", async () => {
    const environment = {
      ...{ PORT: "x", TRUSTED_HOSTS: "http://x", DEFAULT_VIDEO_PROVIDER: "nobody", KLING_API_KEY: "sk-1" },
      ...{ PRICES: '{"import":{"unit":"second","amount":1}}', STORAGE_PROVIDER: "s3", JWT_EXPIRES_IN: "7" },
    };
    const { problems, warnings } = await checkSettings({ WELCOME_CREDIT: "5" }, environment);
    const named = problems.map(({ variable }) => variable);
    expect(named).toEqual(
      expect.arrayContaining(["PORT", "TRUSTED_HOSTS", "KLING_SECRET_KEY", "S3_BUCKET", "S3_REGION"]),
    );
    expect(warnings.join("\n")).toMatch(
      /WELCOME_CREDIT, which nobody reads: did you mean WELCOME_CREDITS\?\n.*number alone/,
    );
    const again = await checkSettings({}, { TRUSTED_HOSTS: "http://x", DEFAULT_VIDEO_PROVIDER: "nobody" });
    expect(again.problems.map(({ variable }) => variable)).toEqual(["TRUSTED_HOSTS", "DEFAULT_VIDEO_PROVIDER"]);
  });
});

describe("What is taken and hardly meant", () => {
  test.each(odd)("%j is a warning", async (environment, said) => {
    const { problems, warnings, config } = await checkSettings({}, environment);
    expect([problems, config !== null]).toEqual([[], true]);
    expect(warnings).toContainEqual(expect.stringContaining(said));
  });

  test("is nothing of a plain production, nor of no settings at all", async () => {
    expect((await checkSettings({}, production)).warnings).toEqual([]);
    expect((await checkSettings({}, {})).warnings).toEqual([]);
  });
});

describe("Names that nobody reads", () => {
  test("are told of .env, with what may have been meant; those of tools are left alone", async () => {
    const file = {
      JWT_SECERT: random,
      KLING_APIKEY: "k",
      favourite: "blue",
      AWS_PROFILE: "me",
      LOG_PROJECT: "x",
      TZ: "UTC",
    };
    expect((await checkSettings(file, {})).warnings).toEqual([
      ".env has JWT_SECERT, which nobody reads: did you mean JWT_SECRET?",
      ".env has KLING_APIKEY, which nobody reads: did you mean KLING_API_KEY?",
      ".env has favourite, which nobody reads",
    ]);
  });

  test("are told of the environment only where they are all but one of ours", async () => {
    const environment = {
      WELCOME_CREDIT: "5",
      PATH: "/bin",
      LANG: "C",
      SHELL: "sh",
      HOSTNAME: "x",
      PORTS: "1",
      DISPLAY: ":0",
    };
    expect((await checkSettings({}, environment)).warnings).toEqual([
      "WELCOME_CREDIT is set, which nobody reads: did you mean WELCOME_CREDITS?",
    ]);
  });
});

test("no value of a secret is told, whatever is wrong with it", async () => {
  const secrets = {
    JWT_SECRET: "hunter2",
    KLING_API_KEY: "hunter2",
    OPENAI_BASE_URL: "hunter2",
    MODERATION_API_KEY: "hunter2",
  };
  const all = await checkSettings({ S3_SECRET_ACCESS_KEYS: "hunter2" }, { ...secrets, STORAGE_PROVIDER: "s3" });
  expect(all.problems.length).toBeGreaterThan(3);
  expect(JSON.stringify(all)).not.toContain("hunter2");
});

test.each([
  ["skecth", "sketch"],
  ["scetch", "sketch"],
  ["dashscoop", "dashscope"],
  ["abc", null],
  ["zebra", null],
])("%s is nearest to %s", (written, word) => {
  expect(nearest(written, ["sketch", "dashscope", "fal", "import"])).toBe(word);
});
