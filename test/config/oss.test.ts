import { expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import type { ConfigError } from "../../shared/config/config-error.ts";

const needed = {
  STORAGE_PROVIDER: "oss",
  OSS_BUCKET: "my-bucket",
  OSS_REGION: "cn-hangzhou",
  OSS_ACCESS_KEY_ID: "LTAIkey",
  OSS_ACCESS_KEY_SECRET: "secret",
};

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return (error as ConfigError).problems.map(({ variable }) => variable);
  }
}

test("a bucket, its region and a key are enough", () => {
  expect(readConfig(needed).oss).toEqual({
    bucket: "my-bucket",
    region: "cn-hangzhou",
    isInternal: false,
    accessKeyId: "LTAIkey",
    accessKeySecret: "secret",
  });
});

test("every setting of the bucket is read", () => {
  const more = {
    OSS_INTERNAL: "true",
    OSS_CNAME: "https://files.example.com/",
    OSS_SECURITY_TOKEN: "token",
  };
  expect(readConfig({ ...needed, ...more }).oss).toMatchObject({
    isInternal: true,
    customDomain: "https://files.example.com",
    securityToken: "token",
  });
  for (const endpoint of ["https://oss-accelerate.aliyuncs.com", "http://localhost:9000"]) {
    expect(readConfig({ ...needed, OSS_ENDPOINT: endpoint }).oss?.endpoint).toBe(endpoint);
  }
});

test("all that lacks is named at once", () => {
  expect(problemsOf({ STORAGE_PROVIDER: "oss" })).toEqual([
    "OSS_BUCKET",
    "OSS_REGION",
    "OSS_ACCESS_KEY_ID",
    "OSS_ACCESS_KEY_SECRET",
  ]);
});

test.each([
  ["OSS_BUCKET", "My_Bucket"],
  ["OSS_BUCKET", "-bucket"],
  ["OSS_REGION", "hangzhou"],
  ["OSS_REGION", "https://oss-cn-hangzhou.aliyuncs.com"],
  ["OSS_ENDPOINT", "oss-cn-hangzhou.aliyuncs.com"],
  ["OSS_ENDPOINT", "http://127.0.0.1:9000"],
  ["OSS_ENDPOINT", "https://[::1]"],
  ["OSS_INTERNAL", "yes"],
  ["OSS_CNAME", "https://key:secret@files.example.com"],
])("%s cannot be %j", (variable, value) => {
  expect(problemsOf({ ...needed, [variable]: value })).toEqual([variable]);
});

test("an endpoint and the internal one are a contradiction", () => {
  const both = { ...needed, OSS_ENDPOINT: "https://oss-cn-hangzhou.aliyuncs.com", OSS_INTERNAL: "1" };
  expect(problemsOf(both)).toEqual(["OSS_ENDPOINT"]);
});

test("without OSS as the store nothing of it is asked for, and nothing is kept", () => {
  const { STORAGE_PROVIDER: _, ...others } = needed;
  expect(readConfig(others).oss).toBeNull();
});
