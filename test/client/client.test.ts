// What a user of the client does: a session, lists, files, an upload, webhooks, and a deployment whose functions lie apart.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Client,
  createClient,
  DreamFactoryError,
  each,
  failureOf,
  upload,
  verifyWebhook,
  wait,
} from "../../clients/js/src/index.ts";
import { declarations } from "../../functions/declarations.ts";
import { endpointsOf } from "../../scripts/endpoints/document.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type Origin, startOrigin } from "../servers/origin.ts";
import { type Ground, startGround } from "./ground.ts";

let ground: Ground;
let client: Client;
let receiver: Origin;
/** What came to the receiver. */
const heard: { body: string; headers: Record<string, string> }[] = [];

beforeAll(async () => {
  receiver = await startOrigin(async (request, response) => {
    const headers = Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(",")]);
    heard.push({ body: await text(request), headers: Object.fromEntries(headers) });
    response.writeHead(204).end();
  });
  ground = await startGround({ environment: { TRUSTED_HOSTS: `127.0.0.1:${receiver.port}` } });
});
afterAll(async () => {
  await ground.close();
  await receiver.close();
});
beforeEach(async () => {
  client = await ground.newClient();
  ground.proxy.requests = [];
});

const png = new Blob([tinyPng as Uint8Array<ArrayBuffer>], { type: "image/png" });

describe("A client", () => {
  test("registers, and is logged in from then on; a changed password changes the token", async () => {
    const fresh = createClient({ baseUrl: `${ground.proxy.url}/api/v1/` });
    expect(await fresh.getMe().catch(failureOf)).toMatchObject({ type: "unauthenticated" });
    const session = await fresh.register({ username: "ann", email: "ann@example.com", password: "correct horse" });
    fresh.token = session.token;
    expect(await fresh.getMe()).toMatchObject({ username: "ann", role: "user" });
    const changed = await fresh.updateMe({ password: "battery staple", currentPassword: "correct horse" });
    fresh.token = async () => changed.token ?? null;
    expect(await fresh.getMe()).toMatchObject({ userId: session.userId });
  });

  test("gets the job at once when it waits for it, and its file needs no token", async () => {
    const job = await client.generateImage({ prompt: "a lake", size: "64x64" }, { waitSeconds: 20 });
    expect(job.status).toBe("completed");
    expect((await fetch(job.resultUrls[0] ?? "")).headers.get("content-type")).toBe("image/png");
  });

  test("lists everything, page after page", async () => {
    for (const prompt of ["a", "b", "c"]) await wait(client, await client.generateImage({ prompt, size: "64x64" }));
    const prompts: string[] = [];
    for await (const job of each((cursor) => client.listJobs({ cursor, limit: 2 }))) prompts.push(job.prompt);
    expect(prompts).toEqual(["c", "b", "a"]);
    expect((await client.listJobs({ status: "failed", type: undefined })).items).toEqual([]);
  });

  test("sends a file's bytes, or names an output", async () => {
    const job = await wait(client, await client.generateImage({ prompt: "a lake", size: "64x64" }));
    const [output] = job.outputs;
    const file = await (await fetch(output?.url ?? "")).blob();
    const [bySelf, byName] = [await client.verify(file), await client.verify({ output: output?.key ?? "" })];
    expect(bySelf).toMatchObject({ type: "image/png", ai: "yes", sha256: output?.sha256 });
    expect(byName.sha256).toBe(bySelf.sha256);
  });

  test("reads pages and the document as they are", async () => {
    expect(await client.docs()).toContain("<!doctype html>");
    expect(await client.openapi()).toMatchObject({ openapi: "3.1.1" });
  });

  test("throws one kind of error, of which the type says all", async () => {
    const error = await client.getJob("nonsense").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DreamFactoryError);
    expect([error.type, error.message]).toEqual(["not_found", "There is nothing here. Check the path and the id."]);
    const failure = failureOf(error);
    expect(failure?.type === "not_found" && failure.requestId).toMatch(/^[\w-]{8,}/);
    expect(failureOf(new Error("another one"))).toBe(null);
  });

  test("says when it was given no place, or the endpoints lack a function", async () => {
    expect(() => createClient({})).toThrow("needs a baseUrl");
    const endpoints = { baseUrl: null, functions: {} };
    await expect(createClient({ endpoints }).health()).rejects.toThrow("The endpoints have no health");
  });

  test("reaches each function at its own URL, ids and queries too", async () => {
    const asked: string[] = [];
    const endpoints = endpointsOf(declarations, {
      base: null,
      own: Object.fromEntries(declarations.map(({ name }) => [name, `https://${name}.example.com`])),
    });
    const apart = createClient({
      endpoints,
      token: client.token,
      fetch: (url, init) => {
        asked.push(new URL(String(url)).hostname);
        return fetch(String(url).replace(/^https:\/\/[^/]+/, ground.product.url), init);
      },
    });
    const job = await wait(apart, await apart.generateImage({ prompt: "a lake", size: "64x64" }));
    expect((await apart.listJobs({ limit: 1 })).items).toEqual([job]);
    expect(new Set(asked)).toEqual(
      new Set(["generate-image.example.com", "job-events.example.com", "list-jobs.example.com"]),
    );
  });
});

describe("An upload", () => {
  test("is announced, sent, looked at, and of use", async () => {
    const parts: number[] = [];
    const ready = await upload(client, png, { filename: "a.png", onProgress: (part) => parts.push(part) });
    expect([ready.status, parts[0], parts.at(-1)]).toEqual(["ready", 0, 1]);
    const inputs = [{ uploadId: ready.uploadId }];
    const job = await wait(client, await client.generateImage({ prompt: "warmer", operation: "edit", inputs }));
    expect(job.status).toBe("completed");
  });

  test("that is no picture is rejected, with the reason", async () => {
    const words = new Blob(["This is no picture."], { type: "image/png" });
    const error = await upload(client, words).catch((thrown) => thrown);
    expect(failureOf(error)).toMatchObject({ type: "upload_rejected" });
    expect(error.message).toMatch(/\w/);
  });

  test("of a type that is not taken is refused before anything is sent", async () => {
    const gif = new Blob(["GIF89a"], { type: "image/gif" });
    expect(await upload(client, gif).catch(failureOf)).toMatchObject({
      type: "invalid_request",
      details: [{ path: "contentType" }],
    });
    expect(ground.proxy.requests).toHaveLength(1);
  });

  test.each(["lose", "refuse"] as const)("whose sending is cut (%s) is there once", async (treatment) => {
    let cuts = 0;
    const shaky = createClient({
      baseUrl: ground.proxy.url,
      token: client.token,
      fetch: async (url, init) => {
        if (!String(url).includes("/media/") || cuts++ > 0) return fetch(url, init);
        ground.proxy.next = [treatment];
        return fetch(String(url).replace(ground.product.url, ground.proxy.url), init);
      },
    });
    expect(await upload(shaky, png)).toMatchObject({ status: "ready" });
    expect(cuts).toBe(treatment === "lose" ? 1 : 2);
  });
});

describe("A webhook", () => {
  const headersOf = (id: string, timestamp: number, signature: string) => ({
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signature,
  });

  test("of this server is verified, with the old secret or the new one, and is the job", async () => {
    const { secret: old } = await client.getWebhookSecret();
    const { secret } = await client.rotateWebhookSecret();
    const asked = { prompt: "a lake", size: "64x64", webhookUrl: `${receiver.url}/hook` };
    const job = await wait(client, await client.generateImage(asked));
    await expect.poll(() => heard).toHaveLength(1);
    const [{ body, headers } = { body: "", headers: {} }] = heard;
    for (const secrets of [old, secret, ["whsec_AAAA", secret]]) {
      const event = await verifyWebhook(body, new Headers(headers), secrets);
      expect(event).toEqual({ type: "job.completed", timestamp: job.completedAt, data: job });
    }
    const forged = verifyWebhook(body.replace('"cost":1', '"cost":0'), headers, secret);
    expect(await forged.catch(failureOf)).toEqual({ type: "not_verified" });
  });

  test("is refused when it is unsigned, signed by others, or old", async () => {
    // From the specification's own example.
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const body = '{"test": 2432232314}';
    const good = headersOf(
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      1614265330,
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
    const at = (seconds: number) => ({ now: () => seconds * 1000 });
    expect(await verifyWebhook(body, good, secret, at(1614265330))).toEqual({ test: 2432232314 });
    expect(await verifyWebhook(new TextEncoder().encode(body), good, secret, at(1614265331))).toBeTruthy();
    const refused = [
      () => verifyWebhook(body, good, "whsec_AAAA", at(1614265330)),
      () => verifyWebhook(body, good, secret, at(1614265330 + 301)),
      () => verifyWebhook(body, good, secret, at(1614265330 - 301)),
      () => verifyWebhook(body, {}, secret),
      () => verifyWebhook(body, { ...good, "webhook-id": "another" }, secret, at(1614265330)),
      () => verifyWebhook(body, { ...good, "webhook-signature": "v1,no base64 v2,AAAA v1," }, secret, at(1614265330)),
    ];
    for (const each of refused) expect(await each().catch(failureOf)).toEqual({ type: "not_verified" });
  });
});

test("its version is the product's", () => {
  const versionOf = (path: string) => JSON.parse(readFileSync(path, "utf8")).version;
  expect(versionOf("clients/js/package.json")).toBe(versionOf("package.json"));
});
