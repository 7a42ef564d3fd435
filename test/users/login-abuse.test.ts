// Guessing passwords over HTTP: slowed, the same for known and unknown addresses, and no way to lock an owner out.
import { afterEach, expect, test } from "vitest";
import { type Api, startApi } from "../http/api.ts";

let api: Api;

afterEach(() => api.close());

/** Tests write where a request comes from, as a proxy would. */
const behindProxy = () => startApi({ environment: { TRUSTED_PROXIES: "127.0.0.1" } });

function logIn(email: string, password: string, from = "203.0.113.7") {
  return api.call("POST", "/auth/login", { json: { email, password }, headers: { "x-forwarded-for": from } });
}

test("after five wrong passwords the next ones are 429 with Retry-After, which doubles; afterwards the right one opens", async () => {
  api = await behindProxy();
  const ada = await api.register("ada");
  for (let n = 0; n < 5; n++) expect((await logIn(ada.email, "wrong")).status).toBe(401);
  const slowed = await logIn(ada.email, "wrong");
  expect([slowed.status, slowed.body.error.type, slowed.headers.get("retry-after")]).toEqual([
    429,
    "rate_limited",
    "1",
  ]);
  api.clock.moveTo(api.clock.now() + 1000);
  expect((await logIn(ada.email, "wrong")).status).toBe(401);
  expect((await logIn(ada.email, ada.password)).headers.get("retry-after")).toBe("2");
  api.clock.moveTo(api.clock.now() + 2000);
  expect((await logIn(ada.email, ada.password)).status).toBe(200);
});

test("an unknown address is slowed in the same way and words as a known one", async () => {
  api = await behindProxy();
  const ada = await api.register("ada");
  const answersFor = async (email: string, from: string) => {
    const answers = [];
    for (let n = 0; n < 7; n++) {
      const { status, headers, body } = await logIn(email, "wrong", from);
      const { requestId: _, ...error } = body.error;
      answers.push([status, headers.get("retry-after"), body.message, error]);
    }
    return answers;
  };
  const known = await answersFor(ada.email, "203.0.113.1");
  expect(known.map(([status]) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
  expect(await answersFor("nobody@example.com", "203.0.113.2")).toEqual(known);
});

test("an unknown address costs the table as many looks and writes as a wrong password", async () => {
  api = await behindProxy();
  const ada = await api.register("ada");
  const { table } = api.runtime;
  const asked: string[] = [];
  const counting = { ...table };
  counting.get = (...args) => {
    asked.push("get");
    return table.get(...args);
  };
  counting.put = (...args) => {
    asked.push("put");
    return table.put(...args);
  };
  Object.assign(api.runtime, { table: counting });
  const cost = async (email: string, from: string) => {
    asked.length = 0;
    expect((await logIn(email, "wrong", from)).status).toBe(401);
    return asked.toSorted();
  };
  expect(await cost("nobody@example.com", "203.0.113.2")).toEqual(await cost(ada.email, "203.0.113.1"));
});

test("whoever hammers an address from thirty others does not keep its owner out, here or anywhere", async () => {
  api = await behindProxy();
  const ada = await api.register("ada");
  expect((await logIn(ada.email, ada.password)).status).toBe(200);
  const attacks = Array.from({ length: 30 }, (_, n) => [`198.51.100.${n}`, `198.51.100.${n}`]).flat();
  const answers = [];
  for (const from of attacks) answers.push((await logIn(ada.email, "wrong", from)).status);
  // The first twenty failures are free for all; then each address has one, and waits for a minute.
  expect(answers.filter((status) => status === 401).length).toBe(40);
  expect((await logIn(ada.email, ada.password)).status).toBe(200);
  expect((await logIn(ada.email, ada.password, "192.0.2.44")).status).toBe(200);
});

test("a password that is too short or missing costs no attempt", async () => {
  api = await behindProxy();
  const ada = await api.register("ada");
  for (let n = 0; n < 10; n++) expect((await logIn(ada.email, "")).status).toBe(400);
  expect((await logIn(ada.email, "wrong")).status).toBe(401);
});

test("whoever has only a token has five guesses at the password, and the same wait behind them", async () => {
  api = await behindProxy();
  const ada = await api.register("ada");
  const change = (currentPassword: string) =>
    api.call("PUT", "/users/me", { token: ada.token, json: { password: "another password", currentPassword } });
  for (let n = 0; n < 5; n++) expect((await change("wrong")).status).toBe(403);
  expect((await change(ada.password)).headers.get("retry-after")).toBe("1");
  api.clock.moveTo(api.clock.now() + 1000);
  expect((await change(ada.password)).status).toBe(200);
});
