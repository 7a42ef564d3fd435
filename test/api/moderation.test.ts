// Content that is looked at, in the whole product over HTTP: what its user sees of a refusal, what is kept, and who has to wait.
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { tinyPng } from "../jobs/tiny-png.ts";
import { startOpenaiModeration } from "../servers/moderation/openai.ts";
import type { ModerationServer } from "../servers/moderation/server.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User } from "./user.ts";

const films = "/ai/generate-video";

describe("content is looked at", () => {
  let server: ModerationServer;
  let product: Product;
  let user: User;
  beforeAll(async () => {
    server = await startOpenaiModeration();
    const { url, apiKey } = server.config;
    const service = { MODERATION: "openai", MODERATION_URL: url ?? "", MODERATION_API_KEY: apiKey ?? "" };
    product = await startProduct({
      environment: { ...service, MODERATION_REFUSALS_PER_HOUR: "3", TIMER_SECONDS: "1" },
    });
    server.says = (part) => {
      const isBad =
        "text" in part
          ? part.text.includes("bad")
          : server.asked.some((each) => "text" in each && each.text.includes("poor"));
      return isBad ? { verdict: "block", categories: ["violence"] } : { verdict: "allow", categories: [] };
    };
    user = await product.register();
  });
  afterAll(async () => {
    await product.close();
    await server[Symbol.asyncDispose]();
  });

  const ended = async (by: User, request: object, path?: string): Promise<ShownJob> =>
    follow(by, (await create(by, request, path)).id);

  it("a picture and a film that are allowed are made, kept and paid for", async () => {
    server.asked.length = 0;
    const picture = await ended(user, { prompt: "a lake", size: "64x64" });
    expect([picture.status, picture.error]).toEqual(["completed", null]);
    expect(server.asked).toHaveLength(2);
    const film = await ended(user, { prompt: "a sea", durationSec: 3, resolution: "480p" }, films);
    expect([film.status, film.error]).toEqual(["completed", null]);
    // Words, and a still a second.
    expect(server.asked).toHaveLength(2 + 1 + 3);
    await checkLedger(user);
  });

  it("words that are refused are never drawn: the error says where and why, and the credits are back", async () => {
    const before = await creditsOf(user);
    const job = await ended(user, { prompt: "something bad" });
    expect(job).toMatchObject({ status: "failed", attempts: 0, outputs: [], startedAt: null });
    expect(job.error).toEqual({
      ...{ type: "moderation_blocked", retryable: false, stage: "input", categories: ["violence"] },
      message: expect.stringContaining("Nothing was charged"),
    });
    expect((await creditsOf(user)).balance).toBe(before.balance);
    await checkLedger(user);
  });

  it("an output that is refused is not there for anybody", async () => {
    server.asked.length = 0;
    const before = await product.files();
    const job = await ended(user, { prompt: "a poor thing" });
    expect([job.error.type, job.error.stage, job.outputs]).toEqual(["moderation_blocked", "output", []]);
    const added = (await product.files()).filter((path) => !before.includes(path));
    expect(added.filter((path) => path.includes("users/"))).toEqual([]);
    const [blocked = ""] = added.filter((path) => path.includes("temp/blocked/"));
    const key = blocked.slice(blocked.indexOf("temp/blocked/"));
    expect((await fetch(`${product.url}/media/${key}`)).status).toBe(404);
  });

  it("a file that is only kept is looked at before it is", async () => {
    server.asked.length = 0;
    const data = `data:image/png;base64,${Buffer.from(tinyPng).toString("base64")}`;
    const kept = await ended(user, { imageUrl: data });
    expect([kept.status, server.asked.length]).toEqual(["completed", 1]);
    server.asked.push({ text: "poor" });
    const refused = await ended(user, { imageUrl: data });
    expect([refused.status, refused.error.type]).toEqual(["failed", "moderation_blocked"]);
  });

  it("whoever was refused three times in an hour waits, and nobody else does; what was begun is still answered", async () => {
    const headers = { "idempotency-key": "once" };
    server.asked.length = 0;
    const other = await product.register();
    const first = await other.call("POST", "/ai/generate-image", { json: { prompt: "bad" }, headers });
    await follow(other, first.body.data.id);
    for (const prompt of ["bad 2", "bad 3"]) await ended(other, { prompt });
    await expect
      .poll(async () => (await other.call("POST", "/ai/generate-image", { json: { prompt: "a lake" } })).status)
      .toBe(429);
    const refused = await other.call("POST", "/ai/generate-image", { json: { prompt: "a lake" } });
    expect(refused.body.error.type).toBe("rate_limited");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3000);
    const repeat = await other.call("POST", "/ai/generate-image", { json: { prompt: "bad" }, headers });
    expect([repeat.status, repeat.body.data.id]).toEqual([200, first.body.data.id]);
    expect((await other.call("POST", `/jobs/${first.body.data.id}/retry`)).status).toBe(429);
    expect((await ended(await product.register(), { prompt: "a lake", size: "64x64" })).status).toBe("completed");
  });
});

it("a webhook tells the stage and the categories, and no score", async () => {
  const server = await startOpenaiModeration();
  onTestFinished(() => server[Symbol.asyncDispose]());
  server.says = () => ({ verdict: "block", categories: ["violence"] });
  const bodies: string[] = [];
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.end();
  });
  await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void receiver.close());
  const address = receiver.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const { url = "", apiKey = "" } = server.config;
  const service = { MODERATION: "openai", MODERATION_URL: url ?? "", MODERATION_API_KEY: apiKey ?? "" };
  const product = await startProduct({ environment: { ...service, TRUSTED_HOSTS: host, TIMER_SECONDS: "1" } });
  onTestFinished(() => product.close());
  await create(await product.register(), { prompt: "bad", webhookUrl: `http://${host}/` });
  await expect.poll(() => bodies.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const { type, data } = JSON.parse(bodies[0] ?? "{}");
  expect([type, data.error.stage, data.error.categories]).toEqual(["job.failed", "input", ["violence"]]);
  expect(bodies[0]).not.toContain("0.91");
});
