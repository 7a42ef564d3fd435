import { afterAll, beforeAll, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { type Api, jwtSecret, startApi } from "./api.ts";
import { anything } from "./functions.ts";

const password = "hunter2-the-password";
const newPassword = "hunter3-the-password";
const signed = "https://bucket.example/o?X-Amz-Signature=hunter4&OSSAccessKeyId=hunter5";
let api: Api;

beforeAll(async () => {
  api = await startApi({
    functions: [
      anything("POST", "/fails", async ({ body, headers }) => {
        throw Object.assign(new Error(`could not fetch ${signed}`), { headers, body, config: { apiKey: "hunter6" } });
      }),
      anything("POST", "/unavailable", async ({ headers }) => {
        const cause = new Error(`401 for Bearer ${headers.authorization} from ${signed}`);
        throw new AppError("unavailable", { cause });
      }),
    ],
  });
});

afterAll(() => api.close());

test("F60: with debug logging on, nothing that was sent or given as a secret is in the log", async () => {
  const json = { username: "ada", email: "ada@example.com", password };
  const { token } = (await api.call("POST", "/auth/register", { json })).body.data;
  const secrets = { cookie: "session=hunter7", "idempotency-key": "hunter8", "x-api-key": "hunter9" };
  const calls = [
    await api.call("POST", "/auth/login", { json: { email: "ada@example.com", password: "wrong-hunter2" } }),
    await api.call("POST", "/auth/login", { json: { email: "ada@example.com", password, pasword: newPassword } }),
    await api.call("POST", "/auth/login", {
      headers: { "content-type": "application/json" },
      body: `{"password":"${password}" oops`,
    }),
    await api.call("GET", `/users/me?token=${token}&signature=hunter4`, {
      headers: { authorization: `Bearer ${token}x` },
    }),
    await api.call("POST", "/fails?X-Amz-Signature=hunter4", {
      token,
      json: { password, nested: { token } },
      headers: secrets,
    }),
    await api.call("POST", "/unavailable", { token, json: {}, headers: secrets }),
    await api.call("GET", "/nothing?key=hunter6", { token, headers: secrets }),
    await api.call("PUT", "/users/me", { token, json: { password: newPassword, currentPassword: password } }),
  ];
  expect(calls.map(({ status }) => status)).toEqual([401, 400, 400, 401, 500, 503, 404, 200]);
  const again = calls[7]?.body.data.token;

  const log = api.lines.join("");
  expect(api.lines.length).toBeGreaterThanOrEqual(11);
  expect(log).toContain("could not fetch https://bucket.example/o?[redacted]");
  for (const secret of [password, newPassword, token, again, token.split(".")[2], jwtSecret, "hunter", "argon2id"]) {
    expect(log).not.toContain(secret);
  }
});

test("no line can be forged: whatever is logged stays on its line", () => {
  for (const line of api.lines) {
    expect(line).toMatch(/^\{[^\r\n]*\}\n$/);
    expect(JSON.parse(line)).toHaveProperty("level");
  }
});
