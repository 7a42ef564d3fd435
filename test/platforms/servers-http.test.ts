// What stands in for HTTP APIs and function URLs, shown with packages of a few lines.
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type FrontDoor, startFunctionUrl, startHttpApi } from "../servers/lambda/http-events.ts";
import { routeOf } from "../servers/lambda/http-routes.ts";
import type { LambdaFunction } from "../servers/lambda/instance.ts";
import { closing, lambdaOf, plain, streaming } from "./lambda-functions.ts";
import { raw, startGate } from "./packages.ts";

describe("a Lambda function that streams", () => {
  let lambda: LambdaFunction;
  let url: FrontDoor;
  beforeAll(async () => {
    lambda = await lambdaOf(streaming);
    url = await closing(startFunctionUrl({ function: lambda, invokeMode: "RESPONSE_STREAM" }));
  });

  test("answers with status, headers and cookies of its prelude, and with each piece when it is written", async () => {
    const gate = await startGate((end) => onTestFinished(end));
    const response = await fetch(`${url.url}/?gate=${gate.url}`);
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe("first\n");
    gate.open();
    expect((await reader.read()).value).toBe("second\n");
    expect((await reader.read()).done).toBe(true);
  });

  test("that fails in the middle breaks its body off", async () => {
    const gate = await startGate((end) => onTestFinished(end));
    gate.open();
    const response = await fetch(`${url.url}/?do=throw+later&gate=${gate.url}`);
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow();
  });

  test("that dies in the middle breaks its body off", async () => {
    const gate = await startGate((end) => onTestFinished(end));
    const response = await fetch(`${url.url}/?gate=${gate.url}`);
    await gate.reached;
    await lambda.kill();
    await expect(response.text()).rejects.toThrow();
  });

  test.each([["throw first"], ["nothing"]])("that sends no byte is a 502: %s", async (what) => {
    const response = await fetch(`${url.url}/?do=${what}`);
    expect([response.status, await response.text()]).toEqual([502, "Internal Server Error"]);
  });

  test("may pipe into its stream", async () => {
    const response = await fetch(`${url.url}/?do=pipeline`);
    expect([response.status, await response.text()]).toEqual([201, `ab${"x".repeat(300_000)}`]);
  });

  test("without a prelude is a 200 of its content type", async () => {
    const response = await fetch(`${url.url}/?do=plain`);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/plain"]);
    expect(await response.text()).toBe("no prelude");
  });

  test("is whole for who invokes it without streaming", async () => {
    expect(await lambda.invoke({ do: "plain" })).toEqual({ payload: "no prelude" });
    await lambda.idle();
    expect(await lambda.invoke({ do: "throw first" })).toMatchObject({ error: { errorType: "RangeError" } });
  });
});

describe("an HTTP API", () => {
  let api: FrontDoor;
  let url: FrontDoor;
  beforeAll(async () => {
    const lambda = await lambdaOf(plain);
    api = await closing(
      startHttpApi({
        routes: [
          { routeKey: "ANY /jobs/{id}", function: lambda },
          { routeKey: "GET /jobs/{id}", function: lambda },
          { routeKey: "$default", function: lambda },
        ],
      }),
    );
    url = await closing(startFunctionUrl({ function: lambda }));
  });

  test("makes an event of payload format 2.0 of a request", async () => {
    const headers = ["X-Twice", "a", "X-Twice", "b", "Cookie", "c=1; d=2", "Content-Type", "application/json"];
    await raw(`${api.url}/jobs/a%20b?q=1&q=%C3%A9&r=`, "POST", headers, '{"a":"é"}');
    expect(api.events.at(-1)).toEqual({
      version: "2.0",
      routeKey: "ANY /jobs/{id}",
      rawPath: "/jobs/a b",
      rawQueryString: "q=1&q=%C3%A9&r=",
      cookies: ["c=1", "d=2"],
      headers: expect.objectContaining({
        "x-twice": "a,b",
        "content-type": "application/json",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
      }),
      queryStringParameters: { q: "1,é", r: "" },
      pathParameters: { id: "a b" },
      requestContext: expect.objectContaining({
        http: { method: "POST", path: "/jobs/a b", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "" },
        routeKey: "ANY /jobs/{id}",
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      }),
      body: '{"a":"é"}',
      isBase64Encoded: false,
    });
    expect(api.events.at(-1)?.headers).not.toHaveProperty("cookie");
  });

  test("leaves out what there is none of", async () => {
    await raw(`${api.url}/other`, "GET", []);
    const event = api.events.at(-1);
    expect(event).toMatchObject({ routeKey: "$default", isBase64Encoded: false });
    const absent = ["body", "cookies", "queryStringParameters", "pathParameters"];
    expect(Object.keys(event ?? {}).filter((name) => absent.includes(name))).toEqual([]);
  });

  test.each([
    ["application/octet-stream", true],
    ["application/x-www-form-urlencoded", true],
    ["application/problem+json", true],
    ["text/csv", false],
    ["application/json; charset=utf-8", false],
  ])("hands over a body of %s in base64: %s", async (type, isBase64Encoded) => {
    await raw(`${api.url}/`, "PUT", ["content-type", type], "text");
    const body = isBase64Encoded ? Buffer.from("text").toString("base64") : "text";
    expect(api.events.at(-1)).toMatchObject({ body, isBase64Encoded });
  });

  test("takes a method before ANY, a name before a variable, and $default last", () => {
    const keys = ["$default", "ANY /a/{id}", "GET /a/{id}", "GET /a/b", "ANY /{all+}"];
    const routes = keys.map((routeKey) => ({ routeKey, function: {} as LambdaFunction }));
    const taken = (method: string, path: string) => routeOf(routes, method, path)?.routeKey;
    expect([taken("GET", "/a/b"), taken("GET", "/a/c"), taken("POST", "/a/c"), taken("GET", "/a/c/d")]).toEqual([
      "GET /a/b",
      "GET /a/{id}",
      "ANY /a/{id}",
      "ANY /{all+}",
    ]);
    expect(taken("GET", "/")).toBe("$default");
    expect(routeOf(routes.slice(1, 4), "GET", "/b")).toBeNull();
    expect(routeOf(routes, "GET", "/x/y/z")?.pathParameters).toEqual({ all: "x/y/z" });
  });

  test("answers 404 where there is no route", async () => {
    const none = await closing(startHttpApi({ routes: [] }));
    expect(await raw(`${none.url}/`, "GET", [])).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
  });

  test("sends what a function answered", async () => {
    const answer = {
      statusCode: 202,
      headers: { "X-One": "1", "content-type": "image/png" },
      cookies: ["a=1", "b=2"],
      body: Buffer.from([0, 255]).toString("base64"),
      isBase64Encoded: true,
    };
    const response = await fetch(`${api.url}/?do=answer`, { method: "POST", ...jsonOf(answer) });
    expect([response.status, response.headers.get("x-one")]).toEqual([202, "1"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 255]));
  });

  test("makes a 200 of what has no statusCode", async () => {
    const response = await fetch(`${api.url}/?do=answer`, { method: "POST", ...jsonOf({ a: 1 }) });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await response.json()).toEqual({ a: 1 });
  });

  test.each([
    ["/?do=throw", "{}"],
    ["/?do=exit", "{}"],
    ["/?do=answer", '{"statusCode":"high"}'],
    ["/?do=answer", '{"statusCode":200,"body":{"a":1}}'],
  ])("answers 500 where a URL answers 502: %s %s", async (path, body) => {
    const headers = ["content-type", "application/json"];
    const message = '{"message":"Internal Server Error"}';
    expect(await raw(api.url + path, "POST", headers, body)).toMatchObject({ status: 500, body: message });
    const fromUrl = await raw(url.url + path, "POST", headers, body);
    expect(fromUrl).toMatchObject({ status: 502, body: "Internal Server Error" });
  });

  test("refuses what is too large: 6 MB with its base64, 10 MB in any case", async () => {
    const sized = (bytes: number) => ({ method: "POST", body: new Uint8Array(bytes) });
    expect((await fetch(api.url, sized(4_800_000))).status).toBe(413);
    expect((await fetch(api.url, sized(11_000_000))).status).toBe(413);
    expect((await fetch(url.url, sized(4_800_000))).status).toBe(413);
  });

  test("answers 503 when a function takes longer than it waits, and lets it go on", async () => {
    const slow = await lambdaOf(plain);
    const impatient = await closing(
      startHttpApi({ routes: [{ routeKey: "$default", function: slow }], timeoutMs: 50 }),
    );
    const gate = await startGate((end) => onTestFinished(end));
    const answer = await raw(`${impatient.url}/?do=wait&gate=${gate.url}`, "GET", []);
    expect(answer).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
    await gate.reached;
    gate.open();
    await slow.idle();
    expect(slow.started).toHaveLength(1);
  });

  test("of a URL leaves the path as it came", async () => {
    await raw(`${url.url}/a%2Fb%20c?x=%20`, "GET", []);
    expect(url.events.at(-1)).toMatchObject({
      routeKey: "$default",
      rawPath: "/a%2Fb%20c",
      requestContext: {
        accountId: "anonymous",
        domainName: expect.stringContaining(".lambda-url.eu-central-1.on.aws"),
      },
    });
  });
});

function jsonOf(value: unknown): { headers: Record<string, string>; body: string } {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
