// The bucket as operators get it from `npm run create-bucket`, against a server that checks every request.
import { expect, test } from "vitest";
import { createS3Store } from "../../shared/stores/s3/store.ts";
import { runScript } from "../scripts/run-script.ts";
import { type S3Server, startS3Server, testKey } from "../servers/s3/server.ts";
import { connectionTo } from "./s3-fixture.ts";

const publicKey = "users/01890000-0000-7000-8000-000000000000/jobs/01890000-0000-7000-8000-000000000001/image-1-0.png";

function environment(server: S3Server, provider: string): Record<string, string> {
  return {
    STORAGE_PROVIDER: provider,
    STORE_ACCESS: "private",
    S3_BUCKET: server.bucketName,
    S3_REGION: server.region,
    // Another process does not know our names under localhost; by its address, the bucket stands in the path.
    S3_ENDPOINT: server.endpoint.replace("localhost", "127.0.0.1"),
    S3_ACCESS_KEY_ID: testKey.accessKeyId,
    S3_SECRET_ACCESS_KEY: testKey.secretAccessKey,
    CORS_ORIGINS: "https://app.example",
  };
}

const run = (settings: Record<string, string>) => runScript("scripts/create-bucket.ts", [], "/nonexistent", settings);

test("the script makes a public bucket with all that it needs, says so, and may be run again", async () => {
  const server = await startS3Server({ vendor: "aws", isEmpty: true });
  const settings = { ...environment(server, "s3"), STORE_ACCESS: "public" };
  const first = await run(settings);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toContain(`The bucket ${server.bucketName} was made.`);
  const made = new Map(server.bucket().settings);
  expect([...made.keys()].sort()).toEqual(["cors", "lifecycle", "policy", "publicAccessBlock"]);
  expect(made.get("lifecycle")).toMatch(/<Prefix>temp\/<\/Prefix>/);
  expect(made.get("lifecycle")).toMatch(/<AbortIncompleteMultipartUpload>/);
  expect(made.get("cors")).toContain("<AllowedOrigin>https://app.example</AllowedOrigin>");
  const second = await run(settings);
  expect(second.stdout).toContain("is there already");
  expect(server.bucket().settings).toEqual(made);

  const store = createS3Store({ ...connectionTo(server, "aws"), access: "public" });
  for (const key of [publicKey, "temp/outputs/1", "users/1/private/2"]) await store.put(key, Buffer.from("bytes"));
  const url = await store.url(publicKey);
  expect(url).toBe(`${server.endpoint.replace("//", `//${server.bucketName}.`)}/${publicKey}`);
  const picture = await fetch(url);
  expect([picture.status, picture.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  for (const key of ["temp/outputs/1", "users/1/private/2"]) {
    expect((await fetch(url.replace(publicKey, key))).status).toBe(403);
    expect((await fetch(await store.url(key))).status).toBe(200);
  }
  await server.close();
});

test.each(["r2", "minio", "qiniu"] as const)(
  "%s gets a private bucket, in sums that it understands",
  async (vendor) => {
    const server = await startS3Server({ vendor, isEmpty: true, region: vendor === "r2" ? "auto" : "us-east-1" });
    const { code, stderr } = await run(environment(server, vendor));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect([...server.bucket().settings.keys()].sort()).toEqual(["cors", "lifecycle"]);
    await server.close();
  },
);

test("the script says what the store refused", async () => {
  const server = await startS3Server({ vendor: "aws" });
  const wrong = { ...environment(server, "s3"), S3_SECRET_ACCESS_KEY: "another secret" };
  const { code, stderr } = await run(wrong);
  expect(code).toBe(1);
  expect(stderr).toContain("SignatureDoesNotMatch");
  expect(stderr).not.toContain("another secret");
  await server.close();
});

test("the script goes on without what a store does not know, says so, and that is no failure", async () => {
  const server = await startS3Server({ vendor: "minio", isEmpty: true, region: "us-east-1" });
  server.fail({
    operation: "PutBucketCors",
    times: 9,
    does: { status: 501, code: "NotImplemented", message: "no CORS" },
  });
  const { code, stdout, stderr } = await run(environment(server, "minio"));
  expect([code, [...server.bucket().settings.keys()]]).toEqual([0, ["lifecycle"]]);
  expect(stdout).toContain("was made.");
  expect(stderr).toContain("Left out: uploads from pages (CORS)");
  expect(stderr).toContain("NotImplemented: no CORS");
  await server.close();
});

test("the script names each step that failed, goes on with the rest, and completes it when it is run again", async () => {
  const server = await startS3Server({ vendor: "aws" });
  const denied = { status: 403, code: "AccessDenied", message: "User films is not authorized" };
  for (const operation of ["CreateBucket", "PutBucketLifecycleConfiguration"]) server.fail({ operation, does: denied });
  const settings = { ...environment(server, "s3"), STORE_ACCESS: "public" };
  const first = await run(settings);
  expect([first.code, [...server.bucket().settings.keys()].sort()]).toEqual([
    1,
    ["cors", "policy", "publicAccessBlock"],
  ]);
  expect(first.stdout.trimEnd().split("\n")).toHaveLength(2);
  for (const step of [`the bucket ${server.bucketName}`, "the expiry of temporary files"]) {
    expect(first.stderr).toContain(`Failed: ${step}: `);
  }
  expect(first.stderr).toContain("AccessDenied: User films is not authorized");
  expect(first.stderr).toContain("2 of 4 steps failed");
  const second = await run(settings);
  expect([second.code, second.stderr, server.bucket().settings.has("lifecycle")]).toEqual([0, "", true]);
  await server.close();
});

test("there is nothing to be made for a folder", async () => {
  const { code, stderr } = await run({ STORAGE_PROVIDER: "folder" });
  expect([code, stderr]).toEqual([1, expect.stringContaining("STORAGE_PROVIDER")]);
});
