// A production followed over a WebSocket, on the whole product: the events, who may hear them, and how a connection ends.
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_STREAMS_PER_USER } from "../../shared/http/open-streams.ts";
import { PROTOCOL } from "../../shared/sockets/protocol.ts";
import { type Product, startProduct } from "../api/local.ts";
import type { ShownJob, User } from "../api/user.ts";
import { readEvents } from "../feed/event-source.ts";
import { eventually } from "../patience.ts";
import { openRaw } from "../runtime/raw-connection.ts";
import { type Door, studio, wish } from "./held-film.ts";
import { eventsOf, NotUpgraded, openSocket, type ReadOptions, type SocketReader } from "./reader.ts";

const door: Door = { isOpen: false };
const page = "https://app.example";
let product: Product;

beforeAll(async () => {
  product = await startProduct({
    environment: { WELCOME_CREDITS: "1000", TIMER_SECONDS: "1", CORS_ORIGINS: page },
    providers: [studio(door)],
  });
});
afterAll(() => {
  // Whoever still draws need not be waited for.
  door.isOpen = true;
  return product.close();
});

async function begin(user: User): Promise<ShownJob> {
  const { status, body } = await user.call("POST", "/projects/generate-drama", { json: wish });
  expect([status, body.message]).toEqual([202, "success"]);
  return body.data;
}

function end(user: User, { id }: ShownJob) {
  return user.call("POST", `/productions/${id}/cancel`, { json: {} });
}

const addressOf = (projectId: string, query = "") => `${product.url}/api/v1/ws/projects/${projectId}/progress${query}`;

function follow(
  { projectId }: ShownJob,
  user: User,
  more: object = {},
  options: ReadOptions = {},
): Promise<SocketReader> {
  return openSocket(addressOf(projectId), { first: { type: "follow", token: user.token, ...more }, ...options });
}

async function refusal(opening: Promise<unknown>): Promise<NotUpgraded> {
  const error = await opening.then(
    () => null,
    (thrown) => thrown,
  );
  if (!(error instanceof NotUpgraded)) throw new Error(`it was not refused: ${error}`);
  return error;
}

test("it tells what the stream tells, from the first event to the end, and closes with 1000", async () => {
  const user = await product.register();
  const film = await begin(user);
  const reader = await follow(film, user);
  const stream = await readEvents(`${product.url}/api/v1/projects/${film.projectId}/progress`, { token: user.token });
  expect((await reader.next()).type).toBe("progress");
  await end(user, film);
  expect(await reader.closed).toEqual({ code: 1000, reason: "ended" });
  expect(reader.ws.protocol).toBe(PROTOCOL);
  const told = await stream.end();
  expect(eventsOf(reader.messages)).toEqual(told);
  expect(told.at(-1)).toMatchObject({ event: "end", data: { status: "cancelled", production: { id: film.id } } });

  const last = Number(told.at(-1)?.id);
  const rest = await follow(film, user, { after: last - 1 });
  expect([(await rest.closed).code, eventsOf(rest.messages)]).toEqual([1000, told.slice(-1)]);
  const known = await follow(film, user, { after: last });
  expect([(await known.closed).code, known.messages]).toEqual([1000, []]);
  const exact = await follow(film, user, { productionId: film.id, after: last - 1 });
  expect([(await exact.closed).code, eventsOf(exact.messages)]).toEqual([1000, told.slice(-1)]);
});

test("the token may come in a subprotocol or in Authorization; then the events begin at once, behind ?after=", async () => {
  const user = await product.register();
  const film = await begin(user);
  const ways: ReadOptions[] = [
    { protocols: [PROTOCOL, `bearer.${user.token}`], origin: page },
    { headers: { authorization: `Bearer ${user.token}` } },
  ];
  for (const way of ways) {
    const reader = await openSocket(addressOf(film.projectId, "?after=0"), way);
    expect(await reader.next()).toMatchObject({ type: "progress", id: 1 });
    // The token is not said again by us.
    expect(reader.ws.protocol).toBe(PROTOCOL);
    reader.send({ type: "ping" });
    await eventually(() => expect(reader.messages.at(-1)).toEqual({ type: "alive" }));
    reader.ws.close();
    await reader.closed;
  }
  await end(user, film);
});

test("whoever is nobody, or somebody else, hears nothing", async () => {
  const [user, other] = [await product.register(), await product.register()];
  const film = await begin(user);
  const wrong = await follow(film, { ...user, token: `${user.token}x` });
  expect(await wrong.next()).toMatchObject({ type: "error", error: { type: "unauthenticated" } });
  expect(await wrong.closed).toEqual({ code: 4401, reason: "unauthenticated" });

  const foreign = await follow(film, other);
  expect(await foreign.next()).toMatchObject({ type: "error", error: { type: "not_found" } });
  expect(await foreign.closed).toEqual({ code: 4404, reason: "not_found" });

  const own = await begin(other);
  const mixed = await follow(own, other, { productionId: film.id });
  expect((await mixed.closed).code).toBe(4404);

  const mute = await openSocket(addressOf(film.projectId), { first: { type: "ping" } });
  expect((await mute.closed).code).toBe(4401);
  await end(user, film);
  await end(other, own);
});

test("a token in the address is refused, whatever else is said", async () => {
  const user = await product.register();
  const film = await begin(user);
  const reader = await openSocket(addressOf(film.projectId, `?token=${user.token}`), {
    headers: { authorization: `Bearer ${user.token}` },
  });
  expect(await reader.next()).toMatchObject({
    type: "error",
    error: { type: "invalid_request", details: [{ path: "token", message: expect.any(String) }] },
  });
  expect((await reader.closed).code).toBe(4400);
  await end(user, film);
});

test("a changed password ends the connection", async () => {
  const user = await product.register();
  const film = await begin(user);
  const reader = await follow(film, user);
  await reader.next();
  const json = { password: "another horse", currentPassword: user.password };
  const { body } = await user.call("PUT", "/users/me", { json });
  expect(await reader.closed).toEqual({ code: 4401, reason: "unauthenticated" });
  const again = { ...user, token: body.data.token };
  await product.call("POST", `/productions/${film.id}/cancel`, { token: again.token, json: {} });
});

test("pages of foreign origins are refused before there is a connection; the named ones and our own may connect", async () => {
  const user = await product.register();
  const film = await begin(user);
  const { status, body } = await refusal(follow(film, user, {}, { origin: "https://evil.example" }));
  expect([status, body.error.type]).toEqual([403, "forbidden"]);
  for (const origin of [page, product.url]) {
    const reader = await follow(film, user, {}, { origin });
    expect((await reader.next()).type).toBe("progress");
    reader.ws.terminate();
  }
  await end(user, film);
});

test("what is no handshake of ours is answered over HTTP, with what to do", async () => {
  const user = await product.register();
  const film = await begin(user);
  const protocol = await refusal(openSocket(addressOf(film.projectId), { protocols: ["chat"] }));
  expect([protocol.status, protocol.body.message]).toEqual([400, expect.stringContaining(PROTOCOL)]);
  const plain = await product.call("GET", `/ws/projects/${film.projectId}/progress`);
  expect([plain.status, plain.body.error.type]).toEqual([426, "upgrade_required"]);
  // RFC 9110: 426 has an Upgrade, and whoever sends one names it in Connection, as it is about this connection alone.
  expect([plain.headers.get("upgrade"), plain.headers.get("connection")]).toEqual(["websocket", "Upgrade"]);

  const raw = await openRaw(Number(new URL(product.url).port));
  const path = `/api/v1/ws/projects/${film.projectId}/progress`;
  raw.write(
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  const answered = await raw.end();
  expect(answered).toMatch(/^HTTP\/1\.1 400 /);
  expect(answered).toContain('"type":"invalid_request"');
  await end(user, film);
});

test("an upgrade that nobody takes is as if it had not been asked for, with its body and what comes behind it", async () => {
  const raw = await openRaw(Number(new URL(product.url).port));
  const body = JSON.stringify({ email: "nobody@example.com", password: "wrong horse" });
  const head = `Host: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk`;
  raw.write(
    `POST /api/v1/auth/login HTTP/1.1\r\n${head}\r\n\r\n${body}GET /api/v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  );
  const received = await raw.end();
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 401", "HTTP/1.1 200"]);
});

test("messages are bounded in length, number and kind, and only one production is followed", async () => {
  const user = await product.register();
  const film = await begin(user);
  const long = await follow(film, user);
  await long.next();
  long.send("x".repeat(5000));
  expect((await long.closed).code).toBe(1009);

  const binary = await follow(film, user);
  await binary.next();
  binary.ws.send(Buffer.from("{}"));
  expect((await binary.closed).code).toBe(1003);

  const twice = await follow(film, user);
  await twice.next();
  twice.send({ type: "follow", token: user.token });
  expect((await twice.closed).code).toBe(4400);

  const odd = await follow(film, user);
  await odd.next();
  odd.send("not json");
  expect((await odd.closed).code).toBe(4400);

  const often = await follow(film, user);
  await often.next();
  for (let i = 0; i < 200 && often.ws.readyState === often.ws.OPEN; i++) {
    often.send({ type: "ping" });
    if (i % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect([1008, 4429]).toContain((await often.closed).code);
  await end(user, film);
});

test("a user has as many streams and connections together as there may be, and gets a place back when one ends", async () => {
  const user = await product.register();
  const film = await begin(user);
  const readers = await Promise.all(Array.from({ length: MAX_STREAMS_PER_USER }, () => follow(film, user)));
  for (const reader of readers) await reader.next();
  const over = await follow(film, user);
  expect(await over.next()).toMatchObject({ type: "error", error: { type: "rate_limited", retryAfterMs: 10_000 } });
  expect((await over.closed).code).toBe(4429);
  const stream = await user.call("GET", `/productions/${film.id}/events`);
  expect(stream.status).toBe(429);
  readers[0]?.ws.terminate();
  await eventually(async () => {
    const again = await follow(film, user);
    const first = await again.next();
    again.ws.terminate();
    expect(first.type).toBe("progress");
  });
  for (const reader of readers) reader.ws.terminate();
  await end(user, film);
});

test("a server that stops says so, and whoever comes back goes on behind the last event", async () => {
  const user = await product.register();
  const film = await begin(user);
  const reader = await follow(film, user);
  const { id } = await reader.next();
  door.isOpen = true;
  await product.restart();
  expect(await reader.closed).toEqual({ code: 1001, reason: "come back behind the last event" });
  expect(reader.messages.at(-1)).toEqual({ type: "retry", ms: expect.any(Number) });
  const last = Math.max(id, ...eventsOf(reader.messages).map((each) => Number(each.id)));
  const again = await follow(film, user, { after: last });
  await end(user, film);
  // It has begun to stop; what it waits for was somebody else's, whose lease goes on for a while.
  expect((await again.next()).id).toBe(last + 1);
  again.ws.terminate();
});
