// What follows from PLATFORM: a deployed function is told little, and the rest is the platform's.
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";

const JWT_SECRET = "a secret of at least thirty-two bytes";
const keys = { AWS_ACCESS_KEY_ID: "ASIA", AWS_SECRET_ACCESS_KEY: "lambda", AWS_SESSION_TOKEN: "token" };
const aws = { PLATFORM: "aws", JWT_SECRET, S3_BUCKET: "dreams", AWS_REGION: "eu-central-1", ...keys };
const aliyun = {
  PLATFORM: "aliyun",
  JWT_SECRET,
  OSS_BUCKET: "dreams",
  OSS_REGION: "cn-hangzhou",
  TABLESTORE_ENDPOINT: "https://dreams.cn-hangzhou.vpc.tablestore.aliyuncs.com",
  TABLESTORE_INSTANCE: "dreams",
};

test("on Lambda the store is S3 and the table DynamoDB, in Lambda's region and with its role's keys", () => {
  const { platform, storage, s3, table } = readConfig(aws);
  expect([platform, storage, table.provider]).toEqual(["aws", "s3", "dynamodb"]);
  const credentials = { accessKeyId: "ASIA", secretAccessKey: "lambda", sessionToken: "token" };
  expect(s3).toMatchObject({ bucket: "dreams", region: "eu-central-1", credentials });
  expect(table).toMatchObject({ region: "eu-central-1" });
});

test("on Function Compute the store is OSS and the table Tablestore, without keys: those come with each request", () => {
  const config = readConfig(aliyun);
  expect([config.platform, config.storage, config.table.provider]).toEqual(["aliyun", "oss", "tablestore"]);
  expect(config.oss).toMatchObject({ bucket: "dreams", accessKeyId: undefined, accessKeySecret: undefined });
  expect(config.table).toMatchObject({ accessKeyId: null, accessKeySecret: null });
  expect([config.host, config.port]).toEqual(["0.0.0.0", 9000]);
  expect(config.trustedProxies).toContain("10.0.0.0/8");
});

test("a table has a hyphen in its name only where its cloud takes that", () => {
  expect(readConfig({ ...aws, TABLE_NAME: "dream_factory_pre-prod" }).table).toMatchObject({
    tableName: "dream_factory_pre-prod",
  });
  expect(variables({ ...aliyun, TABLE_NAME: "dream_factory_pre-prod" })).toEqual(["TABLE_NAME"]);
});

test("what is written goes before what the platform implies", () => {
  expect(readConfig({ ...aliyun, PORT: "8080", TRUSTED_PROXIES: "203.0.113.7" })).toMatchObject({
    port: 8080,
    trustedProxies: ["203.0.113.7"],
  });
  const own = { S3_REGION: "us-east-1", S3_ACCESS_KEY_ID: "own", S3_SECRET_ACCESS_KEY: "own secret" };
  const credentials = { accessKeyId: "own", secretAccessKey: "own secret", sessionToken: undefined };
  expect(readConfig({ ...aws, ...own }).s3).toMatchObject({ region: "us-east-1", credentials });
});

test("another vendor's store on Lambda is never given the role's keys", () => {
  expect(variables({ ...aws, STORAGE_PROVIDER: "r2", S3_ENDPOINT: "https://1.r2.cloudflarestorage.com" })).toEqual([
    "S3_ACCESS_KEY_ID",
    "S3_SECRET_ACCESS_KEY",
    "CDN_URL",
  ]);
});

describe.each([
  ["aws", aws],
  ["aliyun", aliyun],
])("%s", (_name, environment) => {
  test("never starts without a secret", () => {
    expect(variables({ ...environment, JWT_SECRET: "" })).toEqual(["JWT_SECRET"]);
  });

  test("refuses a store and a table that would be lost with the instance", () => {
    expect(variables({ ...environment, STORAGE_PROVIDER: "folder", TABLE_PROVIDER: "sqlite" })).toEqual([
      "STORAGE_PROVIDER",
      "TABLE_PROVIDER",
    ]);
  });
});

test.each(["OSS_ACCESS_KEY", "TABLESTORE_ACCESS_KEY"])("half of a key on Function Compute is refused: %s", (name) => {
  expect(variables({ ...aliyun, [`${name}_ID`]: "half" })).toEqual([`${name}_SECRET`]);
});

function variables(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable);
    throw error;
  }
  return [];
}
