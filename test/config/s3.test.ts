import { expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";

const key = { S3_ACCESS_KEY_ID: "AKIAEXAMPLE", S3_SECRET_ACCESS_KEY: "wJalrXUtnFEMI" };

test("Amazon's store needs a bucket and a region; its key may be searched for by the SDK", () => {
  const { s3, storage } = readConfig({ STORAGE_PROVIDER: "s3", S3_BUCKET: "films", S3_REGION: "eu-central-1" });
  expect(storage).toBe("s3");
  expect(s3).toEqual({
    provider: "s3",
    bucket: "films",
    region: "eu-central-1",
    endpoint: undefined,
    credentials: undefined,
  });
});

test("a key is read with its session token", () => {
  const given = { STORAGE_PROVIDER: "s3", S3_BUCKET: "films", S3_REGION: "eu-central-1", S3_SESSION_TOKEN: "token" };
  expect(readConfig({ ...given, ...key }).s3?.credentials).toEqual({
    accessKeyId: "AKIAEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI",
    sessionToken: "token",
  });
});

test.each([
  ["s3", ["S3_BUCKET", "S3_REGION"]],
  ["r2", ["S3_BUCKET", "S3_ENDPOINT", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "CDN_URL"]],
  ["minio", ["S3_BUCKET", "S3_ENDPOINT", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]],
  ["cos", ["S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]],
  ["qiniu", ["S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "CDN_URL"]],
])("STORAGE_PROVIDER=%s names everything that is missing", (STORAGE_PROVIDER, variables) => {
  expect(problemsOf({ STORAGE_PROVIDER })).toEqual(variables);
});

test("half a key is no key", () => {
  const given = { STORAGE_PROVIDER: "s3", S3_BUCKET: "films", S3_REGION: "eu-central-1" };
  expect(problemsOf({ ...given, S3_ACCESS_KEY_ID: "AKIAEXAMPLE" })).toEqual(["S3_SECRET_ACCESS_KEY"]);
});

test("a store without a public endpoint says where it is read, unless it is private", () => {
  const given = {
    STORAGE_PROVIDER: "r2",
    S3_BUCKET: "films",
    S3_ENDPOINT: "https://a.example",
    ...key,
  };
  expect(problemsOf(given)).toEqual(["CDN_URL"]);
  expect(problemsOf({ ...given, STORE_ACCESS: "private" })).toEqual([]);
  expect(readConfig({ ...given, CDN_URL: "https://cdn.example/" })).toMatchObject({
    storeAccess: "public",
    cdnUrl: "https://cdn.example",
  });
});

test("what is set for a store that is not named is of no matter", () => {
  expect(readConfig({ S3_BUCKET: "films" }).s3).toBeNull();
});

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable);
    throw error;
  }
  return [];
}
