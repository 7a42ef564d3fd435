// The bucket that an OSS store needs, as the server is told to make it.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CreateOssBucketOptions, createOssBucket } from "../../shared/stores/oss/create-bucket.ts";
import { createOssStore } from "../../shared/stores/oss/store.ts";
import { runScript } from "../scripts/run-script.ts";
import type { OssServer } from "../servers/oss/server.ts";
import { account, optionsFor, startOssServerWithAccount } from "../servers/oss/starting.ts";
import { localhostNames } from "../servers/s3/localhost-names.ts";

let server: OssServer;

beforeEach(async () => {
  server = await startOssServerWithAccount();
  server.settings.isThere = false;
});
afterEach(() => server.close());

async function create(changes: Partial<CreateOssBucketOptions> = {}): Promise<string[]> {
  const { bucket, region, endpoint, isPathStyle } = optionsFor(server);
  const credentials = async () => account;
  const place = { bucket, region, endpoint, isPathStyle, credentials };
  const said: string[] = [];
  const say = (sentence: string) => void said.push(sentence);
  await createOssBucket({ ...place, corsOrigins: ["https://app.example.com"], ...changes }, { say });
  return said;
}

const shortened = (name: string) => (server.settings.configurations.get(name) ?? "").replaceAll(/>\s+</g, "><");

test("it is there, private, and a store works on it", async () => {
  await expect(createOssStore(optionsFor(server)).probe()).rejects.toThrow();
  await create();
  expect(server.settings).toMatchObject({ isThere: true, acl: "private" });
  await createOssStore(optionsFor(server)).probe();
});

test("temp objects expire, uploads that never ended are removed, and nothing else ever is", async () => {
  await create();
  const rules = [...shortened("lifecycle").matchAll(/<Rule>(.*?)<\/Rule>/g)].map(([, rule]) => rule);
  expect(rules).toHaveLength(2);
  expect(rules[0]).toContain("<Prefix>temp/</Prefix>");
  expect(rules[0]).toContain("<Expiration><Days>10</Days></Expiration>");
  expect(rules[1]).toMatch(/<Prefix><\/Prefix>|<Prefix\/>/);
  expect(rules[1]).toContain("<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>");
  expect(rules[1]).not.toContain("<Expiration>");
});

test("browsers may upload from the pages that are named, and from no other", async () => {
  await create({ corsOrigins: ["https://app.example.com", "http://localhost:5173"] });
  const origins = [...shortened("cors").matchAll(/<AllowedOrigin>(.*?)<\/AllowedOrigin>/g)].map(([, origin]) => origin);
  expect(origins).toEqual(["https://app.example.com", "http://localhost:5173"]);
  expect(shortened("cors")).toContain("<AllowedMethod>POST</AllowedMethod>");
  expect(shortened("cors")).not.toContain("<AllowedMethod>DELETE</AllowedMethod>");
});

test("without pages it lets no browser in", async () => {
  await create({ corsOrigins: [] });
  expect(server.settings.configurations.has("cors")).toBe(false);
});

test("the access of a bucket that is there stays as it is", async () => {
  server.settings.acl = "public-read";
  await create();
  expect(server.settings.acl).toBe("public-read");
});

test("what was done is said", async () => {
  const said = (await create()).join("\n");
  for (const word of [server.bucket, "temp/", "10 days", "https://app.example.com"]) expect(said).toContain(word);
});

test("doing it twice changes nothing", async () => {
  await create();
  const first = new Map(server.settings.configurations);
  await create();
  expect(server.settings.configurations).toEqual(first);
});

test("somebody else's bucket is refused", async () => {
  server.settings.isOthers = true;
  await expect(create()).rejects.toMatchObject({ type: "conflict" });
});

test.each(["Enabled", "Suspended"] as const)("a bucket with versions is refused: %s", async (versioning) => {
  server.settings.versioning = versioning;
  await expect(create()).rejects.toMatchObject({ type: "conflict" });
  expect(server.settings.configurations.size).toBe(0);
});

describe("npm run create-bucket", () => {
  const settings = () => ({
    STORAGE_PROVIDER: "oss",
    STORE_ACCESS: "private",
    OSS_BUCKET: server.bucket,
    OSS_REGION: server.region,
    OSS_ENDPOINT: server.url.replace("127.0.0.1", "localhost"),
    NODE_OPTIONS: localhostNames,
    OSS_ACCESS_KEY_ID: account.accessKeyId,
    OSS_ACCESS_KEY_SECRET: account.accessKeySecret,
    CORS_ORIGINS: "https://app.example.com",
  });

  test("makes the bucket that the settings name, and says so", async () => {
    const ran = await runScript("scripts/create-bucket.ts", [], "/nowhere", settings());
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(server.bucket);
    expect([...server.settings.configurations.keys()]).toEqual(["lifecycle", "cors"]);
  });

  test("says why it cannot, and tells no secret", async () => {
    server.settings.isOthers = true;
    const ran = await runScript("scripts/create-bucket.ts", [], "/nowhere", settings());
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("BucketAlreadyExists");
    expect(ran.stderr).not.toContain(account.accessKeySecret);
  });

  test("names the step that failed, goes on with the rest, and completes it when it is run again", async () => {
    server.settings.refuses = "lifecycle";
    const first = await runScript("scripts/create-bucket.ts", [], "/nowhere", settings());
    expect([first.code, [...server.settings.configurations.keys()]]).toEqual([1, ["cors"]]);
    expect(first.stderr).toContain("Failed: the expiry of temporary files: ");
    expect(first.stderr).toContain("AccessDenied");
    server.settings.refuses = "";
    const second = await runScript("scripts/create-bucket.ts", [], "/nowhere", settings());
    expect([second.code, second.stderr, server.settings.configurations.has("lifecycle")]).toEqual([0, "", true]);
  });
});
