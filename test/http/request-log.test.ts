// The line of each request: which job it was about, and why it was refused; never what anybody wrote.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "./api.ts";

const prompt = "zebra in the snow";
let api: Api;
let token: string;

beforeAll(async () => {
  api = await startApi({ environment: { CORS_ORIGINS: "https://app.example" } });
  token = (await api.register("logged")).token;
});
afterAll(() => api.close());

/** The lines of `info` and above that the call leaves. */
async function linesOf(...call: Parameters<Api["call"]>) {
  api.lines.length = 0;
  const answer = await api.call(...call);
  const lines = api.lines.map((line) => JSON.parse(line)).filter(({ level }) => level !== "debug");
  return { answer, lines };
}

test("a request that makes a job, and each that is about one, say which", async () => {
  const made = await linesOf("POST", "/ai/generate-image", { token, json: { prompt, provider: "sketch" } });
  const jobId = made.answer.body.data.id;
  expect(made.lines).toMatchObject([
    { message: "a job was created", jobId, provider: "sketch", price: 1 },
    { message: "answered", route: "/ai/generate-image", status: 202, jobId },
  ]);
  for (const [method, path] of [
    ["GET", `/jobs/${jobId}`],
    ["POST", `/jobs/${jobId}/cancel`],
  ] as const) {
    expect((await linesOf(method, path, { token })).lines.at(-1)).toMatchObject({ status: 200, jobId });
  }
  const none = "0190c8e2-1c0b-7d5e-8f00-0123456789ab";
  expect((await linesOf("GET", `/jobs/${none}`, { token })).lines).toMatchObject([
    { status: 404, jobId: none, errorType: "not_found" },
  ]);
});

test.each([
  [{ prompt: 7 }, "prompt must be a string, not a number"],
  [{ prompt, n: "many" }, "n must be a number, not a string"],
  [{ prompt, colour: prompt }, /^colour is not known here/],
  [{ prompt, [prompt]: 1 }, /^a field is not known here/],
  [{ prompt, provider: "nobody" }, /^provider /],
])("a request that is refused says why, by the names of fields: %j", async (json, why) => {
  const { answer, lines } = await linesOf("POST", "/ai/generate-image", { token, json });
  expect(answer.status).toBe(400);
  expect(lines).toMatchObject([{ message: "answered", status: 400, errorType: "invalid_request" }]);
  expect(lines[0].why).toMatch(why);
  expect(api.lines.join("")).not.toContain(prompt);
});

test.each([
  ["POST", "/auth/login", { json: { email: "nobody@example.com", password: prompt } }, 401, /./],
  ["POST", "/credits/redeem", { json: { code: "ZEBRA-ZEBRA-ZEBRA-ZEBRA" } }, 401, /./],
] as const)("%s %s: what was sent is in no line", async (method, path, options, status, why) => {
  const { answer, lines } = await linesOf(method, path, options);
  expect([answer.status, lines.length]).toEqual([status, 1]);
  expect(lines[0].why).toMatch(why);
  expect(api.lines.join("")).not.toMatch(/zebra/i);
});

test("a page of another origin is named: on its question before, and on its request", async () => {
  const headers = { origin: "https://other.example", "access-control-request-method": "POST" };
  const before = await linesOf("OPTIONS", "/ai/generate-image", { headers });
  expect(before.lines).toMatchObject([{ status: 204, refusedOrigin: "https://other.example" }]);
  const { lines } = await linesOf("GET", "/health", { headers: { origin: "https://other.example" } });
  expect(lines.at(-1)).toMatchObject({ status: 200, refusedOrigin: "https://other.example" });
  for (const origin of ["https://app.example", new URL(api.url).origin]) {
    expect((await linesOf("GET", "/health", { headers: { origin } })).lines.at(-1)).not.toHaveProperty("refusedOrigin");
  }
});

test("a path that there is not is shown, without its query and without what may be a token", async () => {
  const secret = "Abcdefghijklmnopqrstuvwxyz0123456789Abcdefghijklmnopqrstuvwxyz";
  expect((await linesOf("GET", "/genrate-image?key=hunter2")).lines).toMatchObject([
    { status: 404, path: "/api/v1/genrate-image", errorType: "not_found" },
  ]);
  expect((await linesOf("DELETE", "/auth/login")).lines).toMatchObject([{ status: 405, path: "/api/v1/auth/login" }]);
  await linesOf("GET", `/webhook/kling/${secret}?signature=hunter2`);
  expect(JSON.parse(api.lines.at(-1) ?? "").path).toBe("/api/v1/webhook/kling/…");
  expect(api.lines.join("")).not.toMatch(/hunter2|Abcdefg/);
});
