// Streamed bodies over real connections: piece by piece, only as fast as they are read, and never longer than somebody reads.
import { once } from "node:events";
import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { httpFunction } from "../../shared/http/http-function.ts";
import { eventStream } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { type Api, startApi } from "../http/api.ts";
import { declared } from "../http/functions.ts";
import { openRaw } from "./raw-connection.ts";

type Pieces = (signal: AbortSignal) => AsyncIterable<string | Uint8Array>;

let api: Api;

afterEach(() => api.close());

async function serve(pieces: Pieces): Promise<void> {
  const handler = httpFunction(requestRuntime, { auth: "none" }, async ({ signal }) => eventStream(pieces(signal)));
  api = await startApi({ functions: [declared("GET", "/stream", handler)] });
}

async function get(method = "GET") {
  const sent = request(`${api.url}/api/v1/stream`, { method, agent: false }).end();
  sent.on("error", () => {});
  const [response] = await once(sent, "response");
  response.on("error", () => {});
  return { sent, response };
}

test("the head comes before the first piece, and each piece before the next one exists", async () => {
  const goOn = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await serve(async function* () {
    await goOn[0]?.promise;
    yield "first\n\n";
    await goOn[1]?.promise;
    yield new TextEncoder().encode("second\n\n");
  });
  const { response } = await get();
  expect(response.statusCode).toBe(200);
  const answered = () => api.lines.find((text) => text.includes('"route":"/stream"') && text.includes('"answered"'));
  expect(answered()).toBe(undefined);
  const pieces = response.setEncoding("utf8")[Symbol.asyncIterator]();
  goOn[0]?.resolve();
  expect((await pieces.next()).value).toBe("first\n\n");
  goOn[1]?.resolve();
  expect((await pieces.next()).value).toBe("second\n\n");
  expect((await pieces.next()).done).toBe(true);
  expect(JSON.parse(answered() ?? "{}")).toMatchObject({ message: "answered", status: 200, method: "GET" });
});

test("a caller who reads nothing is sent no more than the buffers hold, and everything once it reads", async () => {
  const pieces = 400;
  const piece = "x".repeat(64 * 1024);
  let made = 0;
  await serve(async function* () {
    for (; made < pieces; made++) yield piece;
  });
  const { response } = await get();
  response.pause();
  // Time for a writer that did not wait to write them all.
  for (let i = 0; i < 50; i++) await api.call("GET", "/nothing");
  expect(made).toBeLessThan(pieces);
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
  });
  await once(response.resume(), "end");
  expect(bytes).toBe(pieces * piece.length);
});

test("a caller who goes away ends the stream, and what it held is let go", async () => {
  const over = Promise.withResolvers<string>();
  await serve(async function* (signal) {
    try {
      yield "here\n\n";
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      yield "to nobody";
      yield "this is not even asked for";
      over.resolve("asked for more");
    } finally {
      over.resolve("let go");
    }
  });
  const { sent, response } = await get();
  await once(response, "data");
  sent.destroy();
  expect(await over.promise).toBe("let go");
});

test("a caller who goes away while the buffers are full ends it too", async () => {
  const over = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  await serve(async function* () {
    try {
      for (let made = 0; ; made++) {
        if (made === 100) full.resolve();
        yield "x".repeat(1024 * 1024);
        full.resolve();
      }
    } finally {
      over.resolve();
    }
  });
  const { sent, response } = await get();
  response.pause();
  await full.promise;
  sent.destroy();
  await over.promise;
});

test("HEAD asks for no piece, and lets the stream go; its line is in the log", async () => {
  let isAsked = false;
  const over = Promise.withResolvers<void>();
  await serve(() => ({
    [Symbol.asyncIterator]: () => ({
      async next() {
        isAsked = true;
        return { done: true, value: undefined };
      },
      async return() {
        over.resolve();
        return { done: true, value: undefined };
      },
    }),
  }));
  const { response } = await get("HEAD");
  response.resume();
  await once(response, "end");
  await over.promise;
  expect([response.statusCode, isAsked]).toEqual([200, false]);
  expect(api.lines.join()).toContain('"route":"/stream"');
});

test("a stream that fails is cut, so that nobody takes it for whole, and the log says why", async () => {
  await serve(async function* () {
    yield "half\n\n";
    throw new Error("the rest is lost");
  });
  const { response } = await get();
  await new Promise((resolve) => response.resume().on("close", resolve));
  expect(response.complete).toBe(false);
  expect(api.lines.join()).toContain("the rest is lost");
  expect((await api.call("GET", "/health")).status).toBe(200);
});

test("over HTTP/1.0 and 1.1 the connection ends with the stream, whatever the caller asked for", async () => {
  await serve(async function* () {
    yield "all\n\n";
  });
  for (const version of ["1.0", "1.1"]) {
    const raw = await openRaw(api.port);
    raw.write(`GET /api/v1/stream HTTP/${version}\r\nHost: x\r\nConnection: keep-alive\r\n\r\n`);
    const received = await raw.end();
    expect(received).toMatch(/connection: close/i);
    expect(/transfer-encoding: chunked/i.test(received)).toBe(version === "1.1");
    expect(received).toContain("all\n\n");
  }
});
