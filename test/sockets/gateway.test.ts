// A production followed by connections that API Gateway holds: over its wire, with the very function that Lambda runs, and looks that tell.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { planner } from "../../shared/drama/planning/planner.ts";
import { MAX_STREAMS_PER_USER } from "../../shared/http/open-streams.ts";
import type { SocketGateway } from "../../shared/ports/socket-gateway.ts";
import { nudgeProduction } from "../../shared/productions/tickets.ts";
import { createProductionWork } from "../../shared/productions/work.ts";
import { lambdaSocket } from "../../shared/runtime/cloud/lambda-socket.ts";
import { useJobRuntime } from "../../shared/runtime/runtime.ts";
import { createApiGateway } from "../../shared/sockets/gateway/api-gateway.ts";
import { listListeners } from "../../shared/sockets/gateway/connections.ts";
import { createTell } from "../../shared/sockets/gateway/tell.ts";
import { PROTOCOL } from "../../shared/sockets/protocol.ts";
import { type Product, startProduct } from "../api/local.ts";
import { type ShownJob, type User, until } from "../api/user.ts";
import { eventually } from "../patience.ts";
import { startWebSocketApi, type WebSocketApi } from "../servers/lambda/websocket-api.ts";
import { type Door, studio, wish } from "./held-film.ts";
import { eventsOf, NotUpgraded, openSocket, type ReadOptions, type SocketReader } from "./reader.ts";

const door: Door = { isOpen: false };
const page = "https://app.example";
const key = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "the role's secret", sessionToken: "its token" };
const context = { getRemainingTimeInMillis: () => 29_000 };
let product: Product;
let api: WebSocketApi;
let gateway: SocketGateway;
/** How many of the API's events the function is done with. */
let done: number;

beforeAll(async () => {
  product = await startProduct({
    environment: { WELCOME_CREDITS: "1000", TIMER_SECONDS: "1", CORS_ORIGINS: page, LEASE_SECONDS: "2" },
    providers: [studio(door)],
  });
});
afterAll(() => {
  // Whoever still draws need not be waited for.
  door.isOpen = true;
  return product.close();
});

beforeEach(async () => {
  const { runtime } = product;
  const { config, log, metrics } = runtime;
  const prepared = { config, log, metrics, open: async () => {} };
  // The function is called by the API, and calls it.
  const later: SocketGateway = { post: (...args) => gateway.post(...args), close: (id) => gateway.close(id) };
  const handler = lambdaSocket({ prepared, gatewayOf: () => later });
  done = 0;
  const invoke = (event: unknown) => handler(event, context).finally(() => done++);
  api = await startWebSocketApi({ key, invoke });
  gateway = createApiGateway({ socketUrl: api.url, region: "eu-central-1", timeoutMs: 500, ...key });
  const work = createProductionWork({ planner, nodes: runtime.nodes, tell: createTell(gateway) });
  useJobRuntime({ ...runtime, productions: work });
});
afterEach(async () => {
  await api.close();
});

async function begin(user: User): Promise<ShownJob> {
  const { status, body } = await user.call("POST", "/projects/generate-drama", { json: wish });
  expect([status, body.message]).toEqual([202, "success"]);
  return body.data;
}

const cancel = (user: User, { id }: ShownJob) => user.call("POST", `/productions/${id}/cancel`, { json: {} });
const readTo = (reader: SocketReader, type: string) =>
  eventually(() => expect(reader.messages.map((each) => each.type)).toContain(type));
const listeners = (user: User) => listListeners(product.runtime, { userId: user.userId, limit: 100 });
const feedOf = async (user: User, { id }: ShownJob) =>
  (await user.call("GET", `/productions/${id}/events?since=0`)).body.data.items;

function follow(film: ShownJob, user: User, more: object = {}, options: ReadOptions = {}): Promise<SocketReader> {
  return openSocket(api.url, {
    first: { type: "follow", token: user.token, projectId: film.projectId, ...more },
    ...options,
  });
}

test("it tells what the stream tells, pushed by whoever moves the production on, and ends with it", async () => {
  const user = await product.register();
  const film = await begin(user);
  const reader = await follow(film, user);
  expect(reader.ws.protocol).toBe(PROTOCOL);
  expect((await reader.next()).type).toBe("progress");
  expect((await listeners(user)).map(({ listener }) => listener.productionId)).toEqual([film.id]);
  await cancel(user, film);
  await readTo(reader, "end");
  expect((await reader.closed).code).toBe(1000);
  const heard = new Map(eventsOf(reader.messages).map(({ id, data }) => [Number(id), data]));
  expect([...heard.values()]).toEqual(await feedOf(user, film));
  // Nobody pinged: what came was pushed.
  expect(reader.messages.filter(({ type }) => type === "alive")).toEqual([]);
  await eventually(async () => expect(await listeners(user)).toEqual([]));

  const last = Math.max(...heard.keys());
  const rest = await follow(film, user, { after: last - 1 });
  await rest.closed;
  expect(eventsOf(rest.messages).map(({ id }) => id)).toEqual([String(last)]);
});

test("what nobody could tell is told when the reader pings, and the production has not waited for it", async () => {
  const user = await product.register();
  const film = await begin(user);
  const reader = await follow(film, user);
  await reader.next();
  await eventually(() => expect(done).toBe(2));
  // Nobody answers any more: not even that it failed.
  api.fail(0, 1000);
  await cancel(user, film);
  await until(
    async () => (await user.call("GET", `/productions/${film.id}`)).body.data,
    ({ status }) => status === "cancelled",
  );
  const unanswered = () => api.calls.filter(({ status }) => status === 0).map(({ body }) => body);
  await eventually(() => expect(unanswered()).not.toEqual([]));
  // A ping that cannot be answered leaves the reader where it is: the next one will be.
  reader.send({ type: "ping" });
  await eventually(() => expect(done).toBe(3));
  expect(unanswered()).toContainEqual(expect.stringContaining('"error"'));
  expect(reader.messages.some(({ type }) => type === "end")).toBe(false);
  api.mend();
  await eventually(async () => {
    if (reader.ws.readyState === reader.ws.OPEN) reader.send({ type: "ping" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(reader.ws.readyState).toBe(reader.ws.CLOSED);
  });
  const types = reader.messages.map(({ type }) => type);
  expect(types).toContain("end");
  expect(types).not.toContain("error");
});

test("one that has gone without a word is found out by 410, and forgotten", async () => {
  const user = await product.register();
  const film = await begin(user);
  const [gone, there] = [await follow(film, user), await follow(film, user)];
  await Promise.all([gone.next(), there.next()]);
  await eventually(async () => expect(await listeners(user)).toHaveLength(2));
  api.keepQuiet();
  gone.ws.terminate();
  await eventually(() => expect(api.connections()).toBe(1));
  await cancel(user, film);
  await readTo(there, "end");
  await eventually(async () => expect(await listeners(user)).toEqual([]));
  expect(api.calls.some(({ status }) => status === 410)).toBe(true);
});

test("one that says good-bye is forgotten at once", async () => {
  const user = await product.register();
  const film = await begin(user);
  const reader = await follow(film, user);
  await reader.next();
  reader.ws.close();
  await eventually(async () => expect(await listeners(user)).toEqual([]));
  await cancel(user, film);
});

test("whoever is nobody, somebody else, or no longer signed in, hears nothing and is let go of", async () => {
  const [user, other] = [await product.register(), await product.register()];
  const film = await begin(user);
  for (const [reader, type] of [
    [await follow(film, { ...user, token: "a.b.c" }), "unauthenticated"],
    [await follow(film, other), "not_found"],
    [await openSocket(api.url, { first: { type: "ping" } }), "unauthenticated"],
    [await openSocket(api.url, { first: { type: "follow", token: user.token } }), "invalid_request"],
    [await openSocket(api.url, { first: "{" }), "invalid_request"],
  ] as const) {
    expect(await reader.next()).toMatchObject({ type: "error", error: { type } });
    await reader.closed;
  }
  const reader = await follow(film, user);
  await reader.next();
  const json = { password: "another horse", currentPassword: user.password };
  const { token } = (await user.call("PUT", "/users/me", { json })).body.data;
  reader.send({ type: "ping" });
  await readTo(reader, "error");
  await reader.closed;
  expect(reader.messages.at(-1)?.error.type).toBe("unauthenticated");
  expect(await listeners(user)).toEqual([]);
  await product.call("POST", `/productions/${film.id}/cancel`, { token, json: {} });
});

test("foreign pages and other protocols are refused before there is a connection, and nothing is written for them", async () => {
  for (const options of [{ origin: "https://evil.example" }, { protocols: ["chat"] }]) {
    const error = await openSocket(api.url, options).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(NotUpgraded);
    expect([403, 400]).toContain(error.status);
  }
  const reader = await openSocket(api.url, { origin: page });
  reader.ws.terminate();
});

test("a user has so many connections; those that have gone unheard of do not count", async () => {
  const user = await product.register();
  const film = await begin(user);
  const readers = await Promise.all(Array.from({ length: MAX_STREAMS_PER_USER }, () => follow(film, user)));
  for (const reader of readers) await reader.next();
  const over = await follow(film, user);
  await readTo(over, "error");
  expect(over.messages.at(-1)?.error.type).toBe("rate_limited");
  api.keepQuiet();
  readers[0]?.ws.terminate();
  await eventually(() => expect(api.connections()).toBe(MAX_STREAMS_PER_USER - 1));
  const again = await follow(film, user);
  expect((await again.next()).type).toBe("progress");
  await cancel(user, film);
});

test("the function dies between the two writes of a connection: the same first message again is enough", async () => {
  const user = await product.register();
  const film = await begin(user);
  const { table } = product.runtime;
  let isDying = true;
  const dying = {
    ...table,
    get: table.get.bind(table),
    query: table.query.bind(table),
    async put(item: Parameters<typeof table.put>[0], condition: Parameters<typeof table.put>[1]) {
      if (item.partition.startsWith("sockets#") && isDying) {
        isDying = false;
        throw new Error("it died here");
      }
      return table.put(item, condition);
    },
  };
  const { putListener } = await import("../../shared/sockets/gateway/connections.ts");
  const listener = {
    ...{ connectionId: "abc=", userId: user.userId, productionId: film.id, tokenVersion: 1, seen: 0 },
    endsAt: Date.now() + 60_000,
  };
  await expect(putListener({ table: dying }, listener)).rejects.toThrow("it died here");
  expect(await putListener({ table: dying }, listener)).toMatchObject({ listener: { connectionId: "abc=" } });
  expect(await putListener({ table }, listener)).toMatchObject({ listener: { connectionId: "abc=" } });
  expect(await putListener({ table }, { ...listener, productionId: "another" })).toBeNull();
  await nudgeProduction(product.runtime, { userId: user.userId, productionId: film.id });
  await cancel(user, film);
});

test("calls that are signed by somebody else, or not at all, are refused by the gateway", async () => {
  const reader = await openSocket(api.url);
  const wrong = createApiGateway({ socketUrl: api.url, region: "eu-central-1", ...key, secretAccessKey: "another" });
  await expect(wrong.post("abc=", "{}")).rejects.toMatchObject({ type: "unavailable" });
  const elsewhere = createApiGateway({ socketUrl: api.url, region: "us-east-1", ...key });
  await expect(elsewhere.post("abc=", "{}")).rejects.toMatchObject({ type: "unavailable" });
  expect(await gateway.post("abc=", "{}")).toBe("gone");
  await gateway.close("abc=");
  expect(api.calls.map(({ status }) => status)).toEqual([403, 403, 410, 410]);
  reader.ws.terminate();
});
