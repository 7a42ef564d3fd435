// OpenAI in the whole product: from a request over HTTP to kept files; what it refuses costs nothing, what breaks off is not asked twice.
import { createHash } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OpenaiError } from "../servers/openai/asked.ts";
import { type OpenaiServer, startOpenaiServer } from "../servers/openai/server.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User } from "./user.ts";

describe("openai in the whole product", () => {
  let vendor: OpenaiServer;
  let product: Product;
  let user: User;
  beforeAll(async () => {
    vendor = await startOpenaiServer();
    vendor.picture = await sharp({ create: { width: 96, height: 64, channels: 3, background: "#c8a040" } })
      .png()
      .toBuffer();
    const environment = {
      // What is kept is compared byte for byte.
      LABEL_PROFILE: "none",
      ...{ OPENAI_API_KEY: vendor.key, OPENAI_BASE_URL: vendor.baseUrl, TRUSTED_HOSTS: vendor.host },
      ...{ WELCOME_CREDITS: "1000", TIMER_SECONDS: "1" },
    };
    product = await startProduct({ environment });
    user = await product.register();
  });
  afterAll(async () => {
    await product.close();
    await vendor[Symbol.asyncDispose]();
  });

  async function generate(fields: object = {}): Promise<ShownJob> {
    const { id } = await create(user, { prompt: "A quince", provider: "openai", ...fields });
    return follow(user, id);
  }

  /** What the job has moved in the ledger, oldest first. */
  async function bookings(jobId: string): Promise<string[]> {
    const { lines } = await checkLedger(user);
    return lines
      .filter((line) => line.jobId === jobId)
      .map(({ type, amount }) => `${type} ${amount}`)
      .toReversed();
  }

  async function expectKept({ outputs }: ShownJob, count: number): Promise<void> {
    expect(outputs).toHaveLength(count);
    const sha256 = createHash("sha256").update(vendor.picture).digest("hex");
    for (const output of outputs) {
      const file = await fetch(output.url);
      expect([file.status, file.headers.get("content-type")]).toEqual([200, "image/png"]);
      expect(Buffer.from(await file.arrayBuffer()).equals(vendor.picture)).toBe(true);
      expect(output).toMatchObject({ sha256, width: 96, height: 64 });
    }
    expect((await product.files()).filter((path) => path.startsWith("temp/outputs/"))).toEqual([]);
  }

  it("pictures are kept out of the answer itself, byte for byte, and paid for by their quality", async () => {
    const before = await creditsOf(user);
    const job = await generate({ n: 2, quality: "low", size: "1536x1024" });
    expect(job).toMatchObject({ status: "completed", provider: "openai", model: "gpt-image-2", cost: 4, attempts: 1 });
    await expectKept(job, 2);
    expect(vendor.asked.at(-1)?.fields).toMatchObject({ n: 2, quality: "low", size: "1536x1024" });
    expect(await bookings(job.id)).toEqual(["charge -4"]);
    expect((await creditsOf(user)).balance).toBe(before.balance - 4);
  });

  it("without a quality it is the one that was priced", async () => {
    const job = await generate();
    expect([job.status, job.cost, vendor.asked.at(-1)?.fields.quality]).toEqual(["completed", 11, "medium"]);
  });

  it("an output is edited by its bytes, and its background removed by a model that can", async () => {
    const first = await generate({ model: "gpt-image-2.5-flare", quality: "low" });
    const inputs = [{ jobId: first.id, index: 0 }];
    const edited = await generate({ operation: "edit", prompt: "In the rain", quality: "low", inputs });
    expect(edited).toMatchObject({ status: "completed", model: "gpt-image-2", operation: "edit" });
    expect(vendor.asked.at(-1)?.pictures[0]?.bytes.equals(vendor.picture)).toBe(true);
    const cutOut = await generate({ operation: "background_removal", prompt: undefined, quality: "low", inputs });
    expect(cutOut).toMatchObject({ status: "completed", model: "gpt-image-2.5-flare" });
    expect(vendor.asked.at(-1)?.fields).toMatchObject({ background: "transparent", output_format: "png" });
  });

  it("what it refuses is given back whole, and not asked for again", async () => {
    const starts = vendor.count("start");
    vendor.refuse(new OpenaiError(400, "Rejected by the safety system.", { code: "moderation_blocked" }));
    const job = await generate({ quality: "low" });
    expect(job).toMatchObject({ status: "failed", error: { type: "moderation_blocked", retryable: false } });
    expect([vendor.count("start") - starts, await bookings(job.id)]).toEqual([1, ["charge -2", "refund 2"]]);
    vendor.refuse({ status: 200, body: { created: 1, data: [] } });
    const silent = await generate({ quality: "low" });
    expect([silent.error.type, vendor.count("start") - starts]).toEqual(["moderation_blocked", 2]);
  });

  it("an answer that is lost is not asked for again: uncertain, and given back", async () => {
    const starts = vendor.count("start");
    vendor.trouble("start", { when: "after", what: "cut" });
    const job = await generate({ quality: "low" });
    expect(job).toMatchObject({ status: "failed", error: { type: "provider_unknown" } });
    expect([vendor.count("start") - starts, await bookings(job.id)]).toEqual([1, ["charge -2", "refund 2"]]);
  });

  it("an answer that is cut in its second picture gives the first one, for its price", async () => {
    const starts = vendor.count("start");
    const b64_json = Buffer.from(vendor.picture).toString("base64");
    const whole = JSON.stringify({ created: 1, data: [{ b64_json }, { b64_json }] });
    vendor.refuse({ status: 200, body: whole.slice(0, -40) });
    const job = await generate({ n: 2, quality: "low" });
    expect(job).toMatchObject({ status: "completed", cost: 2 });
    await expectKept(job, 1);
    expect([vendor.count("start") - starts, await bookings(job.id)]).toEqual([1, ["charge -4", "refund 2"]]);
  });

  it("of two pictures of which one is missing without a word the other one is kept and paid, and nothing is asked again", async () => {
    const starts = vendor.count("start");
    vendor.refuse({ status: 200, body: { data: [{}, { b64_json: Buffer.from(vendor.picture).toString("base64") }] } });
    const job = await generate({ n: 2, quality: "low" });
    expect(job).toMatchObject({ status: "completed", cost: 2, attempts: 1 });
    await expectKept(job, 1);
    expect([vendor.count("start") - starts, await bookings(job.id)]).toEqual([1, ["charge -4", "refund 2"]]);
  });

  it("pictures behind URLs of a gateway are fetched", async () => {
    vendor.useUrls();
    const job = await generate({ n: 2, quality: "low" });
    expect(job.status).toBe("completed");
    await expectKept(job, 2);
  });

  it("a seed, and a size that its models do not make, are refused with 400", async () => {
    for (const [field, value] of [
      ["seed", 7],
      ["size", "1000x1000"],
      ["quality", "best"],
    ]) {
      const json = { prompt: "A quince", provider: "openai", [String(field)]: value };
      const { status, body } = await user.call("POST", "/ai/generate-image", { json });
      expect([status, body.error.details[0].path]).toEqual([400, field]);
    }
  });
});
