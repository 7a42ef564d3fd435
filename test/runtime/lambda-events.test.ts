// What reaches a Lambda function from front doors that are not AWS's own: emulators leave out, null and respell what AWS always sends.
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import type { HttpDeclaration } from "../../shared/events/declaration.ts";
import type { Log } from "../../shared/ports/log.ts";
import { lambdaHttp } from "../../shared/runtime/cloud/lambda.ts";
import { createMetrics } from "../../shared/runtime/telling/metrics.ts";

const clock = { now: () => 0, sleep: async () => {} };
const errors: string[] = [];
const log: Log = {
  ...{ debug() {}, info() {}, warn() {}, child: () => log },
  error: (_fields, message) => void errors.push(message),
};

/** Says what it was asked. */
const echo: HttpDeclaration = {
  ...{ name: "echo", memoryMb: 128, timeoutSeconds: 10, trigger: { type: "http", method: "POST", path: "/echo/{id}" } },
  load: async () => ({
    handler: async ({ method, path, params, query, headers, body, remoteAddress }) => ({
      ...{ status: 200, headers: {} },
      body: JSON.stringify({ method, path, params, query, headers, body: Buffer.from(body).toString(), remoteAddress }),
    }),
  }),
};

const front = lambdaHttp({
  prepared: {
    ...{ config: readConfig({}), log, open: async () => {} },
    metrics: createMetrics({ format: "none", clock }),
  },
  own: [echo, { ...echo, name: "read", trigger: { ...echo.trigger, method: "GET" } }],
  neighbours: [],
});

async function ask(event: unknown) {
  const { statusCode, body } = await front(event, { getRemainingTimeInMillis: () => 10_000 });
  return { statusCode, said: JSON.parse(body) };
}

const whole = {
  version: "2.0",
  routeKey: "ANY /api/v1/echo/{id}",
  rawPath: "/api/v1/echo/7",
  rawQueryString: "a=1&a=2&b=x%20y",
  headers: { "Content-Type": "text/plain" },
  requestContext: { stage: "$default", http: { method: "POST", path: "/api/v1/echo/7", sourceIp: "192.0.2.7" } },
  body: "hello",
  isBase64Encoded: false,
};
const http = whole.requestContext.http;
const told = {
  method: "POST",
  path: "/api/v1/echo/7",
  params: { id: "7" },
  query: { a: ["1", "2"], b: ["x y"] },
  headers: { "content-type": "text/plain" },
  body: "hello",
  remoteAddress: "192.0.2.7",
};
const { rawQueryString: _, ...withoutRawQuery } = whole;
const first = {
  version: "1.0",
  resource: "/api/v1/echo/{id}",
  path: "/api/v1/echo/7",
  httpMethod: "POST",
  headers: { "Content-Type": "text/plain", "X-A": "2" },
  multiValueHeaders: { "Content-Type": ["text/plain"], "X-A": ["1", "2"] },
  queryStringParameters: { a: "2", b: "x y" },
  multiValueQueryStringParameters: { a: ["1", "2"], b: ["x y"] },
  requestContext: { stage: "dev", identity: { sourceIp: "192.0.2.7" } },
  body: "hello",
};

/** What is sent, and what of the above the function is told otherwise. */
const cases: [title: string, event: unknown, differently: Partial<typeof told> | Record<string, unknown>][] = [
  ["AWS's own event", whole, {}],
  ["a body that is null", { ...whole, body: null }, { body: "" }],
  [
    "no body, and nothing said of its encoding",
    { ...whole, body: undefined, isBase64Encoded: undefined },
    { body: "" },
  ],
  ["an encoding that is null", { ...whole, isBase64Encoded: null }, {}],
  ["an encoding that is a text: true", { ...whole, body: "aGVsbG8=", isBase64Encoded: "true" }, {}],
  ["an encoding that is a text: false", { ...whole, isBase64Encoded: "false" }, {}],
  ["a body that was parsed already", { ...whole, body: { n: 1 } }, { body: '{"n":1}' }],
  ["headers that are null", { ...whole, headers: null }, { headers: {} }],
  ["no headers", { ...whole, headers: undefined }, { headers: {} }],
  ["a header that is null", { ...whole, headers: { ...whole.headers, "x-a": null } }, {}],
  [
    "headers of several values",
    { ...whole, headers: { ...whole.headers, "x-a": ["1", "2"], "x-n": 3 } },
    { headers: { ...told.headers, "x-a": "1, 2", "x-n": "3" } },
  ],
  ["cookies that are null", { ...whole, cookies: null }, {}],
  ["cookies apart", { ...whole, cookies: ["a=1", "b=2"] }, { headers: { ...told.headers, cookie: "a=1; b=2" } }],
  ["a query that is null", { ...whole, rawQueryString: null, queryStringParameters: null }, { query: {} }],
  [
    "a query without a leading text of its own",
    { ...withoutRawQuery, queryStringParameters: { a: "1", b: "x y" } },
    {
      query: { a: ["1"], b: ["x y"] },
    },
  ],
  ["a query behind a question mark", { ...whole, rawQueryString: "?a=1" }, { query: { a: ["1"] } }],
  [
    "a stage in front of the path",
    { ...whole, rawPath: "/dev/api/v1/echo/7", requestContext: { stage: "dev", http } },
    {},
  ],
  ["a stage that the path leaves out", { ...whole, requestContext: { stage: "dev", http } }, {}],
  ["nobody who sent it", { ...whole, requestContext: { http: { ...http, sourceIp: null } } }, { remoteAddress: "" }],
  ["a method in lower case", { ...whole, requestContext: { http: { ...http, method: "post" } } }, {}],
  ["no path but that of its context", { ...whole, rawPath: undefined }, {}],
  ["payload format 1.0", first, { headers: { ...told.headers, "x-a": "1, 2" } }],
  [
    "payload format 1.0 with single values alone",
    { ...first, multiValueHeaders: null, multiValueQueryStringParameters: null },
    { headers: { ...told.headers, "x-a": "2" }, query: { a: ["2"], b: ["x y"] } },
  ],
  [
    "payload format 1.0 with nulls for all that is not there",
    {
      ...first,
      ...{ body: null, headers: null, multiValueHeaders: null, queryStringParameters: null },
      ...{ multiValueQueryStringParameters: null, requestContext: null, isBase64Encoded: null },
    },
    { headers: {}, query: {}, body: "", remoteAddress: "" },
  ],
];

describe("a request is told to the function, whatever the event lacks", () => {
  test.each(cases)("%s", async (_title, event, differently) => {
    expect(await ask(event)).toEqual({ statusCode: 200, said: { ...told, ...differently } });
  });
});

const alien: [title: string, event: unknown][] = [
  ["the console's test event", { key1: "value1", key2: "value2" }],
  ["an event of a bucket", { Records: [{ eventName: "ObjectCreated:Put", s3: { object: { key: "temp/a" } } }] }],
  ["nothing", null],
  ["a text", "hello"],
  ["a list", []],
  ["a context that is a text", { rawPath: "/api/v1/echo/7", requestContext: "none" }],
  ["a path that is a number", { ...whole, rawPath: 7, requestContext: { http: { method: "POST" } } }],
  ["a path that leads nowhere", { ...whole, rawPath: "echo" }],
];

test.each(alien)("what is no request of HTTP is a 400 that says so: %s", async (_title, event) => {
  errors.length = 0;
  const { statusCode, said } = await ask(event);
  expect([statusCode, said.error.type]).toEqual([400, "invalid_request"]);
  expect(errors).toEqual([]);
});

test("HEAD has no body, in either format", async () => {
  const head = [
    { ...whole, requestContext: { http: { ...http, method: "HEAD" } } },
    { ...first, httpMethod: "HEAD" },
  ];
  for (const event of head) {
    expect(await front(event, { getRemainingTimeInMillis: () => 10_000 })).toMatchObject({ statusCode: 200, body: "" });
  }
});
