import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "./api.ts";

const allowed = "https://app.example";
let api: Api;

beforeAll(async () => {
  api = await startApi({ environment: { CORS_ORIGINS: `${allowed},http://localhost:5173` } });
});

afterAll(() => api.close());

test("an allowed origin may read answers and the headers that it needs, errors too", async () => {
  for (const path of ["/health", "/users/me", "/nothing"]) {
    const { headers } = await api.call("GET", path, { headers: { origin: allowed } });
    expect(headers.get("access-control-allow-origin")).toBe(allowed);
    expect(headers.get("access-control-expose-headers")).toBe("X-Request-Id, Retry-After, Location, X-Job-Id");
    expect(headers.get("vary")).toBe("Origin");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  }
});

test("a preflight of an allowed origin is 204 with the path's methods and our headers", async () => {
  const { status, headers } = await preflight("/users/me", allowed);
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-origin")).toBe(allowed);
  expect(headers.get("access-control-allow-methods")).toBe("GET, PUT, HEAD, OPTIONS");
  expect(headers.get("access-control-allow-headers")).toBe(
    "Authorization, Content-Type, Idempotency-Key, Prefer, Last-Event-ID",
  );
  expect(headers.get("vary")).toBe("Origin");
});

test("where OpenAI's clients ask, a preflight allows what they send from browsers as well", async () => {
  const told = (await preflight("/openai/v1/models", allowed)).headers.get("access-control-allow-headers") ?? "";
  const names = told.split(", ").map((name) => name.toLowerCase());
  expect(names).toEqual(expect.arrayContaining(["authorization", "x-stainless-retry-count", "x-stainless-lang"]));
});

test.each([
  "https://evil.example",
  "https://app.example.evil.example",
  "https://app.example:8443",
  "http://app.example",
  "https://APP.example",
  "null",
  "*",
])("the origin %s is never told that it may", async (origin) => {
  const answers = [
    await preflight("/users/me", origin),
    await api.call("GET", "/health", { headers: { origin } }),
    await api.call("GET", "/nothing", { headers: { origin } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([204, 200, 404]);
  for (const { headers } of answers) {
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers.get("vary")).toBe("Origin");
  }
});

test("OPTIONS outside of CORS says what a path takes, and 404 where there is none", async () => {
  const { status, headers } = await api.call("OPTIONS", "/auth/login");
  expect([status, headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
  expect((await api.call("OPTIONS", "/nothing")).status).toBe(404);
});

test("without CORS_ORIGINS no origin is allowed", async () => {
  const closed = await startApi();
  const { headers } = await closed.call("GET", "/health", { headers: { origin: allowed } });
  expect(headers.get("access-control-allow-origin")).toBeNull();
  await closed.close();
});

function preflight(path: string, origin: string) {
  const headers = { origin, "access-control-request-method": "PUT", "access-control-request-headers": "authorization" };
  return api.call("OPTIONS", path, { headers });
}
