// Model Studio in the whole product: from a request over HTTP to kept files, to a success in part, and to a refusal.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DashscopeServer, startDashscopeServer } from "../servers/dashscope/server.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type User, until } from "./user.ts";

describe("dashscope in the whole product", () => {
  let vendor: DashscopeServer;
  let product: Product;
  beforeAll(async () => {
    vendor = await startDashscopeServer();
    const environment = {
      ...{ DASHSCOPE_API_KEY: vendor.key, DASHSCOPE_BASE_URL: vendor.url, TRUSTED_HOSTS: vendor.host },
      ...{ WELCOME_CREDITS: "1000", TIMER_SECONDS: "1" },
    };
    product = await startProduct({ environment });
  });
  afterAll(async () => {
    await product.close();
    await vendor[Symbol.asyncDispose]();
  });

  /** The vendor's task of a job that was just asked for. */
  async function begin(user: User, request: object, path?: string): Promise<{ jobId: string; taskId: string }> {
    const known = new Set(vendor.tasks.keys());
    const { id: jobId } = await create(user, { prompt: "A quince", provider: "dashscope", ...request }, path);
    const found = () => [...vendor.tasks.keys()].find((id) => !known.has(id)) ?? "";
    return {
      jobId,
      taskId: await until(
        async () => found(),
        (id) => id !== "",
      ),
    };
  }

  async function expectKept(urls: string[], contentType: string): Promise<void> {
    for (const url of urls) {
      expect(new URL(url).origin).toBe(new URL(product.url).origin);
      const file = await fetch(url);
      expect([file.status, file.headers.get("content-type")]).toEqual([200, contentType]);
    }
  }

  const urlsOf = (job: { outputs: { url: string }[] }) => job.outputs.map(({ url }) => url);

  it("makes pictures of a task that are kept, and charges for them once", async () => {
    const user = await product.register();
    const { jobId, taskId } = await begin(user, { model: "wan2.6-t2i", n: 2 });
    vendor.set(taskId, "SUCCEEDED");
    const job = await follow(user, jobId);
    expect(job).toMatchObject({ status: "completed", cost: 12 });
    expect(job.outputs).toHaveLength(2);
    await expectKept(urlsOf(job), "image/png");
    expect(await creditsOf(user)).toMatchObject({ balance: 988 });
    expect(vendor.tasks.get(taskId)?.count).toBe(2);
  });

  it("makes a picture of a model that has no tasks", async () => {
    const user = await product.register();
    const { id: jobId } = await create(user, { prompt: "A quince", provider: "dashscope", model: "qwen-image-max" });
    const job = await follow(user, jobId);
    expect(job).toMatchObject({ status: "completed", cost: 15 });
    await expectKept(urlsOf(job), "image/png");
  });

  it("edits a picture that only this machine can reach", async () => {
    const user = await product.register();
    const made = await begin(user, { model: "wan2.2-t2i-flash" });
    vendor.set(made.taskId, "SUCCEEDED");
    const first = await follow(user, made.jobId);
    const inputs = [{ jobId: first.id, index: 0 }];
    const { jobId, taskId } = await begin(user, {
      model: "wan2.6-image",
      operation: "style_transfer",
      style: "ink",
      inputs,
    });
    vendor.set(taskId, "SUCCEEDED");
    const job = await follow(user, jobId);
    expect(job).toMatchObject({ status: "completed" });
    await expectKept(urlsOf(job), "image/png");
  });

  it("makes a video that is charged by its seconds and its resolution", async () => {
    const user = await product.register();
    const request = { model: "wan2.5-t2v-preview", durationSec: 10, resolution: "480p" };
    const { jobId, taskId } = await begin(user, request, "/ai/generate-video");
    // EventBridge or a look tells; here a look does.
    vendor.set(taskId, "SUCCEEDED");
    const job = await follow(user, jobId);
    expect(job).toMatchObject({ status: "completed", cost: 90 });
    await expectKept(urlsOf(job), "video/mp4");
    expect(await creditsOf(user)).toMatchObject({ balance: 910 });
  });

  it("charges for what came when every attempt succeeds in part", async () => {
    const user = await product.register();
    const part = { failedCount: 1, code: "InternalError.Timeout", message: "timeout" };
    const { jobId } = await begin(user, { model: "wan2.2-t2i-flash", n: 3 });
    // What is missing is worth another attempt; the last one counts as it is.
    const endAll = () => {
      for (const [id, { state }] of vendor.tasks) if (state === "PENDING") vendor.set(id, "SUCCEEDED", part);
    };
    await until(
      async () => {
        endAll();
        return (await user.call("GET", `/jobs/${jobId}`)).body.data;
      },
      (job) => job.status === "completed",
    );
    const job = await follow(user, jobId);
    expect(job).toMatchObject({ status: "completed", attempts: 3, cost: 8 });
    expect(job.outputs).toHaveLength(2);
    expect(await creditsOf(user)).toMatchObject({ balance: 992, held: 0 });
  });

  it("gives everything back when the vendor refuses what it shows, and asks once", async () => {
    const user = await product.register();
    const before = vendor.count("start");
    const { jobId, taskId } = await begin(user, { model: "wan2.6-t2i" });
    vendor.set(taskId, "FAILED", { code: "DataInspectionFailed", message: "may contain inappropriate content" });
    const job = await follow(user, jobId);
    expect(job).toMatchObject({ status: "failed", error: { type: "moderation_blocked", retryable: false } });
    expect(await creditsOf(user)).toMatchObject({ balance: 1000 });
    expect(vendor.count("start")).toBe(before + 1);
  });

  it("cancels a task that still waits", async () => {
    const user = await product.register();
    const { jobId, taskId } = await begin(user, { model: "wan2.6-t2i" });
    expect((await user.call("POST", `/jobs/${jobId}/cancel`)).status).toBeLessThan(300);
    await until(
      async () => vendor.tasks.get(taskId)?.state,
      (state) => state === "CANCELED",
    );
    expect(await creditsOf(user)).toMatchObject({ balance: 1000 });
  });
});
