// One whole run of the product, every answer of which is held against the document that the product hands out.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenApiDocument } from "../../shared/http/openapi/document.ts";
import { responseOf } from "../../shared/http/openapi/response-of.ts";
import { grantRole } from "../../shared/users/grant-role.ts";
import { type Product, startProduct } from "../api/local.ts";
import { callerOf, follow, type User, until } from "../api/user.ts";
import { type Answer, type CallOptions, request } from "../http/api.ts";
import { type Receiver, startReceiver } from "../servers/receiver.ts";
import { openSocket } from "../sockets/reader.ts";
import { ExampleRecorder } from "./examples.ts";
import { problemsOf } from "./json-schema.ts";
import { type Shop, startShop, tokenFor } from "./shop.ts";

/** What has its own tests, and why it is not called here. */
const notInTheRun: Readonly<Record<string, string>> = {
  "POST /webhooks/{provider}/{token}": "needs a provider that calls",
  "POST /webhooks/stripe": "needs Stripe's signature over the very bytes",
};

let product: Product;
let user: User;
let receiver: Receiver;
let shop: Shop;
let recorder: ExampleRecorder;
let document: OpenApiDocument;
const problems: string[] = [];
const seen = new Set<string>();

beforeAll(async () => {
  receiver = await startReceiver();
  shop = await startShop();
  product = await startProduct({
    environment: { WELCOME_CREDITS: "1000000", TRUSTED_HOSTS: `127.0.0.1:${receiver.port}`, ...shop.environment },
  });
  recorder = new ExampleRecorder([
    [product.url, "https://api.example.com"],
    [receiver.url, "https://you.example.com"],
  ]);
  document = (await request("GET", `${product.url}/api/v1/openapi.json`)).body;
});

afterAll(async () => {
  await product.close();
  await Promise.all([receiver.close(), shop.close()]);
});

/** Makes the call and holds the answer against what the document says of the route. */
async function call(method: string, route: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const answer = await send(method, path, options);
  const operation = document.paths[route]?.[method.toLowerCase()];
  const told = operation?.responses[answer.status];
  const response = told && responseOf(document, told);
  const where = `${method} ${route} ${answer.status}`;
  seen.add(where);
  if (!response) {
    problems.push(`${where}: the document does not know this answer`);
    return answer;
  }
  for (const name of Object.keys(response.headers)) {
    if (name !== "Location" && !answer.headers.has(name)) problems.push(`${where}: the header ${name} is missing`);
  }
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const content = response.content?.[type];
  if (answer.body !== null && !content) problems.push(`${where}: the document does not know ${type} here`);
  if (content)
    problems.push(
      ...problemsOf({ ...content.schema }, answer.body, document.components.schemas).map((each) => `${where}: ${each}`),
    );
  // Pages and the document itself are no examples.
  if (operation && answer.status < 300 && answer.body !== null && route !== "/openapi.json" && type !== "text/html") {
    const request = options.json === undefined ? {} : { request: options.json };
    const contentType = type === "application/json" ? {} : { contentType: type };
    recorder.record(operation.operationId, { ...request, status: answer.status, ...contentType, answer: answer.body });
  }
  return answer;
}

/** As `request` does it, but an answer need not be JSON. */
async function send(method: string, path: string, { token, json, headers = {} }: CallOptions): Promise<Answer> {
  const response = await fetch(`${product.url}/api/v1${path}`, {
    method,
    headers: {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text || null };
}

const own = (method: string, route: string, id = "", options: CallOptions = {}) =>
  call(method, route, route.replace("{id}", id), { token: user.token, ...options });

/** An order, and what is done with mails. */
async function buyAndForget(email: string): Promise<void> {
  await call("GET", "/credits/packs", "/credits/packs");
  const order = { json: { packId: "small" }, headers: { "idempotency-key": "o" } };
  await own("POST", "/credits/checkout", "", order);
  await own("POST", "/credits/checkout", "", order);
  await own("POST", "/credits/checkout", "", { json: { packId: "none" } });
  await own("GET", "/credits/orders");
  await call("POST", "/webhooks/stripe", "/webhooks/stripe", { json: {} });
  await own("POST", "/auth/send-verification");
  await call("POST", "/auth/forgot-password", "/auth/forgot-password", { json: { email } });
  const token = await tokenFor(product.runtime, email, "verify");
  await call("POST", "/auth/verify-email", "/auth/verify-email", { json: { token } });
  await call("POST", "/auth/verify-email", "/auth/verify-email", { json: { token: "x" } });
  await own("POST", "/auth/send-verification");
  const json = { username: "Forgetful", email: "forgetful@example.com", password: "correct horse" };
  await call("POST", "/auth/register", "/auth/register", { json });
  const reset = { token: await tokenFor(product.runtime, json.email, "reset"), password: "battery staple" };
  await call("POST", "/auth/reset-password", "/auth/reset-password", { json: reset });
  await call("POST", "/auth/reset-password", "/auth/reset-password", { json: reset });
}

/** A project from its beginning to its end. */
async function makeProject(): Promise<void> {
  const json = { title: "Ferry", durationSec: 10, scenesPerEpisode: 1 };
  const headers = { "idempotency-key": "p" };
  const { id } = (await own("POST", "/projects", "", { json, headers })).body.data;
  await own("POST", "/projects", "", { json, headers });
  await own("POST", "/projects", "", { json: {} });
  await own("POST", "/projects", "", { json: { title: "Boat" }, headers });
  await own("GET", "/projects");
  await own("GET", "/projects/{id}", id);
  await own("GET", "/projects/{id}/scenes", id);
  const text = await own("POST", "/projects/{id}/generate-scenes", id, { json: { prompt: "a ferry", dryRun: true } });
  await own("POST", "/projects/{id}/generate-scenes", id, { json: {} });
  await follow(user, text.body.data.id);
  const clip = await own("POST", "/projects/{id}/generate-video", id, {
    json: { sceneId: "e1s1", durationSec: 1, dryRun: true },
  });
  await own("POST", "/projects/{id}/generate-video", id, { json: {} });
  await follow(user, clip.body.data.id);
  await own("GET", "/jobs/{id}", clip.body.data.id);
  const scene = (json: object) =>
    call("PUT", "/projects/{id}/scenes/{sceneId}", `/projects/${id}/scenes/e1s1`, { token: user.token, json });
  await scene({ version: 1, clip: { jobId: clip.body.data.id } });
  await scene({ version: 1, clip: null });
  await scene({});
  await own("GET", "/projects/{id}/scenes", id);
  const face = await own("POST", "/ai/generate-image", "", { json: { prompt: "a face", size: "64x64", dryRun: true } });
  await follow(user, face.body.data.id);
  const character = (json: object) =>
    call("PUT", "/projects/{id}/characters/{characterId}", `/projects/${id}/characters/c1`, {
      token: user.token,
      json,
    });
  await character({ version: 1, portrait: { jobId: face.body.data.id, index: 0 } });
  await character({ version: 1, name: "x" });
  await own("GET", "/projects/{id}/characters", id);
  await own("GET", "/projects/{id}", id);
  await own("PUT", "/projects/{id}", id, { json: { version: 1, music: false, sceneOrder: null } });
  await own("PUT", "/projects/{id}", id, { json: { version: 1, music: true } });
  await produce(id);
  await own("DELETE", "/projects/{id}", id);
  await own("DELETE", "/projects/{id}", id);
}

/** A production that is stopped at once, goes on, and is stopped again. */
async function produce(projectId: string): Promise<void> {
  await own("GET", "/projects/{id}/progress", projectId);
  await own("POST", "/projects/{id}/quote", projectId, { json: {} });
  await own("POST", "/projects/{id}/quote", projectId, { json: { budget: 1 } });
  const start = (json: object) =>
    own("POST", "/projects/{id}/productions", projectId, { json, headers: { "idempotency-key": "film" } });
  await own("POST", "/projects/{id}/productions", projectId, { json: { budget: 900_000_000 } });
  const { id } = (await start({ budget: 100_000 })).body.data;
  await start({ budget: 100_000 });
  await start({ budget: 1 });
  await own("POST", "/projects/{id}/productions", projectId, { json: {} });
  await own("GET", "/productions");
  await own("GET", "/productions/{id}", id);
  await own("POST", "/productions/{id}/resume", id, { json: {} });
  await own("POST", "/productions/{id}/cancel", id);
  await ended(id);
  await own("GET", "/productions/{id}/nodes", id);
  await own("GET", "/productions/{id}/events", `${id}`, { headers: { "last-event-id": "0" } });
  await call("GET", "/productions/{id}/events", `/productions/${id}/events?since=0`, { token: user.token });
  await own("GET", "/productions/{id}/events", id, { headers: { "last-event-id": "999" } });
  await call("GET", "/projects/{id}/progress", `/projects/${projectId}/progress?since=0`, { token: user.token });
  await own("GET", "/projects/{id}/progress", projectId);
  await own("GET", "/projects/{id}/progress", projectId, { headers: { "last-event-id": "999" } });
  await openProgress(projectId);
  await own("GET", "/productions/{id}/export", id);
  await call("GET", "/productions/{id}/export", `/productions/${id}/export?format=vtt`, { token: user.token });
  const remake = (json: object) =>
    call("POST", "/productions/{id}/nodes/{nodeId}/remake", `/productions/${id}/nodes/poster-e1/remake`, {
      token: user.token,
      json,
    });
  await remake({ budget: -1 });
  await own("POST", "/productions/{id}/quote", id, { json: { remake: ["poster-e1"] } });
  await own("POST", "/productions/{id}/quote", id, { json: { remake: ["no id"] } });
  const edit = { scenes: [{ id: "e1s1", mood: "sad" }], characters: [{ id: "c1", look: "grey hair" }] };
  await own("POST", "/projects/{id}/quote", projectId, { json: { edit } });
  await own("POST", "/projects/{id}/quote", projectId, { json: { edit: { scenes: [{ id: "e9s9", mood: "sad" }] } } });
  await own("POST", "/productions/{id}/resume", id, { json: { budget: 100_000 } });
  await remake({});
  await own("GET", "/productions/{id}", id);
  await until(
    () => own("GET", "/productions/{id}/nodes", id),
    ({ body }) =>
      body.data.items.some((node: { state: string; kind: string }) => node.kind === "still" && node.state === "made"),
  );
  await own("POST", "/productions/{id}/cancel", id);
  await ended(id);
  const { items } = (await own("GET", "/productions/{id}/nodes", id)).body.data;
  const { jobId } = items.find((node: { output: object | null }) => node.output !== null).output;
  const part = items.find((node: { output: object | null }) => node.output !== null).id;
  const saving = (node: string) =>
    call("GET", "/productions/{id}/nodes/{nodeId}/download", `/productions/${id}/nodes/${node}/download`, {
      token: user.token,
    });
  expect((await saving(part)).body.data.filename).toContain(part);
  expect((await saving("none")).status).toBe(404);
  expect((await own("GET", "/jobs/{id}", jobId)).status).toBe(200);
  for (const what of ["cancel", "retry"]) {
    expect((await own("POST", `/jobs/{id}/${what}`, jobId)).status).toBe(409);
  }
  expect((await own("DELETE", "/jobs/{id}", jobId)).status).toBe(409);
  await own("GET", "/productions/{id}/export", id);
  for (const format of ["zip", "otio", "fcpxml"]) {
    const path = `/productions/${id}/export?format=${format}`;
    await call("GET", "/productions/{id}/export", path, { token: user.token, headers: { prefer: "wait=10" } });
  }
  await remake({ budget: 100_000 });
  await own("POST", "/productions/{id}/cancel", id);
  await ended(id);
  const webhookUrl = `${receiver.url}/hooks/films`;
  const film = { title: "Pier", prompt: "Two people wait", durationSec: 10, scenesPerEpisode: 1 };
  const drama = { ...film, budget: 100_000, webhookUrl };
  const again = { json: drama, headers: { "idempotency-key": "drama" } };
  const other = (await own("POST", "/projects/generate-drama", "", again)).body.data;
  await own("POST", "/projects/generate-drama", "", again);
  await own("POST", "/projects/generate-drama", "", { json: {} });
  await own("POST", "/productions/{id}/cancel", other.id);
  await ended(other.id);
  const told = await until(
    async () => receiver.messages.find(({ body }) => body.type === "production.cancelled"),
    (message) => message !== undefined,
  );
  recorder.record("productionEnded", { request: told?.body, status: 200, answer: null });
  // With its production, which goes on.
  const { projectId: running } = (await own("POST", "/projects/generate-drama", "", { json: film })).body.data;
  expect((await own("DELETE", "/projects/{id}", running)).status).toBe(200);
}

/** By a plain request, which is told what lacks, and as it becomes a WebSocket. */
async function openProgress(projectId: string): Promise<void> {
  const route = "/ws/projects/{id}/progress";
  const refused = await own("GET", route, projectId);
  expect([refused.status, refused.headers.get("upgrade")]).toEqual([426, "websocket"]);
  const reader = await openSocket(`${product.url}/api/v1${route.replace("{id}", projectId)}`, {
    first: { type: "follow", token: user.token },
  });
  expect((await reader.next()).type).toBe("progress");
  expect((await reader.closed).code).toBe(1000);
  seen.add(`GET ${route} 101`);
  if (!document.paths[route]?.get?.responses[101]) problems.push(`GET ${route} 101: the document does not know it`);
}

async function ended(id: string): Promise<void> {
  await until(
    () => own("GET", "/productions/{id}", id),
    ({ body }) => ["completed", "failed", "cancelled"].includes(body.data.status),
  );
}

test("each answer of a whole run is one that the document tells of", async () => {
  const nobody = "01900000-0000-7000-8000-000000000001";
  const drawn = { prompt: "a lake", size: "64x64" };
  await call("GET", "/health", "/health");
  const [email, password] = ["you@example.com", "correct horse"];
  const mine = { username: "you", email, password };
  const { userId, token } = (await call("POST", "/auth/register", "/auth/register", { json: mine })).body.data;
  user = { userId, token, email, password, call: callerOf(() => product.url, token) };
  await call("POST", "/auth/register", "/auth/register", { json: mine });
  await call("POST", "/auth/register", "/auth/register", { json: {} });
  await call("POST", "/auth/register", "/auth/register", { json: mine, headers: { "content-type": "text/plain" } });
  await call("POST", "/auth/login", "/auth/login", { json: { email, password } });
  await call("POST", "/auth/login", "/auth/login", { json: { email, password: "wrong" } });
  await own("GET", "/users/me");
  await call("GET", "/users/me", "/users/me");
  await own("PUT", "/users/me", "", { json: { username: "Bea" } });

  const wanted = {
    ...{ prompt: "a lighthouse at dusk, watercolour", size: "768x512", seed: 7, metadata: { order: "A-17" } },
    webhookUrl: `${receiver.url}/hooks/dream-factory`,
  };
  receiver.secrets = [(await own("GET", "/webhooks/secret")).body.data.secret];
  const image = await own("POST", "/ai/generate-image", "", {
    json: wanted,
    headers: { "idempotency-key": "a" },
  });
  await own("POST", "/ai/generate-image", "", {
    json: wanted,
    headers: { "idempotency-key": "a" },
  });
  await own("POST", "/ai/generate-image", "", { json: { ...drawn, seed: 1 }, headers: { "idempotency-key": "a" } });
  await own("POST", "/ai/generate-image", "", { json: drawn, headers: { prefer: "wait=20" } });
  await own("POST", "/ai/generate-image", "", { json: {} });
  await own("POST", "/ai/generate-image", "", { json: { ...drawn, n: 4 } });
  const video = await own("POST", "/ai/generate-video", "", {
    json: { prompt: "waves roll in below the lighthouse", durationSec: 1, resolution: "480p", ratio: "1:1" },
  });
  const sounds = {
    speech: { prompt: "The light has gone out.", voice: "woman" },
    music: { prompt: "fog comes in", mood: "calm", durationSec: 1 },
    screenplay: { prompt: "A keeper finds the light burning for ships that sank long ago.", genre: "fantasy" },
  };
  for (const [what, json] of Object.entries(sounds)) {
    const made = await own("POST", `/ai/generate-${what}`, "", { json });
    await own("POST", `/ai/generate-${what}`, "", { json: {} });
    await follow(user, made.body.data.id);
    await own("GET", "/jobs/{id}", made.body.data.id);
  }
  const failed = await own("POST", "/ai/generate-image", "", {
    json: { imageUrl: "http://localhost/no.png" },
  });
  const id = image.body.data.id;
  await follow(user, id);
  const { key } = (await own("GET", "/jobs/{id}", id)).body.data.outputs[0];
  await call("POST", "/verify", "/verify", { json: { output: key } });
  await call("POST", "/verify", "/verify", { json: { output: "no key" } });
  await own("GET", "/jobs/{id}", id);
  await own("GET", "/jobs/{id}", nobody);
  await own("GET", "/jobs");
  await call("GET", "/jobs", "/jobs?search=dusk&type=image,video", { token: user.token });
  await call("GET", "/jobs", "/jobs?type=none", { token: user.token });
  const { next } = (await call("GET", "/events", "/events?since=0", { token: user.token })).body.data;
  await call("GET", "/events", "/events?since=x", { token: user.token });
  const saving = (rest: string) =>
    call("GET", "/jobs/{id}/outputs/{index}/download", `/jobs/${id}/outputs/${rest}`, { token: user.token });
  await saving("0/download?name=lighthouse");
  await saving("9/download");
  await own("GET", "/jobs/{id}/events", `${id}`, {});
  await call("GET", "/jobs/{id}/events", `/jobs/${id}/events?since=0`, { token: user.token });
  await call("GET", "/jobs/{id}/events", `/jobs/${id}/events?since=x`, { token: user.token });
  await own("POST", "/jobs/{id}/cancel", id);
  await own("POST", "/jobs/{id}/retry", id);
  expect([image, video, failed].map(({ body }) => body.message)).toEqual(["success", "success", "success"]);
  await follow(user, video.body.data.id);
  expect(await follow(user, failed.body.data.id)).toMatchObject({ status: "failed" });
  await own("POST", "/jobs/{id}/retry", failed.body.data.id);
  await follow(user, failed.body.data.id);
  const news = await call("GET", "/events", `/events?since=${next}`, { token: user.token });
  expect(news.body.data.items.map(({ event }: { event: string }) => event)).toContain("ended");
  const doomed = await own("POST", "/ai/generate-image", "", { json: { ...drawn, model: "sketch-slow" } });
  expect((await own("POST", "/jobs/{id}/cancel", doomed.body.data.id)).status).toBe(200);
  const [message] = await receiver.got(1);
  recorder.record("jobEnded", { request: message?.body, status: 200, answer: null });
  const [delivery] = (await own("GET", "/webhooks/deliveries")).body.data.items;
  await own("POST", "/webhooks/deliveries/{id}/redeliver", delivery.id);
  await grantRole(product.runtime, "admin", email);
  const { items } = (await own("POST", "/admin/codes", "", { json: { credits: 50, count: 1 } })).body.data;
  await own("POST", "/credits/redeem", "", { json: { code: items[0].code } });
  await own("DELETE", "/jobs/{id}", id);
  await own("DELETE", "/jobs/{id}", id);
  await makeProject();
  await own("POST", "/ai/quote", "", { json: drawn });
  await call("GET", "/ai/models", "/ai/models");
  await own("GET", "/ai/health");
  await own("POST", "/webhooks/secret/rotate");
  await call("POST", "/webhooks/{provider}/{token}", "/webhooks/fal/none");
  const upload = await own("POST", "/uploads", "", {
    json: { filename: "lighthouse.png", contentType: "image/png", size: 48213 },
  });
  await own("GET", "/uploads/{id}", upload.body.data.uploadId);
  await own("DELETE", "/uploads/{id}", upload.body.data.uploadId);
  await own("DELETE", "/uploads/{id}", upload.body.data.uploadId);
  await buyAndForget(email);
  await own("GET", "/credits");
  await own("GET", "/credits/transactions");
  await call("GET", "/credits/transactions", "/credits/transactions?cursor=x", { token: user.token });
  await own("POST", "/auth/logout");
  await own("POST", "/auth/logout");
  await call("GET", "/openapi.json", "/openapi.json");
  await call("GET", "/docs", "/docs");

  expect(problems).toEqual([]);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const isCalled = (operation: string) =>
    [...seen].some((where) => where.startsWith(`${operation} 2`) || where === `${operation} 101`);
  expect(operations.filter((operation) => !isCalled(operation) && !(operation in notInTheRun))).toEqual([]);
  const howTo = "record them: RECORD_EXAMPLES=1 npx vitest run test/openapi/answers.test.ts";
  expect(recorder.settle(), howTo).toEqual([]);
});
