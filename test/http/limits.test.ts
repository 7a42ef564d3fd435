// The limit on requests as callers meet it: whom it counts, and what comes before it.
import { afterEach, expect, test } from "vitest";
import { type Api, startApi } from "./api.ts";

let api: Api;

afterEach(() => api.close());

const limited = (perMinute: number, more: Record<string, string> = {}) =>
  startApi({ environment: { RATE_LIMIT_PER_MINUTE: String(perMinute), ...more } });

test("past the limit a user is told 429 and when to come back, and is served again then", async () => {
  api = await limited(3);
  const { token } = await api.register("ada");
  const me = () => api.call("GET", "/users/me", { token });
  for (let n = 0; n < 3; n++) expect((await me()).status).toBe(200);
  api.clock.moveTo(api.clock.now() + 15_000);
  const refused = await me();
  expect([refused.status, refused.body.error.type, refused.headers.get("retry-after")]).toEqual([
    429,
    "rate_limited",
    "45",
  ]);
  expect(refused.body.message).toBe("Too many requests. Wait for 45 seconds.");
  api.clock.moveTo(api.clock.now() + 45_000);
  expect((await me()).status).toBe(200);
});

test("users of one address are counted apart, and apart from those who have not logged in there", async () => {
  api = await limited(4);
  const [ada, bob] = [await api.register("ada"), await api.register("bob")];
  const credits = (token: string) => api.call("GET", "/credits", { token });
  for (let n = 0; n < 4; n++) expect((await credits(ada.token)).status).toBe(200);
  expect((await credits(ada.token)).status).toBe(429);
  expect((await credits(bob.token)).status).toBe(200);
  expect((await api.call("GET", "/health")).status).toBe(200);
});

test("registrations and logins count for their address", async () => {
  api = await limited(3);
  const ada = await api.register("ada");
  await api.register("bob");
  expect((await api.call("POST", "/auth/login", { json: { email: ada.email, password: ada.password } })).status).toBe(
    200,
  );
  const json = { username: "c", email: "c@example.com", password: "12345678" };
  const refused = await api.call("POST", "/auth/register", { json });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
  expect((await api.call("GET", "/credits", { token: ada.token })).status).toBe(200);
});

test("404 and 405 come before it, 400 behind it", async () => {
  api = await limited(1);
  const { token } = await api.register("ada");
  const draw = (json: object) => api.call("POST", "/ai/generate-image", { token, json });
  expect((await draw({})).status).toBe(400);
  expect((await draw({})).status).toBe(429);
  expect((await api.call("GET", "/nothing", { token })).status).toBe(404);
  expect((await api.call("DELETE", "/credits", { token })).status).toBe(405);
});

test("requests without a good token count for their address, and those who have one go on there", async () => {
  api = await limited(4);
  const { token } = await api.register("ada");
  const credits = async (options: { token?: string } = {}) => (await api.call("GET", "/credits", options)).status;
  const guesses = [await credits({ token: "a.b.c" }), await credits(), await credits({ token: `${token}x` })];
  expect(guesses).toEqual([401, 401, 401]);
  const refused = await api.call("GET", "/credits", { token: "a.b.c" });
  expect([refused.status, refused.headers.get("retry-after"), refused.headers.get("www-authenticate")]).toEqual([
    429,
    "60",
    null,
  ]);
  expect([await credits(), await credits({ token })]).toEqual([429, 200]);
  api.clock.moveTo(api.clock.now() + 60_000);
  expect(await credits()).toBe(401);
});

test("requests that only an admin may make count for the user who makes them in vain", async () => {
  api = await limited(2);
  const { token } = await api.register("ada");
  const makeCodes = async () => (await api.call("POST", "/admin/codes", { token, json: {} })).status;
  expect([await makeCodes(), await makeCodes(), await makeCodes()]).toEqual([403, 403, 429]);
});

test("X-Forwarded-For is not believed: nobody gets another allowance by writing addresses", async () => {
  api = await limited(2);
  const ask = (n: number) => api.call("GET", "/health", { headers: { "x-forwarded-for": `203.0.113.${n}` } });
  expect([(await ask(1)).status, (await ask(2)).status, (await ask(3)).status]).toEqual([200, 200, 429]);
});

test("behind a trusted proxy each client is counted by itself", async () => {
  api = await limited(1, { TRUSTED_PROXIES: "127.0.0.1" });
  const ask = (from: string) => api.call("GET", "/health", { headers: { "x-forwarded-for": from } });
  expect([(await ask("203.0.113.1")).status, (await ask("203.0.113.2")).status]).toEqual([200, 200]);
  expect((await ask("1.2.3.4, 203.0.113.1")).status).toBe(429);
});

test("a create far from the limit asks the table no more than without a limit", async () => {
  api = await limited(0);
  const { token } = await api.register("ada");
  const createsAsk = async (as: Api, by: string) => {
    const { table } = as.runtime;
    let asked = 0;
    const counting = { ...table };
    counting.get = (...args) => {
      asked += 1;
      return table.get(...args);
    };
    counting.put = (...args) => {
      asked += 1;
      return table.put(...args);
    };
    Object.assign(as.runtime, { table: counting });
    const answer = await as.call("POST", "/ai/generate-image", { token: by, json: { prompt: "a lake" } });
    expect(answer.status).toBe(202);
    return asked;
  };
  const without = await createsAsk(api, token);
  await api.close();
  api = await limited(600);
  const withLimit = await createsAsk(api, (await api.register("ada")).token);
  expect([withLimit, without >= 1]).toEqual([without, true]);
});
