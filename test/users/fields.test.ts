import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "../http/api.ts";

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api.close());

test.each([
  ["no name", { username: undefined }, "username", "is required"],
  ["an empty name", { username: "  " }, "username", "must not be empty"],
  ["a name of 65 characters", { username: "😀".repeat(65) }, "username", "must have at most 64 characters"],
  ["a name with a line break", { username: "a\nb" }, "username", "may not have control characters or line breaks"],
  ["a name that is a number", { username: 7 }, "username", "must be a string, not a number"],
  ["no address", { email: undefined }, "email", "is required"],
  [
    "an address of 255 characters",
    { email: `${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(11)}` },
    "email",
    "must be an e-mail address of at most 254 characters",
  ],
  ["a password of 7 characters", { password: "😀".repeat(7) }, "password", "must have at least 8 characters"],
  ["a password of 129 characters", { password: "a".repeat(129) }, "password", "must have at most 128 characters"],
  ["a password with half a character", { password: "\ud83d-------" }, "password", "has half of a surrogate pair"],
])("%s is refused with what is wrong", async (_name, change, path, message) => {
  const json = { username: "ada", email: "ada@example.com", password: "password", ...change };
  const { status, body } = await post(json);
  expect([status, body.error.type]).toEqual([400, "invalid_request"]);
  expect(body.error.details).toEqual([{ path, message }]);
});

test.each([
  "plain",
  "@example.com",
  "a@",
  "a@b",
  "a b@example.com",
  "a@b@example.com",
  ".a@example.com",
  "a..b@example.com",
  "a@example..com",
  "a@-example.com",
  "a@exam_ple.com",
  "\u212aelvin@example.com",
  "a@例え.jp",
  `${"a".repeat(65)}@example.com`,
])("%j is no e-mail address", async (email) => {
  const { status, body } = await post({ username: "ada", email, password: "password" });
  expect([status, body.error?.details[0].path]).toEqual([400, "email"]);
});

test.each([
  "a@b.co",
  "first.last+tag@sub.example.com",
  "o'neil@example.com",
  `${"a".repeat(64)}@example.com`,
  "x@xn--r8jz45g.jp",
])("%j is an e-mail address", async (email) => {
  expect((await post({ username: "ada", email, password: "password" })).status).toBe(201);
});

test("64 characters outside of the basic plane are a name, and 8 of them a password", async () => {
  const answer = await post({ username: "😀".repeat(64), email: "a@example.com", password: "😀".repeat(8) });
  expect(answer.status).toBe(201);
});

function post(json: unknown) {
  return api.call("POST", "/auth/register", { json });
}
