// Kling in the whole product: from a request over HTTP to a kept file, and what a lost answer, a refusal and a cancel come to.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KlingServer, startKlingServer } from "../servers/kling/server.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User, until } from "./user.ts";

describe("kling in the whole product", () => {
  let vendor: KlingServer;
  let product: Product;
  beforeAll(async () => {
    vendor = await startKlingServer();
    const { accessKey, secretKey, url, host } = vendor;
    const environment = {
      ...{ KLING_API_KEY: accessKey, KLING_SECRET_KEY: secretKey, KLING_BASE_URL: url, TRUSTED_HOSTS: host },
      ...{ WELCOME_CREDITS: "1000", TIMER_SECONDS: "1" },
    };
    product = await startProduct({ environment });
  });
  afterAll(async () => {
    await product.close();
    await vendor[Symbol.asyncDispose]();
  });

  /** Waits until the vendor has it to do. */
  async function begin(
    user: User,
    fields: object,
    path = "/ai/generate-video",
  ): Promise<{ job: ShownJob; taskId: string }> {
    const before = vendor.tasks.length;
    const job = await create(user, { prompt: "A quince", provider: "kling", ...fields }, path);
    const begun = await until(
      async () => vendor.tasks[before],
      (task) => task !== undefined,
    );
    return { job, taskId: String(begun?.id) };
  }

  async function expectKept(user: User, job: ShownJob, contentType: string, cost: number) {
    for (const { url } of job.outputs) {
      expect(new URL(url).origin).toBe(new URL(product.url).origin);
      const file = await fetch(url);
      expect([file.status, file.headers.get("content-type")]).toEqual([200, contentType]);
    }
    expect(await creditsOf(user)).toMatchObject({ balance: 1000 - cost, held: 0, totalSpent: cost });
    const { lines } = await checkLedger(user);
    expect(lines.filter(({ jobId }) => jobId === job.id)).toHaveLength(1);
  }

  it("a video of ten seconds is kept and charged once, by its seconds and its quality", async () => {
    const user = await product.register();
    const { job, taskId } = await begin(user, { model: "kling-v2-6", durationSec: 10, quality: "pro" });
    await vendor.finish(taskId);
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "completed", provider: "kling", cost: 140, attempts: 1 });
    await expectKept(user, done, "video/mp4", 140);
  });

  it("two pictures of one task are both kept", async () => {
    const user = await product.register();
    const { job, taskId } = await begin(user, { model: "kling-v2-1", n: 2, size: "1024x1024" }, "/ai/generate-image");
    await vendor.finish(taskId);
    const done = await follow(user, job.id);
    expect([done.status, done.outputs.length]).toEqual(["completed", 2]);
    await expectKept(user, done, "image/png", 6);
  });

  it("a start whose answer was lost is found again, and never made twice", async () => {
    const user = await product.register();
    vendor.trouble("start", { when: "after", what: "cut" });
    const startsBefore = vendor.count("start");
    const { job, taskId } = await begin(user, { model: "kling-v2-6" });
    await vendor.finish(taskId);
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "completed", attempts: 1 });
    expect(vendor.count("start")).toBe(startsBefore + 1);
    await expectKept(user, done, "video/mp4", 45);
  });

  it("what the vendor refuses is given back whole, and not asked for again", async () => {
    const user = await product.register();
    const { job, taskId } = await begin(user, { model: "kling-v2-6" });
    const startsBefore = vendor.count("start");
    await vendor.fail(taskId, "Failure to pass the risk control system");
    expect(await follow(user, job.id)).toMatchObject({ status: "failed", error: { type: "moderation_blocked" } });
    expect(await creditsOf(user)).toMatchObject({ balance: 1000, held: 0 });
    await checkLedger(user);
    expect(vendor.count("start")).toBe(startsBefore);
  });

  it("a cancelled job says that nobody knows what the vendor does with it", async () => {
    const user = await product.register();
    const { job } = await begin(user, { model: "kling-v2-6" });
    await user.call("POST", `/jobs/${job.id}/cancel`);
    const ended = await follow(user, job.id, ({ providerCancel }) => providerCancel === "unknown");
    expect(ended).toMatchObject({ status: "cancelled" });
    expect(await creditsOf(user)).toMatchObject({ balance: 1000, held: 0 });
  });
});
