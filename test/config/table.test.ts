import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";

const tablestore = {
  TABLE_PROVIDER: "tablestore",
  TABLESTORE_ENDPOINT: "https://dreams.cn-hangzhou.ots.aliyuncs.com/",
  TABLESTORE_INSTANCE: "dreams",
  TABLESTORE_ACCESS_KEY_ID: "id",
  TABLESTORE_ACCESS_KEY_SECRET: "secret",
};

test("without a word the table is a file", () => {
  expect(readConfig({}).table).toEqual({ provider: "sqlite" });
  expect(readConfig({ TABLESTORE_INSTANCE: "dreams", AWS_REGION: "eu-central-1" }).table).toEqual({
    provider: "sqlite",
  });
});

test("Tablestore is reached at its endpoint, with or without a token", () => {
  const expected = {
    provider: "tablestore",
    endpoint: "https://dreams.cn-hangzhou.ots.aliyuncs.com",
    instance: "dreams",
    tableName: "dream_factory",
    accessKeyId: "id",
    accessKeySecret: "secret",
    securityToken: null,
  };
  expect(readConfig(tablestore).table).toEqual(expected);
  const more = { ...tablestore, TABLESTORE_SECURITY_TOKEN: "token", TABLE_NAME: "other" };
  expect(readConfig(more).table).toEqual({ ...expected, securityToken: "token", tableName: "other" });
});

test("DynamoDB's region is its own or AWS's, and its endpoint the region's", () => {
  const dynamodb = { TABLE_PROVIDER: "dynamodb", AWS_REGION: "eu-central-1" };
  const nowhere = { accessKeyId: null, accessKeySecret: null, securityToken: null };
  const expected = {
    ...nowhere,
    provider: "dynamodb",
    region: "eu-central-1",
    endpoint: null,
    tableName: "dream_factory",
  };
  expect(readConfig(dynamodb).table).toEqual(expected);
  const more = { ...dynamodb, DYNAMODB_REGION: "us-east-1", DYNAMODB_ENDPOINT: "http://127.0.0.1:8000" };
  expect(readConfig(more).table).toEqual({ ...expected, region: "us-east-1", endpoint: "http://127.0.0.1:8000" });
});

describe("each missing setting is named", () => {
  test.each(Object.keys(tablestore).slice(1))("%s", (missing) => {
    expect(problemsOf({ ...tablestore, [missing]: "" })).toEqual([
      [missing, expect.stringMatching(/^is required with TABLE_PROVIDER=tablestore: /)],
    ]);
  });

  test("all at once", () => {
    expect(problemsOf({ TABLE_PROVIDER: "tablestore" }).map(([variable]) => variable)).toEqual(
      Object.keys(tablestore).slice(1),
    );
  });

  test("DynamoDB's region", () => {
    expect(problemsOf({ TABLE_PROVIDER: "dynamodb" })).toEqual([["DYNAMODB_REGION", expect.any(String)]]);
  });
});

function problemsOf(environment: Record<string, string>): [string, string][] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, message }) => [variable, message]);
  }
}
