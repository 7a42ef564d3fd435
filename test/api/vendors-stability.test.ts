// Stability in the whole product: from a request over HTTP to a kept file, at once or by a task; what it refuses is given back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type StabilityServer, stabilityError, startStabilityServer } from "../servers/stability/server.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, follow, type ShownJob, type User, until } from "./user.ts";

describe("stability in the whole product", () => {
  let vendor: StabilityServer;
  let product: Product;
  let user: User;
  beforeAll(async () => {
    vendor = await startStabilityServer();
    const environment = {
      // What is kept is compared byte for byte.
      LABEL_PROFILE: "none",
      ...{ STABILITY_API_KEY: vendor.key, STABILITY_BASE_URL: vendor.url, TRUSTED_HOSTS: vendor.host },
      ...{ WELCOME_CREDITS: "1000", TIMER_SECONDS: "1" },
    };
    product = await startProduct({ environment });
    user = await product.register();
  });
  afterAll(async () => {
    await product.close();
    await vendor[Symbol.asyncDispose]();
  });

  const begin = (fields: object = {}) => create(user, { prompt: "A quince", provider: "stability", ...fields });
  const generate = async (fields: object = {}): Promise<ShownJob> => follow(user, (await begin(fields)).id);

  async function bookings(jobId: string): Promise<string[]> {
    const { lines } = await checkLedger(user);
    return lines
      .filter((line) => line.jobId === jobId)
      .map(({ type, amount }) => `${type} ${amount}`)
      .toReversed();
  }

  async function expectKept({ outputs }: ShownJob): Promise<void> {
    expect(outputs).toHaveLength(1);
    const file = await fetch(outputs[0].url);
    expect([file.status, file.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect(Buffer.from(await file.arrayBuffer()).equals(tinyPng)).toBe(true);
    expect((await product.files()).filter((path) => path.startsWith("temp/outputs/"))).toEqual([]);
  }

  it("a picture is kept out of the answer itself, and charged once", async () => {
    const job = await generate({ size: "1344x768", seed: 7 });
    expect(job).toMatchObject({ status: "completed", model: "stable-image-core", cost: 6, attempts: 1 });
    await expectKept(job);
    expect(vendor.orders.at(-1)?.fields).toMatchObject({ aspect_ratio: "16:9", seed: "7" });
    expect([vendor.count("start"), await bookings(job.id)]).toEqual([1, ["charge -6"]]);
  });

  it("a task is followed until its picture is there, and asked about as seldom as the vendor wants it", async () => {
    const picture = Buffer.from(await sharpPng()).toString("base64");
    const job = await begin({
      ...{ model: "replace-background-and-relight", operation: "edit", prompt: "A beach" },
      inputs: [{ url: `data:image/png;base64,${picture}` }],
    });
    await until(
      async () => vendor.tasks.size,
      (tasks) => tasks > 0,
    );
    vendor.finishAll();
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "completed", cost: 16, attempts: 1 });
    await expectKept(done);
    // One question, and one for the picture.
    expect(vendor.count("check")).toBe(2);
    expect(await bookings(job.id)).toEqual(["charge -16"]);
  });

  it("a blurred picture is a refusal: given back, not asked for again, and its charge is the operator's to see", async () => {
    const starts = vendor.count("start");
    vendor.filterNext();
    const job = await generate();
    expect(job).toMatchObject({ status: "failed", error: { type: "moderation_blocked", retryable: false } });
    expect([vendor.count("start") - starts, await bookings(job.id)]).toEqual([1, ["charge -6", "refund 6"]]);
    const item = await product.runtime.table.get({ partition: `user#${user.userId}`, sort: `job#${job.id}` });
    expect(item?.data.providerCost).toEqual({ USD: 0.03 });
  });

  it("an account without credits ends the job, and an answer that is cut is uncertain: both are given back", async () => {
    const starts = vendor.count("start");
    vendor.refuse(stabilityError(402, "payment_required", ["You lack sufficient credits to make this request."]));
    const unpaid = await generate();
    expect(unpaid).toMatchObject({ status: "failed", error: { type: "provider_error", retryable: false } });
    vendor.trouble("start", { when: "after", what: "cut body" });
    const cut = await generate();
    expect(cut).toMatchObject({ status: "failed", error: { type: "provider_unknown" } });
    expect([vendor.count("start") - starts, await bookings(cut.id)]).toEqual([2, ["charge -6", "refund 6"]]);
    expect((await product.files()).filter((path) => path.startsWith("temp/outputs/"))).toEqual([]);
  });

  it("several pictures at once, and a style transfer without a picture of the style, are refused with 400", async () => {
    const url = `data:image/png;base64,${Buffer.from(await sharpPng()).toString("base64")}`;
    for (const [path, fields] of [
      ["n", { n: 2 }],
      ["inputs", { model: "style-transfer", operation: "style_transfer", inputs: [{ url }] }],
      ["size", { size: "1000x1000" }],
    ] as const) {
      const json = { prompt: "A quince", provider: "stability", ...fields };
      const { status, body } = await user.call("POST", "/ai/generate-image", { json });
      expect([status, body.error.details[0].path]).toEqual([400, path]);
    }
  });
});

/** Large enough for the vendor. */
async function sharpPng(): Promise<Buffer> {
  const { default: sharp } = await import("sharp");
  return sharp({ create: { width: 64, height: 64, channels: 3, background: "#c8a040" } })
    .png()
    .toBuffer();
}
