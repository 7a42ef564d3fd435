// Operations on pictures, over HTTP: uploads, earlier outputs, addresses and data as inputs; quotes; what cannot be used is refused in words.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendForm } from "../uploads/sending.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Gallery, redirectTo, startGallery } from "./gallery.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User, until } from "./user.ts";

const operations = ["generate", "edit", "style_transfer", "background_removal", "color_enhancement"] as const;
const red = await sharp({ create: { width: 90, height: 60, channels: 3, background: { r: 230, g: 20, b: 20 } } })
  .png()
  .toBuffer();
const animated = await sharp({ create: { width: 4, height: 4, channels: 3, background: "teal" } })
  .gif()
  .toBuffer();
const nobodys = "01900000-0000-7000-8000-000000000001";
const size = "256x256";

let gallery: Gallery;
let inside: Gallery;
let product: Product;
let user: User;
let uploadId: string;
let earlier: ShownJob;

beforeAll(async () => {
  inside = await startGallery();
  gallery = await startGallery({
    "/red.png": (response) => response.end(red),
    "/moving.gif": (response) => response.end(animated),
    "/to-inside.png": redirectTo(`${inside.url}/lake.png`),
    "/to-metadata.png": redirectTo("http://169.254.169.254/latest/meta-data/"),
    "/to-file.png": redirectTo("file:///etc/passwd"),
  });
  product = await startProduct({
    environment: { TRUSTED_HOSTS: `127.0.0.1:${gallery.port}`, TIMER_SECONDS: "1", WELCOME_CREDITS: "1000" },
  });
  user = await product.register();
  uploadId = await upload(user, red);
  earlier = await follow(user, (await create(user, { prompt: "a lake", size })).id);
});
afterAll(() => Promise.all([product.close(), gallery.close(), inside.close()]));

async function upload(by: User, bytes: Uint8Array): Promise<string> {
  const json = { filename: "red.png", contentType: "image/png", size: bytes.length };
  const { body } = await by.call("POST", "/uploads", { json });
  expect((await sendForm(body.data.upload, bytes)).status).toBe(204);
  const ready = async () => (await by.call("GET", `/uploads/${body.data.uploadId}`)).body.data;
  await until(ready, ({ status }) => status === "ready");
  return body.data.uploadId;
}

async function make(json: object, path?: string): Promise<ShownJob> {
  return follow(user, (await create(user, { size, ...json }, path)).id);
}

/** How many pixels of a picture are of the input's red. */
async function redPixels(url: string): Promise<number> {
  const png = Buffer.from(await (await fetch(url)).arrayBuffer());
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect(`${info.width}x${info.height}`).toBe(size);
  let count = 0;
  for (let at = 0; at < data.length; at += 3)
    if (Number(data[at]) > 220 && Number(data[at + 1]) < 40 && Number(data[at + 2]) < 40) count++;
  return count;
}

async function refusal(json: object, path = "/ai/generate-image") {
  const { status, body } = await user.call("POST", path, { json });
  expect([status, body.error?.type]).toEqual([400, "invalid_request"]);
  return body.error.details as { path: string; message: string }[];
}

describe("an operation", () => {
  test.each(operations)("%s draws an upload, and its job says what was asked", async (operation) => {
    const words = operation === "generate" || operation === "edit" ? { prompt: "make it blue" } : {};
    const style = operation === "style_transfer" ? { style: "watercolour" } : {};
    const enhancement = operation === "color_enhancement" ? { enhancement: "vivid" } : {};
    const job = await make({ operation, ...words, ...style, ...enhancement, inputs: [{ uploadId }] });
    expect(job).toMatchObject({ status: "completed", operation, prompt: words.prompt ?? "", cost: 1 });
    expect(job.params).toEqual({ n: 1, size, inputs: [{ uploadId }], ...style, ...enhancement });
    expect(await redPixels(job.resultUrls[0])).toBeGreaterThan(3000);
  });

  test("takes an output of an earlier job, an address, and what comes with the request", async () => {
    const data = `data:image/png;base64,${red.toString("base64")}`;
    const inputs = [{ url: `${gallery.url}/red.png?once` }, { job_id: earlier.id, index: 0 }, { url: data }];
    const job = await make({ operation: "edit", prompt: "blue", n: 2, inputs });
    expect(job).toMatchObject({ status: "completed", cost: 2, attempts: 1 });
    expect(job.params.inputs).toEqual([inputs[0], { jobId: earlier.id, index: 0 }, { url: "data:image/png;base64,…" }]);
    expect(gallery.count("/red.png?once")).toBe(1);
    for (const url of job.resultUrls) expect(await redPixels(url)).toBeGreaterThan(3000);
  });

  test("of the same key is made once, and its picture fetched once", async () => {
    const json = { operation: "edit", prompt: "blue", size, inputs: [{ url: `${gallery.url}/red.png?key` }] };
    const call = () => user.call("POST", "/ai/generate-image", { json, headers: { "idempotency-key": "inputs" } });
    const first = (await call()).body.data;
    await follow(user, first.id);
    expect([(await call()).body.data.id, gallery.count("/red.png?key")]).toEqual([first.id, 1]);
  });

  test("moves in a video, too", async () => {
    const json = { prompt: "a wave", durationSec: 1, resolution: "480p", inputs: [{ uploadId }] };
    const job = await follow(user, (await create(user, json, "/ai/generate-video")).id);
    expect(job).toMatchObject({ status: "completed", outputs: [{ type: "video", contentType: "video/mp4" }] });
  });
});

describe("is refused with 400, in words:", () => {
  test.each<[string, object, string]>([
    ["an edit of nothing", { operation: "edit", prompt: "x" }, "inputs"],
    ["an edit without a prompt", { operation: "edit", inputs: [{ uploadId: nobodys }] }, "prompt"],
    ["a transfer without a style", { operation: "style_transfer", inputs: [{ uploadId: nobodys }] }, "style"],
    ["a style that nothing takes", { operation: "background_removal", style: "x" }, "style"],
    ["an enhancement that is no text", { prompt: "x", enhancement: 5 }, "enhancement"],
    ["an upload of nobody", { prompt: "x", inputs: [{ uploadId: nobodys }] }, "inputs.0.uploadId"],
    ["an id that is none", { prompt: "x", inputs: [{ uploadId: "../../etc" }] }, "inputs.0.uploadId"],
    ["a job of nobody", { prompt: "x", inputs: [{ jobId: nobodys, index: 0 }] }, "inputs.0.jobId"],
    ["an input of two kinds", { prompt: "x", inputs: [{ uploadId: nobodys, url: "https://example.com" }] }, "inputs.0"],
    ["six inputs", { prompt: "x", inputs: Array(6).fill({ uploadId: nobodys }) }, "inputs"],
    ["inputs beside an imageUrl", { imageUrl: "https://example.com/a.png", inputs: [] }, "inputs"],
    ["a file of another kind", { prompt: "x", inputs: [{ url: "data:text/html,<p>" }] }, "inputs.0.url"],
    [
      "an address too long",
      { prompt: "x", inputs: [{ url: `https://example.com/${"a".repeat(4096)}` }] },
      "inputs.0.url",
    ],
    ...[
      "http://127.0.0.1/a.png",
      "http://169.254.169.254/",
      "file:///etc/passwd",
      "http://u:p@example.com/",
      "http://[::1]/",
    ].map((url): [string, object, string] => [
      `the address ${url}`,
      { prompt: "x", inputs: [{ url }] },
      "inputs.0.url",
    ]),
  ])("%s", async (_, json, path) => {
    const details = await refusal(json);
    expect(details.map((detail) => detail.path)).toContain(path);
    expect(await refusal(json, "/ai/quote")).toEqual(details);
  });

  test("an output that is not there, one of a job that goes on, and what belongs to somebody else", async () => {
    const other = await product.register();
    const theirs = await upload(other, red);
    const video = await follow(
      user,
      (await create(user, { prompt: "x", durationSec: 1, resolution: "480p" }, "/ai/generate-video")).id,
    );
    const failed = await make({ prompt: "x", inputs: [{ url: `${gallery.url}/to-file.png` }] });
    const details = await refusal({
      prompt: "x",
      inputs: [
        { jobId: earlier.id, index: 3 },
        { jobId: failed.id, index: 0 },
        { jobId: video.id, index: 0 },
        { uploadId: theirs },
      ],
    });
    const paths = ["inputs.0.index", "inputs.1.jobId", "inputs.2.jobId", "inputs.3.uploadId"];
    expect(details.map(({ path }) => path)).toEqual(paths);
  });
});

describe("an input that leads elsewhere", () => {
  test.each(["/to-inside.png", "/to-metadata.png", "/to-file.png"])(
    "F40: fails the job at once, and nobody inside is spoken to: %s",
    async (path) => {
      const job = await make({ prompt: "x", inputs: [{ url: gallery.url + path }] });
      expect(job).toMatchObject({ status: "failed", attempts: 1, error: { type: "fetch_refused", retryable: false } });
      expect(job.error.message).not.toMatch(/127\.0\.0\.1|169\.254|https?:/);
      expect(inside.connections()).toBe(0);
    },
  );

  test("to something else than a picture fails it, in words; only what may be another time is tried three times", async () => {
    const paths = ["/page.png", "/cut.png", "/drawing.png", "/clip.mp4", "/moving.gif", "/nowhere.png"];
    const inputs = (path: string) => [{ uploadId }, { url: gallery.url + path }];
    const jobs = await Promise.all(paths.map((path) => make({ prompt: "x", inputs: inputs(path) })));
    expect(jobs.map(({ status, attempts, error }) => `${status} ${attempts} ${error.type}`)).toEqual([
      "failed 1 invalid_output",
      "failed 3 invalid_output",
      "failed 1 invalid_output",
      "failed 1 invalid_output",
      "failed 1 invalid_output",
      "failed 1 fetch_failed",
    ]);
    for (const { error } of jobs) expect(error.message).toMatch(/^Input 2: .{10}/);
  });
});

describe("a quote", () => {
  const quote = (json: object) => user.call("POST", "/ai/quote", { json });

  test("is what the job then costs, and makes nothing", async () => {
    const before = (await user.call("GET", "/jobs")).body.data.total;
    const { balance } = await creditsOf(user);
    const { status, body } = await quote({ prompt: "x", n: 3, inputs: [{ uploadId }] });
    expect([status, body.data]).toEqual([200, { price: 3, balance, provider: "sketch", model: "sketch" }]);
    expect((await quote({ type: "video", prompt: "x", ratio: "1:1" })).body.data.price).toBe(5);
    expect((await quote({ prompt: "x", dryRun: true })).body.data.price).toBe(0);
    expect((await quote({ imageUrl: "https://example.com/a.png" })).body.data).toMatchObject({
      price: 0,
      provider: "import",
    });
    expect([(await user.call("GET", "/jobs")).body.data.total, await creditsOf(user)]).toEqual([
      before,
      { ...(await creditsOf(user)), balance },
    ]);
    expect((await make({ prompt: "x", n: 3, inputs: [{ uploadId }] })).cost).toBe(3);
  });

  test("knows of each type only what belongs to it", async () => {
    const paths = async (json: object) => (await refusal(json, "/ai/quote")).map(({ path }) => path);
    expect(await paths({ prompt: "x", durationSec: 5 })).toEqual(["durationSec"]);
    expect(await paths({ type: "video", prompt: "x", size: "64x64" })).toEqual(["size"]);
    expect(await paths({ type: "sound", prompt: "x" })).toEqual(["type"]);
    expect(await paths({ type: "video" })).toEqual(["prompt"]);
  });
});

test("the books are right, and what was only brought in for a job that is over has gone", async () => {
  await checkLedger(user);
  const kept = async () => (await product.files()).filter((file) => file.includes("input"));
  expect(await until(kept, (files) => files.length === 0)).toEqual([]);
});
