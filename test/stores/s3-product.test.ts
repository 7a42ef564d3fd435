// The whole product on one machine with its objects in a bucket: a job is asked for, made, kept in the bucket and read from there.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import { create, follow, until } from "../api/user.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type S3Server, startS3Server, testKey } from "../servers/s3/server.ts";

let product: Product | null = null;
let server: S3Server | null = null;

afterEach(async () => {
  await product?.close();
  await server?.close();
  [product, server] = [null, null];
});

async function start() {
  server = await startS3Server({ vendor: "aws" });
  const environment = {
    STORAGE_PROVIDER: "s3",
    STORE_ACCESS: "private",
    S3_BUCKET: server.bucketName,
    S3_REGION: server.region,
    S3_ENDPOINT: server.endpoint,
    S3_ACCESS_KEY_ID: testKey.accessKeyId,
    S3_SECRET_ACCESS_KEY: testKey.secretAccessKey,
    TIMER_SECONDS: "3600",
  };
  product = await startProduct({ environment });
  return { server, product };
}

test("a job is completed in the bucket at once, without the timer: the process hears of the tickets that it put", async () => {
  const { server, product } = await start();
  const user = await product.register();
  const job = await follow(user, (await create(user, { prompt: "a lake at dawn", size: "64x64" })).id);
  expect(job).toMatchObject({ status: "completed", error: null });
  const [output] = job.outputs;
  expect(new URL(output.url).host).toBe(`${server.bucketName}.${new URL(server.endpoint).host}`);
  const picture = await fetch(output.url);
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
  const sum = createHash("sha256")
    .update(Buffer.from(await picture.arrayBuffer()))
    .digest("hex");
  expect(sum).toBe(output.sha256);
  expect(await product.files()).toEqual([]);
});

test("a file that was sent straight to the bucket, of which nobody heard, is found at the next start", async () => {
  const { product } = await start();
  const user = await product.register();
  const json = { filename: "picture.png", contentType: "image/png", size: tinyPng.length };
  const { body } = await user.call("POST", "/uploads", { json });
  const { upload, uploadId } = body.data;
  const send = async () => {
    const sent = await fetch(upload.url, { method: "PUT", headers: upload.headers, body: new Uint8Array(tinyPng) });
    expect([upload.method, sent.status]).toEqual(["PUT", 200]);
  };
  await product.restart({ between: send });
  const read = async () => (await user.call("GET", `/uploads/${uploadId}`)).body.data;
  const ready = await until(read, ({ status }) => status !== "pending");
  expect(ready.status).toBe("ready");
  expect((await fetch(ready.url)).status).toBe(200);
});

test("the SDK is loaded for a store that needs it, and for no other", async () => {
  const script = `
    import { registerHooks } from "node:module";
    const loaded = new Set();
    registerHooks({ resolve: (name, context, next) => { loaded.add(name); return next(name, context); } });
    const { readConfig } = await import("./shared/config/config.ts");
    const { openRuntime } = await import("./shared/runtime/open-runtime.ts");
    const runtime = await openRuntime(readConfig(process.env), { publicUrl: "http://127.0.0.1:1" });
    await runtime.close();
    console.log(loaded.has("@aws-sdk/client-s3"));`;
  const loads = async (environment: Record<string, string>) => {
    const dataDir = await mkdtemp(join(tmpdir(), "loaded-"));
    const env = { PATH: process.env.PATH, DATA_DIR: dataDir, LOG_LEVEL: "silent", ...environment };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
    await rm(dataDir, { recursive: true });
    return stdout.trim();
  };
  const bucket = { STORAGE_PROVIDER: "s3", STORE_ACCESS: "private", S3_BUCKET: "films", S3_REGION: "eu-central-1" };
  expect([await loads({}), await loads(bucket)]).toEqual(["false", "true"]);
});
