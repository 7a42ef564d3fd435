// Ark in the whole product: from a request over HTTP to a kept file, and what a lost answer, a refusal and a cancel come to.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ArkServer, startArkServer } from "../servers/ark/server.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User, until } from "./user.ts";

describe("ark in the whole product", () => {
  let vendor: ArkServer;
  let product: Product;
  beforeAll(async () => {
    vendor = await startArkServer();
    const environment = {
      ...{ ARK_API_KEY: vendor.key, ARK_BASE_URL: vendor.url, TRUSTED_HOSTS: vendor.host },
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
    const job = await create(user, { prompt: "A quince", provider: "ark", ...fields }, path);
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

  it("a video is kept and charged once, by its seconds and its resolution", async () => {
    const user = await product.register();
    const model = "doubao-seedance-1-0-pro-250528";
    const { job, taskId } = await begin(user, { model, durationSec: 4, resolution: "1080p" });
    await vendor.finish(taskId);
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "completed", provider: "ark", cost: 84, attempts: 1 });
    await expectKept(user, done, "video/mp4", 84);
  });

  it("a picture is kept and charged once", async () => {
    const user = await product.register();
    const job = await create(user, { prompt: "A quince", provider: "ark", size: "2048x2048" });
    const done = await follow(user, job.id);
    expect([done.status, done.model]).toEqual(["completed", "doubao-seedream-4-0-250828"]);
    await expectKept(user, done, "image/png", 6);
  });

  it("a start whose answer was lost is given back, said to be uncertain, and never made twice", async () => {
    const user = await product.register();
    vendor.trouble("start", { when: "after", what: "cut" });
    const startsBefore = vendor.count("start");
    const { job } = await begin(user, { model: "doubao-seedance-1-0-pro-250528" });
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "failed", error: { type: "provider_unknown" } });
    expect(await creditsOf(user)).toMatchObject({ balance: 1000, held: 0 });
    await checkLedger(user);
    expect(vendor.count("start")).toBe(startsBefore + 1);
  });

  it("what the vendor refuses is given back whole, and not asked for again", async () => {
    const user = await product.register();
    const { job, taskId } = await begin(user, { model: "doubao-seedance-1-0-pro-250528" });
    const startsBefore = vendor.count("start");
    await vendor.fail(taskId, "OutputVideoSensitiveContentDetected");
    expect(await follow(user, job.id)).toMatchObject({ status: "failed", error: { type: "moderation_blocked" } });
    expect(await creditsOf(user)).toMatchObject({ balance: 1000, held: 0 });
    await checkLedger(user);
    expect(vendor.count("start")).toBe(startsBefore);
  });

  it("a cancelled job leaves the vendor's queue", async () => {
    const user = await product.register();
    vendor.concurrency = 0;
    const { job, taskId } = await begin(user, { model: "doubao-seedance-1-0-pro-250528" });
    await user.call("POST", `/jobs/${job.id}/cancel`);
    const ended = await follow(user, job.id, ({ providerCancel }) => providerCancel === "done");
    vendor.concurrency = 1000;
    expect(ended).toMatchObject({ status: "cancelled" });
    expect(vendor.tasks.find(({ id }) => id === taskId)?.state).toBe("cancelled");
    expect(await creditsOf(user)).toMatchObject({ balance: 1000, held: 0 });
  });
});
