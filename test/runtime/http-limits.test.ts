import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ok } from "../../shared/http/results.ts";
import { type Api, startApi } from "../http/api.ts";
import { anything } from "../http/functions.ts";
import { lastBody, openRaw } from "./raw-connection.ts";

const host = "Host: localhost\r\n";
let api: Api;
let left: PromiseWithResolvers<string>;
let bodies: number[] = [];

beforeAll(async () => {
  left = Promise.withResolvers();
  api = await startApi({
    // On a busy machine a megabyte takes its time.
    limits: { discardMs: 60_000 },
    functions: [
      anything("POST", "/echo", async ({ body }) => {
        bodies.push(JSON.stringify(body).length);
        return ok(body);
      }),
      anything("GET", "/names/{name}", async ({ params }) => ok(params)),
      anything("GET", "/wait", async ({ signal }) => {
        api.lines.push("waiting");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        left.resolve("left");
        return ok("left");
      }),
    ],
  });
});

afterAll(() => api.close());

describe("bodies", () => {
  test("a body of 1 MB arrives whole, by length and in chunks", async () => {
    const json = { a: "x".repeat(1024 * 1024 - '{"a":""}'.length) };
    expect((await api.call("POST", "/echo", { json })).status).toBe(200);
    const headers = { "content-type": "application/json" };
    const body = new Blob([JSON.stringify(json)]).stream();
    const response = await fetch(`${api.url}/api/v1/echo`, { method: "POST", headers, body, duplex: "half" });
    expect(response.status).toBe(200);
  });

  test("a body whose length says that it is too long is 413 before any of it is sent", async () => {
    const raw = await openRaw(api.port);
    raw.write(`POST /api/v1/echo HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n`);
    const received = await raw.until('"data":null');
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(received).toContain("Connection: close");
    raw.socket.destroy();
  });

  test("somebody who sends all 20 MB before reading still gets the 413, not a reset", async () => {
    const raw = await openRaw(api.port);
    raw.socket.pause();
    raw.write(
      `POST /api/v1/echo HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${20 * 1024 * 1024}\r\n\r\n`,
    );
    const piece = Buffer.alloc(1024 * 1024, 0x20);
    for (let n = 0; n < 20; n++) if (!raw.socket.write(piece)) await once(raw.socket, "drain");
    raw.socket.resume();
    expect(await raw.end()).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("an endless body in chunks is 413 as soon as it is too long, and memory stays flat", async () => {
    const raw = await openRaw(api.port);
    const before = process.memoryUsage().arrayBuffers;
    raw.write(
      `POST /api/v1/echo HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const piece = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(0x10000, 0x20), Buffer.from("\r\n")]);
    while (!raw.received().includes("413")) {
      if (!raw.socket.write(piece)) await once(raw.socket, "drain");
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(raw.received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
    raw.socket.destroy();
  });

  test("a gzip bomb is 415, and is never unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 0x20));
    bodies = [];
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const { status, body } = await api.call("POST", "/echo", { body: new Uint8Array(bomb), headers });
    expect([status, body.error.type]).toEqual([415, "unsupported_media_type"]);
    expect(bodies).toEqual([]);
  });

  test("a caller who waits for 100 Continue is told to go on, or is refused at once", async () => {
    const raw = await openRaw(api.port);
    const head = `POST /api/v1/echo HTTP/1.1\r\n${host}Content-Type: application/json\r\nExpect: 100-continue\r\n`;
    raw.write(`${head}Content-Length: 2\r\n\r\n`);
    await raw.until("100 Continue");
    raw.write("{}");
    expect(await raw.until('"code":0')).toContain("HTTP/1.1 200 OK");
    raw.socket.destroy();

    for (const [path, length, status] of [
      ["echo", 2_000_000, 413],
      ["nothing", 2, 404],
    ]) {
      const refused = await openRaw(api.port);
      refused.write(`${head.replace("echo", String(path))}Content-Length: ${length}\r\n\r\n`);
      const received = await refused.until('"data":null');
      expect(received).toContain(`HTTP/1.1 ${status}`);
      expect(received).not.toContain("100 Continue");
      refused.socket.destroy();
    }
  });

  test("after an answer to a request without a body the connection goes on, errors included", async () => {
    const raw = await openRaw(api.port);
    for (const [path, status] of [
      ["nothing", 404],
      ["health", 200],
      ["users/me", 401],
    ] as const) {
      const before = raw.received().length;
      raw.write(`GET /api/v1/${path} HTTP/1.1\r\n${host}\r\n`);
      await raw.until(`HTTP/1.1 ${status}`);
      while (!raw.received().slice(before).endsWith("}")) await once(raw.socket, "data");
      expect(raw.received().slice(before)).toContain("Connection: keep-alive");
    }
    raw.socket.destroy();
  });
});

describe("the Host header", () => {
  test.each([
    ["1.1", [], "missing"],
    ["1.1", ["Host: localhost", "Host: localhost"], "more than once"],
    ["1.1", ["Host: localhost", "hOsT: elsewhere"], "more than once"],
    ["1.0", ["Host: a", "Host: b"], "more than once"],
    ["1.1", ["Host: a, b"], "not a host"],
    ["1.1", ["Host: a/b"], "not a host"],
    ["1.1", ["Host: user@a"], "not a host"],
    ["1.1", ["Host: a:b"], "not a host"],
    ["1.1", ["Host: [::1"], "not a host"],
  ])("HTTP/%s with %j is 400 in the envelope", async (version, headers, why) => {
    for (const path of ["/api/v1/health", "/media/x", "/"]) {
      const received = await ask(path, version, headers);
      expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(lastBody(received)).toMatchObject({ code: 400, data: null, error: { type: "invalid_request" } });
      expect(lastBody(received).message).toContain(why);
    }
  });

  test.each([
    ["1.1", ["Host:"]],
    ["1.1", ["Host: a.example:443"]],
    ["1.1", ["Host: [::1]:3000"]],
    ["1.1", ["Host: 127.0.0.1:"]],
    ["1.0", []],
  ])("HTTP/%s with %j is served", async (version, headers) => {
    expect(await ask("/api/v1/health", version, headers)).toMatch(/^HTTP\/1\.1 200 /);
  });

  async function ask(path: string, version: string, headers: string[]): Promise<string> {
    const raw = await openRaw(api.port);
    raw.write([`GET ${path} HTTP/${version}`, ...headers, "Connection: close", "", ""].join("\r\n"));
    return raw.end();
  }
});

async function startImpatient() {
  const started = await startApi({
    limits: { lookMs: 20, requestMs: 400, headersMs: 400 },
    functions: [anything("POST", "/echo", async ({ body }) => ok(body))],
  });
  return { ...started, [Symbol.asyncDispose]: () => started.close() };
}

describe("those who are slow, rude or gone", () => {
  test.each([
    ["headers that never end", `GET /api/v1/health HTTP/1.1\r\n${host}X-A: `],
    [
      "a body that never ends",
      `POST /api/v1/echo HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":`,
    ],
  ])("%s are cut off with a 400 in the envelope", async (_name, text) => {
    await using impatient = await startImpatient();
    const raw = await openRaw(impatient.port);
    raw.write(text);
    const received = await raw.end();
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(lastBody(received)).toMatchObject({
      code: 400,
      message: "The request took too long to arrive.",
      data: null,
    });
  });

  test.each([
    ["no HTTP at all", "hello\r\n\r\n"],
    ["an unknown method", `BREW /api/v1/health HTTP/1.1\r\n${host}\r\n`],
    ["a broken header", `GET /api/v1/health HTTP/1.1\r\n${host}no colon\r\n\r\n`],
    ["two lengths", `POST /api/v1/echo HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
    [
      "a length and chunks",
      `POST /api/v1/echo HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ],
    ["no host", "GET /api/v1/health HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["no path", `OPTIONS * HTTP/1.1\r\n${host}Connection: close\r\n\r\n`],
    ["a broken chunk", `POST /api/v1/echo HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
  ])("%s is 400 in the envelope, with a request id and the standard headers", async (_name, text) => {
    const raw = await openRaw(api.port);
    raw.write(text);
    const received = await raw.end();
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(received.toLowerCase()).toContain("cache-control: no-store");
    const { error } = lastBody(received);
    expect(error).toMatchObject({ type: "invalid_request", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test.each([
    ["address", (filler: string) => `GET /api/v1/health?${filler} HTTP/1.1\r\n${host}\r\n`],
    ["header", (filler: string) => `GET /api/v1/health HTTP/1.1\r\n${host}X-A: ${filler}\r\n\r\n`],
  ])("an %s of a megabyte is 400, and the answer arrives", async (_name, text) => {
    const raw = await openRaw(api.port);
    raw.write(text("x".repeat(1024 * 1024)));
    const received = await raw.end();
    expect(lastBody(received).message).toBe("The address and the headers are too long: together they may have 16 KB.");
  });

  test("CONNECT is 405", async () => {
    const raw = await openRaw(api.port);
    raw.write(`CONNECT example.com:443 HTTP/1.1\r\n${host}\r\n`);
    expect(await raw.end()).toMatch(/^HTTP\/1\.1 405 /);
  });

  test("an upgrade that we do not speak is an ordinary request", async () => {
    const raw = await openRaw(api.port);
    raw.write(`GET /api/v1/health HTTP/1.1\r\n${host}Connection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`);
    expect(await raw.end()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("garbage behind a request does not take its answer's place", async () => {
    const raw = await openRaw(api.port);
    raw.write(`GET /api/v1/names/a HTTP/1.1\r\n${host}\r\ngarbage\r\n\r\n`);
    const received = await raw.end();
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(lastBody(received).data).toEqual({ name: "a" });
  });

  test("a connection waits longer for its next request than proxies keep theirs", async () => {
    const raw = await openRaw(api.port);
    raw.write(`GET /api/v1/names/x HTTP/1.1\r\n${host}\r\n`);
    const [, seconds] = /\r\nKeep-Alive: timeout=(\d+)\r\n/.exec(await raw.until('"name":"x"')) ?? [];
    // A minute by default: nginx (`keepalive_timeout` of an upstream), Application Load Balancer.
    expect(Number(seconds)).toBeGreaterThan(60);
    raw.socket.destroy();
  });

  test("a function learns that its caller has gone", async () => {
    const raw = await openRaw(api.port);
    raw.write(`GET /api/v1/wait HTTP/1.1\r\n${host}\r\n`);
    while (!api.lines.includes("waiting")) await new Promise((resolve) => setImmediate(resolve));
    raw.socket.destroy();
    expect(await left.promise).toBe("left");
  });

  test("callers who leave in the middle of a body are no defect, and the server goes on", async () => {
    api.lines.length = 0;
    for (let n = 0; n < 20; n++) {
      const raw = await openRaw(api.port);
      raw.write(`POST /api/v1/echo HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`);
      raw.socket.resetAndDestroy();
    }
    expect((await api.call("GET", "/health")).status).toBe(200);
    expect(api.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
