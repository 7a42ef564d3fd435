// Runway in the whole product: from a request over HTTP to a kept file; a refusal and a cancelled job cost nobody but the operator.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunwayServer, startRunwayServer } from "../servers/runway/server.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User, until } from "./user.ts";

describe("runway in the whole product", () => {
  let vendor: RunwayServer;
  let product: Product;
  beforeAll(async () => {
    vendor = await startRunwayServer();
    const environment = {
      ...{ RUNWAY_API_KEY: vendor.key, RUNWAY_BASE_URL: vendor.url, TRUSTED_HOSTS: vendor.host },
      ...{ WELCOME_CREDITS: "1000", TIMER_SECONDS: "1" },
    };
    product = await startProduct({ environment });
  });
  afterAll(async () => {
    await product.close();
    await vendor[Symbol.asyncDispose]();
  });

  /** Asks for two seconds, and waits until the vendor has them to do. */
  async function begin(user: User, fields: object = {}): Promise<{ job: ShownJob; taskId: string }> {
    const before = new Set(vendor.tasks.keys());
    const request = { prompt: "A quince", provider: "runway", model: "gen4.5", durationSec: 2, ...fields };
    const job = await create(user, request, "/ai/generate-video");
    const started = () => [...vendor.tasks.keys()].find((id) => !before.has(id));
    const taskId = await until(
      async () => started(),
      (id) => id !== undefined,
    );
    return { job, taskId: String(taskId) };
  }

  it("a video is kept and charged once", async () => {
    const user = await product.register();
    const { job, taskId } = await begin(user);
    vendor.set(taskId, "SUCCEEDED");
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "completed", provider: "runway", model: "gen4.5", cost: 48, attempts: 1 });
    const { url } = done.outputs[0];
    expect(new URL(url).origin).toBe(new URL(product.url).origin);
    const file = await fetch(url);
    expect([file.status, file.headers.get("content-type")]).toEqual([200, "video/mp4"]);
    expect(await creditsOf(user)).toEqual({ balance: 952, held: 0, totalEarned: 1000, totalSpent: 48 });
    const { lines } = await checkLedger(user);
    expect(lines.filter(({ jobId }) => jobId === job.id)).toHaveLength(1);
    expect(vendor.tasks.has(taskId)).toBe(true);
  });

  it("a file whose URL has expired is fetched from a fresh one, and nothing is started again", async () => {
    const user = await product.register();
    const { job, taskId } = await begin(user);
    const startsBefore = vendor.count("start");
    vendor.trouble("file", { when: "before", what: { status: 403, body: "expired" } });
    vendor.set(taskId, "SUCCEEDED");
    expect(await follow(user, job.id)).toMatchObject({ status: "completed", attempts: 1, cost: 48 });
    expect(vendor.count("start")).toBe(startsBefore);
    await checkLedger(user);
  });

  it("a picture that the user uploaded nowhere else goes within the request", async () => {
    const user = await product.register();
    const data =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const { job, taskId } = await begin(user, { model: "gen4_turbo", ratio: "1:1", inputs: [{ url: data }] });
    expect(vendor.tasks.get(taskId)?.body).toMatchObject({ promptImage: expect.stringMatching(/^data:image\/png/) });
    vendor.set(taskId, "SUCCEEDED");
    expect(await follow(user, job.id)).toMatchObject({ status: "completed", cost: 20 });
  });

  it("what the vendor refuses is given back whole, and not asked for again", async () => {
    const user = await product.register();
    const { job, taskId } = await begin(user);
    const startsBefore = vendor.count("start");
    vendor.set(taskId, "FAILED", { code: "SAFETY.OUTPUT.VIDEO", credits: 24 });
    const ended = await follow(user, job.id);
    expect(ended).toMatchObject({ status: "failed", attempts: 1, error: { type: "moderation_blocked" } });
    expect(await creditsOf(user)).toEqual({ balance: 1000, held: 0, totalEarned: 1000, totalSpent: 0 });
    await checkLedger(user);
    expect(vendor.count("start")).toBe(startsBefore);
  });

  it("a cancelled job is cancelled at the vendor", async () => {
    const user = await product.register();
    const { job, taskId } = await begin(user);
    await user.call("POST", `/jobs/${job.id}/cancel`);
    const ended = await follow(user, job.id, ({ providerCancel }) => providerCancel === "done");
    expect(ended).toMatchObject({ status: "cancelled" });
    expect(vendor.tasks.get(taskId)?.state).toBe("CANCELLED");
    expect((await creditsOf(user)).balance).toBe(1000);
  });
});
