// The servers that stand in for Function Compute and what calls it, shown with packages of a few lines.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createOssStore } from "../../shared/stores/oss/store.ts";
import { eventually } from "../patience.ts";
import { deliverOssEvents, startTimer } from "../servers/function-compute/events.ts";
import { type FcDoor, routeOf, startCustomDomain, startHttpTrigger } from "../servers/function-compute/http-trigger.ts";
import { type FcFunction, type FunctionOptions, startFunction } from "../servers/function-compute/instance.ts";
import { optionsFor, startOssServerWithAccount } from "../servers/oss/starting.ts";
import { packageOf, raw, startGate } from "./packages.ts";
import { postForm } from "./signed-form.ts";

const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

const source = `
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
let count = 0;
let failures = 2;
const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://function");
  const body = await text(request);
  const [what, gate] = [url.searchParams.get("do"), url.searchParams.get("gate")];
  const pass = async () => (await fetch(gate)).text();
  if (url.pathname === "/invoke") return answerEvent(JSON.parse(body), request, response);
  if (what === "exit") process.exit(7);
  if (what === "never") return;
  if (what === "wait") await pass();
  if (what === "large headers") response.setHeader("x-large", "x".repeat(9000));
  if (what === "stream") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("first\\n");
    await pass();
    return response.end("second\\n");
  }
  response.setHeader("content-type", "application/json");
  response.setHeader("set-cookie", ["a=1", "b=2"]);
  response.end(JSON.stringify({
    count: ++count, pid: process.pid, method: request.method, url: request.url, headers: request.rawHeaders, body,
    environment: process.env, folder: process.cwd(),
  }));
});
function answerEvent(event, request, response) {
  const key = event.events?.[0].oss.object.key ?? "";
  if (key.includes("dies")) process.exit(1);
  if (key.includes("bad")) return response.writeHead(500, { "x-fc-status": "404" }).end("bad");
  if (key.includes("third") && failures-- > 0) return response.writeHead(500, { "x-fc-status": "404" }).end();
  if (key.includes("careless")) return response.writeHead(500).end("nobody looks at this");
  response.end(JSON.stringify({ method: request.method, type: request.headers["content-type"], event }));
}
server.timeout = 0;
server.keepAliveTimeout = 0;
server.listen(process.env.PORT, "0.0.0.0");`;

const role = { accessKeyId: "STS.first", accessKeySecret: "secret of the first", securityToken: "token of the first" };

async function functionOf(code = source, options: Partial<FunctionOptions> = {}): Promise<FcFunction> {
  const folder = await packageOf(code, (end) => ends.push(end));
  const started = await startFunction({ folder, ...options });
  ends.push(() => started.close());
  return started;
}

async function door(starting: Promise<FcDoor>): Promise<FcDoor> {
  const started = await starting;
  ends.push(() => started.close());
  return started;
}

describe("a function with a custom runtime", () => {
  let target: FcFunction;
  let domain: FcDoor;
  beforeAll(async () => {
    target = await functionOf(source, { name: "api", role, concurrency: 2, environment: { COLOUR: "red" } });
    domain = await door(startCustomDomain([{ path: "/*", function: target }]));
  });

  test("gets a request as it was sent: method, path, query, repeated headers, body", async () => {
    const { body } = await raw(`${domain.url}/a%2Fb?q=1&q=%20`, "POST", ["X-Twice", "a", "X-Twice", "b"], "é");
    const seen = JSON.parse(body);
    expect(seen).toMatchObject({ method: "POST", url: "/a%2Fb?q=1&q=%20", body: "é" });
    expect(seen.headers.filter((_: string, n: number) => seen.headers[n - 1] === "X-Twice")).toEqual(["a", "b"]);
  });

  test("answers as it wrote it", async () => {
    const { status, headers } = await raw(`${domain.url}/`, "GET", []);
    expect([status, headers["content-type"], headers["set-cookie"]]).toEqual([200, "application/json", ["a=1", "b=2"]]);
    expect(headers["x-fc-request-id"]).toMatch(/^1-/);
    expect(headers).not.toHaveProperty("content-disposition");
  });

  test("is told by headers who it is, and gets the credentials of its role, also when they change", async () => {
    const seen = async () => headersOf(JSON.parse((await raw(`${domain.url}/`, "GET", [])).body).headers);
    expect(await seen()).toMatchObject({
      "x-fc-request-id": [expect.any(String)],
      "x-fc-access-key-id": ["STS.first"],
      "x-fc-access-key-secret": ["secret of the first"],
      "x-fc-security-token": ["token of the first"],
      "x-fc-function-name": ["api"],
      "x-fc-function-memory": ["512"],
      "x-fc-region": ["cn-hangzhou"],
      "x-fc-account-id": [expect.any(String)],
      "x-fc-qualifier": ["LATEST"],
      "x-fc-version-id": [""],
      "x-fc-control-path": ["/http-invoke"],
    });
    target.rotate({ ...role, accessKeyId: "STS.second" });
    expect(await seen()).toMatchObject({ "x-fc-access-key-id": ["STS.second"] });
    target.rotate(role);
  });

  test("sees what a client itself sends under these names only when that is asked for", async () => {
    const sent = ["X-Fc-Access-Key-Id", "mine", "x-fc-other", "mine"];
    const strict = headersOf(JSON.parse((await raw(`${domain.url}/`, "GET", sent)).body).headers);
    expect(strict["x-fc-access-key-id"]).toEqual(["STS.first"]);
    expect(strict).not.toHaveProperty("x-fc-other");
    const lax = await door(startCustomDomain([{ path: "/*", function: target }], { keepsClientHeaders: true }));
    const seen = headersOf(JSON.parse((await raw(`${lax.url}/`, "GET", sent)).body).headers);
    expect(seen["x-fc-access-key-id"]).toEqual(["mine", "STS.first"]);
    expect(seen["x-fc-other"]).toEqual(["mine"]);
  });

  test("has no environment but Function Compute's and its own", async () => {
    const { environment } = JSON.parse((await raw(`${domain.url}/`, "GET", [])).body);
    expect(environment).toMatchObject({ COLOUR: "red", FC_FUNCTION_NAME: "api", PORT: environment.FC_SERVER_PORT });
    const others = Object.keys(environment).filter((name) => !/^(FC_|ALIBABA_CLOUD_)/.test(name));
    expect(others.sort()).toEqual(["COLOUR", "LANG", "PATH", "PORT"]);
  });

  test("holds as many requests in one process as it may, then another one starts", async () => {
    const own = await functionOf(source, { concurrency: 2, maxInstances: 2 });
    const url = (await door(startCustomDomain([{ path: "/*", function: own }]))).url;
    const gate = await startGate((end) => onTestFinished(end));
    const wait = async () => JSON.parse((await raw(`${url}/?do=wait&gate=${gate.url}`, "GET", [])).body).pid;
    const four = Array.from({ length: 4 }, wait);
    await own.busyWith(4);
    expect((await raw(`${url}/`, "GET", [])).status).toBe(429);
    gate.open();
    expect(new Set(await Promise.all(four)).size).toBe(2);
    expect(own.started).toHaveLength(2);
  });

  test.runIf(process.platform === "linux")("stands still without requests", async () => {
    await raw(`${domain.url}/`, "GET", []);
    // "T": stopped, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.
    await eventually(() => expect(readFileSync(`/proc/${target.started.at(-1)}/stat`, "utf8")).toMatch(/\) T /));
  });

  test("streams each piece when it is written", async () => {
    const gate = await startGate((end) => onTestFinished(end));
    const response = await fetch(`${domain.url}/?do=stream&gate=${gate.url}`);
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe("first\n");
    gate.open();
    expect((await reader.read()).value).toBe("second\n");
    expect((await reader.read()).done).toBe(true);
  });

  test("that exits is a 502, and is replaced", async () => {
    const own = await functionOf();
    const url = (await door(startCustomDomain([{ path: "/*", function: own }]))).url;
    const { status, headers } = await raw(`${url}/?do=exit`, "GET", []);
    expect([status, headers["x-fc-error-type"]]).toEqual([502, "UnhandledInvocationError"]);
    expect((await raw(`${url}/`, "GET", [])).status).toBe(200);
    expect(own.started).toHaveLength(2);
  });

  test("is killed at its time limit", async () => {
    const own = await functionOf(source, { timeoutSeconds: 0.2 });
    const url = (await door(startCustomDomain([{ path: "/*", function: own }]))).url;
    expect((await raw(`${url}/?do=never`, "GET", [])).status).toBe(502);
    expect(JSON.parse((await raw(`${url}/`, "GET", [])).body).count).toBe(1);
  });

  test("that is killed while it streams breaks its body off", async () => {
    const own = await functionOf();
    const url = (await door(startCustomDomain([{ path: "/*", function: own }]))).url;
    const gate = await startGate((end) => onTestFinished(end));
    const response = await fetch(`${url}/?do=stream&gate=${gate.url}`);
    await gate.reached;
    expect(await own.kill()).toBe(1);
    await expect(response.text()).rejects.toThrow();
    expect(await own.kill()).toBe(0);
  });

  test.runIf(process.platform === "linux")("that listens on 127.0.0.1 alone is not reached", async () => {
    const deaf = await functionOf(source.replace("0.0.0.0", "127.0.0.1"), { startLimitSeconds: 1 });
    expect(await deaf.invoke({})).toMatchObject({ outcome: "failed", body: expect.stringContaining("0.0.0.0") });
  });

  test("that ends before it listens fails with what it printed", async () => {
    const broken = await functionOf("throw new Error('not today');");
    expect(await broken.invoke({})).toMatchObject({ outcome: "failed", body: expect.stringContaining("not today") });
  });

  test("is not started below modules that it did not bring", async () => {
    await expect(startFunction({ folder: join(process.cwd(), "shared") })).rejects.toThrow("holds node_modules");
  });

  test.each([
    ["a path and query over 4 KB", `/?${"x".repeat(5000)}`, [], 400],
    ["headers over 8 KB", "/", ["x-large", "x".repeat(9000)], 400],
    ["an answer with headers over 8 KB", "/?do=large+headers", [], 502],
  ])("is spared %s", async (_what, path, headers, status) => {
    expect((await raw(domain.url + path, "GET", headers)).status).toBe(status);
  });

  test("has a URL of its own, on which browsers are told to save the answer", async () => {
    const trigger = await door(startHttpTrigger(target));
    expect((await raw(`${trigger.url}/`, "GET", [])).headers["content-disposition"]).toBe("attachment");
  });
});

test("a domain takes the exact route, then the longest prefix", () => {
  const routes = ["/*", "/api/*", "/api/v1/*", "/api/v1/ready"].map((path) => ({ path, function: {} as FcFunction }));
  const taken = (path: string) => routeOf(routes, path)?.path;
  expect([taken("/api/v1/ready"), taken("/api/v1/jobs"), taken("/api/v2"), taken("/other")]).toEqual([
    "/api/v1/ready",
    "/api/v1/*",
    "/api/*",
    "/*",
  ]);
  expect(routeOf(routes.slice(1), "/other")).toBeNull();
});

describe("events of OSS", () => {
  async function bucketWith(prefix: string) {
    const server = await startOssServerWithAccount();
    const target = await functionOf();
    const deliveries = deliverOssEvents(server, [{ target, prefix }]);
    onTestFinished(async () => {
      await deliveries.stop();
      await server.close();
    });
    return { server, target, deliveries, store: createOssStore(optionsFor(server)) };
  }

  test("tell of each way to make an object below the prefix", async () => {
    const { deliveries, store } = await bucketWith("temp/");
    const source = await store.put("temp/a", Buffer.from("bytes"));
    await store.put("temp/parts", Buffer.alloc(2 * 1024 * 1024 + 1));
    await store.copy("temp/a", "temp/copy", { ifMatch: source?.etag ?? "" });
    await postForm(store, "temp/form");
    await store.copy("temp/a", "users/u/jobs/j/copy", { ifMatch: source?.etag ?? "" });
    await deliveries.settled();
    const told = deliveries.attempts.map(({ event: { event } }) => event.events[0]);
    expect(told.map((each) => [each?.eventName, each?.oss.object.key]).sort()).toEqual([
      ["ObjectCreated:CompleteMultipartUpload", "temp/parts"],
      ["ObjectCreated:CopyObject", "temp/copy"],
      ["ObjectCreated:PostObject", "temp/form"],
      ["ObjectCreated:PutObject", "temp/a"],
    ]);
    expect(deliveries.attempts.map(({ result }) => result)).toEqual(Array(4).fill("done"));
  });

  test("are retried three times when the answer is not 200 and says x-fc-status: 404, then put aside", async () => {
    const { deliveries, store } = await bucketWith("temp/");
    await store.put("temp/third", Buffer.from("bytes"));
    await deliveries.settled();
    await store.put("temp/bad", Buffer.from("bytes"));
    await deliveries.settled();
    const results = deliveries.attempts.map(({ result }) => result);
    expect(results).toEqual(["failed", "failed", "done", ...Array(4).fill("failed")]);
    expect(deliveries.deadLetters.map(({ event }) => event.events[0]?.oss.object.key)).toEqual(["temp/bad"]);
  });

  test("count as taken when a function answers 500 without that header", async () => {
    const { deliveries, store } = await bucketWith("temp/");
    await store.put("temp/careless", Buffer.from("bytes"));
    await deliveries.settled();
    expect(deliveries.attempts.map(({ result }) => result)).toEqual(["done"]);
  });

  test("are retried when the function dies of them", async () => {
    const { deliveries, store, target } = await bucketWith("temp/");
    await store.put("temp/dies", Buffer.from("bytes"));
    await deliveries.settled();
    expect(deliveries.deadLetters).toHaveLength(1);
    expect(target.started).toHaveLength(4);
  });

  test("come twice or never when a test wants it", async () => {
    const { deliveries, store } = await bucketWith("temp/");
    deliveries.disturb("twice");
    await store.put("temp/a", Buffer.from("bytes"));
    deliveries.disturbBy(() => "lost");
    await store.put("temp/b", Buffer.from("bytes"));
    await deliveries.settled();
    expect(deliveries.attempts.map(({ event: { event } }) => event.events[0]?.oss.object.key)).toEqual([
      "temp/a",
      "temp/a",
    ]);
    expect(deliveries.lost).toHaveLength(1);
  });
});

test("an event is posted to /invoke as bytes, and a timer's has the documented shape", async () => {
  const target = await functionOf();
  const timer = startTimer({ target, triggerName: "sweep", payload: '{"every":"minute"}' });
  await timer.fire();
  expect(timer.deliveries.attempts).toEqual([
    {
      result: "done",
      event: {
        target,
        event: {
          triggerTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          triggerName: "sweep",
          payload: '{"every":"minute"}',
        },
      },
    },
  ]);
  await timer.stop();
  const { status, body } = await target.invoke({ a: 1 });
  const seen = { method: "POST", type: "application/octet-stream", event: { a: 1 } };
  expect([status, JSON.parse(body)]).toEqual([200, seen]);
});

function headersOf(rawHeaders: string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = (rawHeaders[n] ?? "").toLowerCase();
    headers[name] = [...(headers[name] ?? []), rawHeaders[n + 1] ?? ""];
  }
  return headers;
}
