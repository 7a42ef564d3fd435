// fal in the whole product: from a request over HTTP to kept files; what is refused or fails is given back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FalServer, startFalServer } from "../servers/fal/server.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User, until } from "./user.ts";

const frames = {
  ...{ id: "fal-ai/pika/v2.2/pikaframes", type: "video", price: 40, minInputs: 2, maxInputs: 5 },
  ...{ fields: { inputs: "image_urls" }, parameters: { resolution: "720p" } },
};
const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe("fal in the whole product", () => {
  let vendor: FalServer;
  let product: Product;
  let user: User;
  beforeAll(async () => {
    vendor = await startFalServer();
    const environment = {
      ...{ FAL_API_KEY: vendor.key, FAL_BASE_URL: vendor.url, FAL_MODELS: JSON.stringify([frames]) },
      ...{ TRUSTED_HOSTS: vendor.host, WELCOME_CREDITS: "1000", TIMER_SECONDS: "1" },
    };
    product = await startProduct({ environment });
  });
  afterAll(async () => {
    await product.close();
    await vendor[Symbol.asyncDispose]();
  });

  /** Asks, and waits until the vendor has it to do. */
  async function begin(request: object, path: string): Promise<{ job: ShownJob; requestId: string }> {
    user = await product.register();
    const before = new Set(vendor.asked.keys());
    const job = await create(user, { prompt: "A quince", provider: "fal", ...request }, path);
    const asked = () => [...vendor.asked.keys()].find((id) => !before.has(id));
    const requestId = await until(
      async () => asked(),
      (id) => id !== undefined,
    );
    return { job, requestId: String(requestId) };
  }

  async function keptBytes(job: ShownJob): Promise<string[]> {
    const own = new URL(product.url).origin;
    expect(job.resultUrls.map((url: string) => new URL(url).origin)).toEqual(job.resultUrls.map(() => own));
    const answers: Response[] = await Promise.all(job.resultUrls.map((url: string) => fetch(url)));
    return answers.map(({ status, headers }) => `${status} ${headers.get("content-type")}`);
  }

  it("pictures are kept and charged once", async () => {
    const { job, requestId } = await begin({ model: "fal-ai/flux/dev", n: 2, size: "512x512" }, "/ai/generate-image");
    vendor.set(requestId, "COMPLETED");
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "completed", model: "fal-ai/flux/dev", cost: 10, attempts: 1 });
    expect(await keptBytes(done)).toEqual(["200 image/png", "200 image/png"]);
    expect(await creditsOf(user)).toEqual({ balance: 990, held: 0, totalEarned: 1000, totalSpent: 10 });
    const { lines } = await checkLedger(user);
    expect(lines.filter(({ jobId }) => jobId === job.id)).toHaveLength(1);
  });

  it("of three pictures of which one is flagged two are kept and paid, and none is asked for again", async () => {
    const { job, requestId } = await begin({ model: "fal-ai/flux/schnell", n: 3 }, "/ai/generate-image");
    const startsBefore = vendor.count("start");
    const url = vendor.addFile("one.png", {
      bytes: Buffer.from(pixel.split(",")[1] ?? "", "base64"),
      contentType: "image/png",
    });
    const images = [{ url }, { url: `${vendor.url}/files/black.png` }, { url }];
    vendor.end(requestId, { body: { images, has_nsfw_concepts: [false, true, false] } });
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "completed", cost: 2, attempts: 1 });
    expect(await keptBytes(done)).toEqual(["200 image/png", "200 image/png"]);
    expect(vendor.count("start")).toBe(startsBefore);
    await checkLedger(user);
  });

  it("a video of Pika's begins with the picture that was given", async () => {
    const request = { model: "fal-ai/pika/v2.2/image-to-video", inputs: [{ url: pixel }], resolution: "1080p" };
    const { job, requestId } = await begin(request, "/ai/generate-video");
    expect(vendor.asked.get(requestId)?.input).toMatchObject({ image_url: expect.stringMatching(/^data:image/) });
    vendor.set(requestId, "COMPLETED");
    const done = await follow(user, job.id);
    expect(done).toMatchObject({ status: "completed", cost: 90 });
    expect(await keptBytes(done)).toEqual(["200 video/mp4"]);
  });

  it("a model that the operator configured is offered, priced and used", async () => {
    const { body } = await product.call("GET", "/ai/models");
    expect(body.data.items.find(({ id }: ShownJob) => id === frames.id)).toMatchObject({
      provider: "fal",
      available: true,
    });
    const request = { model: frames.id, inputs: [{ url: pixel }, { url: pixel }] };
    const { job, requestId } = await begin(request, "/ai/generate-video");
    expect(vendor.asked.get(requestId)?.input).toMatchObject({ resolution: "720p" });
    vendor.set(requestId, "COMPLETED");
    expect(await follow(user, job.id)).toMatchObject({ status: "completed", cost: 40 });
  });

  it("what the vendor refuses is given back whole, and not asked for again", async () => {
    const { job, requestId } = await begin({ model: "fal-ai/flux/dev" }, "/ai/generate-image");
    const startsBefore = vendor.count("start");
    vendor.end(requestId, { status: 422, body: { detail: [{ msg: "flagged", type: "content_policy_violation" }] } });
    const ended = await follow(user, job.id);
    expect(ended).toMatchObject({ status: "failed", attempts: 1, error: { type: "moderation_blocked" } });
    expect(await creditsOf(user)).toEqual({ balance: 1000, held: 0, totalEarned: 1000, totalSpent: 0 });
    await checkLedger(user);
    expect(vendor.count("start")).toBe(startsBefore);
  });
});
