// Uploads on one machine whose files lie in a bucket: nobody tells the process what was sent there, so whoever asks looks.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import type { ShownJob, User } from "../api/user.ts";
import { type PairName, pairs } from "../clouds/pairs.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { noise } from "../media/media-samples.ts";
import { useLocalhostNames } from "../servers/s3/localhost-names.ts";
import { send } from "./sending.ts";

const png = await noise(4).png().toBuffer();
const stores: [store: string, pair: PairName][] = [
  ["S3", "s3 + dynamodb"],
  ["OSS", "oss + tablestore"],
];

describe.each(stores)("with the files in %s", (_store, pair) => {
  let cloud: Awaited<ReturnType<(typeof pairs)[PairName]>>;
  let product: Product;
  let user: User;
  const forgetNames = useLocalhostNames();

  beforeAll(async () => {
    cloud = await pairs[pair]();
    const ofStore = Object.entries(cloud.environment).filter(([name]) => /^(STOR|S3_|OSS_)/.test(name));
    // The timers fire once, at the start: nothing but an ask finds what is sent later.
    product = await startProduct({ environment: { ...Object.fromEntries(ofStore), TIMER_SECONDS: "3600" } });
    user = await product.register();
  });
  afterAll(async () => {
    await product.close();
    await cloud.close();
    forgetNames();
  });

  async function announce(bytes: Uint8Array = png): Promise<ShownJob> {
    const json = { filename: "lake.png", contentType: "image/png", size: bytes.length };
    return (await user.call("POST", "/uploads", { json })).body.data;
  }
  const ask = async (id: string): Promise<ShownJob> => (await user.call("GET", `/uploads/${id}`)).body.data;

  test("an upload is ready when it is asked for after it was sent, by the first who asks", async () => {
    const { uploadId, upload } = await announce();
    expect((await send(upload, png)).ok).toBe(true);
    expect(await ask(uploadId)).toEqual({ uploadId, status: "ready", url: expect.stringContaining(uploadId) });
  });

  test("also when somebody has asked before, and others ask at the same time", async () => {
    const { uploadId, upload } = await announce();
    expect(await ask(uploadId)).toEqual({ uploadId, status: "pending" });
    await send(upload, png);
    const told = await Promise.all([ask(uploadId), ask(uploadId), ask(uploadId)]);
    expect(told.map(({ status }) => status)).toEqual(["ready", "ready", "ready"]);
  });

  test("what is no picture is rejected when it is asked for", async () => {
    const { uploadId, upload } = await announce(Buffer.alloc(tinyPng.length));
    await send(upload, Buffer.alloc(tinyPng.length));
    expect(await ask(uploadId)).toMatchObject({ uploadId, status: "rejected" });
  });

  test("an upload that nobody has asked for is taken as an input right after it was sent", async () => {
    const { uploadId, upload } = await announce();
    await send(upload, png);
    const json = { prompt: "at night", operation: "edit", inputs: [{ uploadId }], dryRun: true };
    const { status, body } = await user.call("POST", "/ai/generate-image", { json });
    expect([status, body.message]).toEqual([202, "success"]);
  });
});
