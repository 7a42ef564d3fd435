import { createHmac } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { ItemKey, Table } from "../../shared/ports/table.ts";
import type { Runtime } from "../../shared/runtime/runtime.ts";
import { login } from "../../shared/users/login.ts";
import { profileKey, readLogin, readUser } from "../../shared/users/user.ts";
import { type Api, jwtSecret, startApi } from "../http/api.ts";

let api: Api;

afterEach(() => api.close());

test("a login answers user, address and a token that works", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  const answer = await logIn(" ADA@Example.com ", ada.password);
  expect(answer.status).toBe(200);
  expect(answer.body.data).toEqual({
    userId: ada.userId,
    email: ada.email,
    token: expect.any(String),
    expiresAt: new Date(api.clock.now() + 7 * 86_400_000).toISOString(),
  });
  expect((await me(answer.body.data.token)).status).toBe(200);
});

test("an unknown address and a wrong password read the same", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  const wrong = await logIn(ada.email, "wrong");
  const unknown = await logIn("nobody@example.com", "wrong");
  expect(wrong.status).toBe(401);
  const { requestId: _one, ...error } = wrong.body.error;
  const { requestId: _two, ...same } = unknown.body.error;
  expect([unknown.status, unknown.body.message, same]).toEqual([wrong.status, wrong.body.message, error]);
});

test("a token ends at its time, after 30 seconds of grace", async () => {
  api = await startApi({ environment: { JWT_EXPIRES_IN: "1h" } });
  const { token } = await api.register("ada");
  api.clock.moveTo(api.clock.now() + 3_600_000 + 29_000);
  expect((await me(token)).status).toBe(200);
  api.clock.moveTo(api.clock.now() + 2000);
  const ended = await me(token);
  expect([ended.status, ended.body.error.type, ended.headers.get("www-authenticate")]).toEqual([
    401,
    "unauthenticated",
    "Bearer",
  ]);
});

test.each([
  ["no header", undefined],
  ["another scheme", "Basic YTpi"],
  ["no token", "Bearer "],
  ["two tokens", "Bearer a b"],
  ["a token that nobody signed", "Bearer a.b.c"],
])("%s is 401", async (_name, authorization) => {
  api = await startApi();
  const answer = await api.call("GET", "/users/me", { headers: authorization ? { authorization } : {} });
  expect([answer.status, answer.body.error.type]).toEqual([401, "unauthenticated"]);
});

test("a well-signed token of a user who does not exist is 401", async () => {
  api = await startApi();
  const second = Math.floor(api.clock.now() / 1000);
  const parts = [
    { alg: "HS256", typ: "JWT" },
    {
      sub: "01900000-0000-7000-8000-000000000001",
      ver: 1,
      iss: "dream-factory",
      aud: "dream-factory",
      exp: second + 60,
    },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const signature = createHmac("sha256", jwtSecret).update(parts.join(".")).digest("base64url");
  expect((await me([...parts, signature].join("."))).status).toBe(401);
});

test("a role that is taken away or given counts from the next request on", async () => {
  api = await startApi();
  const { token, userId } = await api.register("ada");
  await changeProfile(api.runtime.table, userId, { role: "admin" });
  expect((await me(token)).body.data.role).toBe("admin");
});

test("a new name is kept, and tokens go on", async () => {
  api = await startApi();
  const { token } = await api.register("ada");
  const answer = await put(token, { username: " Ada Lovelace " });
  expect([answer.status, answer.body.data.username]).toEqual([200, "Ada Lovelace"]);
  expect((await me(token)).body.data.username).toBe("Ada Lovelace");
});

test("signing out ends every token, tells the browser to forget, and the password opens again", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  const other = (await logIn(ada.email, ada.password)).body.data.token;
  const out = await api.call("POST", "/auth/logout", { token: ada.token });
  expect([out.status, out.body.data, out.headers.get("clear-site-data")]).toEqual([200, null, '"storage"']);
  for (const token of [ada.token, other]) {
    expect((await me(token)).status).toBe(401);
    expect((await api.call("POST", "/auth/logout", { token })).status).toBe(401);
  }
  expect((await me((await logIn(ada.email, ada.password)).body.data.token)).status).toBe(200);
});

test("of several who sign out at once each is told that it is done, and one raise ends them all", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  const before = (await readUser(api.runtime.table, ada.userId))?.value.tokenVersion ?? 0;
  const outs = await Promise.all(
    Array.from({ length: 5 }, () => api.call("POST", "/auth/logout", { token: ada.token })),
  );
  expect(outs.filter(({ status }) => status !== 200 && status !== 401)).toEqual([]);
  expect(outs.some(({ status }) => status === 200)).toBe(true);
  expect((await readUser(api.runtime.table, ada.userId))?.value.tokenVersion).toBe(before + 1);
  expect((await me((await logIn(ada.email, ada.password)).body.data.token)).status).toBe(200);
});

test("20 new names at once are all taken, one after the other", async () => {
  api = await startApi();
  const { token } = await api.register("ada");
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => put(token, { username: `name ${n}` })));
  for (const { status } of answers) expect([200, 503]).toContain(status);
  const names = answers.filter(({ status }) => status === 200).map(({ body }) => body.data.username);
  expect(names).toContain((await me(token)).body.data.username);
});

test("a new password ends all older tokens, answers a new one, and is the only one that opens", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  const other = (await logIn(ada.email, ada.password)).body.data.token;
  const changed = await put(ada.token, { password: "another password", current_password: ada.password });
  expect(changed.status).toBe(200);
  expect(changed.body.data).toMatchObject({ userId: ada.userId, username: "ada", expiresAt: expect.any(String) });
  expect((await me(ada.token)).status).toBe(401);
  expect((await me(other)).status).toBe(401);
  expect((await me(changed.body.data.token)).status).toBe(200);
  expect((await logIn(ada.email, ada.password)).status).toBe(401);
  expect((await me((await logIn(ada.email, "another password")).body.data.token)).status).toBe(200);
});

test("a wrong current password is 403 and changes nothing", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  const answer = await put(ada.token, { password: "another password", currentPassword: "wrong" });
  expect([answer.status, answer.body.error.type]).toEqual([403, "forbidden"]);
  expect((await me(ada.token)).status).toBe(200);
  expect((await logIn(ada.email, ada.password)).status).toBe(200);
});

test.each([
  [{}, "body", "must be {username} or {password, currentPassword}"],
  [
    { username: "a", password: "12345678", currentPassword: "x" },
    "body",
    "must be {username} or {password, currentPassword}",
  ],
  [{ password: "12345678" }, "currentPassword", "is required"],
  [{ password: "1234567", currentPassword: "x" }, "password", "must have at least 8 characters"],
  [{ username: "" }, "username", "must not be empty"],
])("%j is refused", async (json, path, message) => {
  api = await startApi();
  const { token } = await api.register("ada");
  const { status, body } = await put(token, json);
  expect([status, body.error.details]).toEqual([400, [{ path, message }]]);
});

test("of several password changes at once one wins; its token is good, and only its password opens", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  const next = (n: number) => `password number ${n}`;
  const answers = await Promise.all(
    [0, 1, 2, 3].map((n) => put(ada.token, { password: next(n), currentPassword: ada.password })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403]);
  const winner = answers.findIndex(({ status }) => status === 200);
  expect((await me(answers[winner]?.body.data.token)).status).toBe(200);
  for (const n of [0, 1, 2, 3]) expect((await logIn(ada.email, next(n))).status).toBe(n === winner ? 200 : 401);
});

test("a change that dies between its two writes ends the old tokens, and the old password opens again and can change itself", async () => {
  let isDying = true;
  const die = async () => {
    if (isDying) throw new Error("the process died here");
  };
  api = await startApi({ change: (runtime) => ({ table: beforePut(runtime.table, isNewHash, die) }) });
  const ada = await api.register("ada");
  expect((await put(ada.token, { password: "another password", currentPassword: ada.password })).status).toBe(500);
  isDying = false;
  expect((await me(ada.token)).status).toBe(401);
  expect((await logIn(ada.email, "another password")).status).toBe(401);
  const back = (await logIn(ada.email, ada.password)).body.data.token;
  expect((await me(back)).status).toBe(200);
  const again = await put(back, { password: "another password", currentPassword: ada.password });
  expect((await me(again.body.data.token)).status).toBe(200);
  expect((await me(back)).status).toBe(401);
});

test("a login with the old password in the middle of a change gets a token that the change ends", async () => {
  const between = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const pause = async () => {
    between.resolve();
    await goOn.promise;
  };
  api = await startApi();
  const ada = await api.register("ada");
  const user = await readUser(api.runtime.table, ada.userId);
  if (!user) throw new Error("no user");
  const slow: Runtime = { ...api.runtime, table: beforePut(api.runtime.table, isNewHash, pause) };
  const { changePassword } = await import("../../shared/users/change-password.ts");
  const change = changePassword(slow, user.value, { current: ada.password, next: "another password" });
  await between.promise;
  const { token } = await login(api.runtime, ada.email, ada.password);
  expect((await me(token.token)).status).toBe(200);
  goOn.resolve();
  const changed = await change;
  expect((await me(token.token)).status).toBe(401);
  expect((await me(changed.token)).status).toBe(200);
  await expect(login(api.runtime, ada.email, ada.password)).rejects.toThrow("is wrong");
});

test("an account that others change without end is asked for again later", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  const { table } = api.runtime;
  const disturb = () => changeProfile(table, ada.userId, {});
  const disturbed = beforePut(table, (key) => key.sort === "profile", disturb);
  const { changeUsername } = await import("../../shared/users/change-username.ts");
  await expect(changeUsername({ table: disturbed }, ada.userId, "name")).rejects.toMatchObject({ type: "unavailable" });
  expect((await readUser(table, ada.userId))?.value.username).toBe("ada");
});

test("two logins that both catch up with a broken-off change both get good tokens", async () => {
  api = await startApi();
  const ada = await api.register("ada");
  await changeProfile(api.runtime.table, ada.userId, { tokenVersion: 2 });
  const answers = await Promise.all([logIn(ada.email, ada.password), logIn(ada.email, ada.password)]);
  for (const { body } of answers) expect((await me(body.data.token)).status).toBe(200);
  expect((await readLogin(api.runtime.table, ada.email))?.value.tokenVersion).toBe(2);
});

function logIn(email: string, password: string) {
  return api.call("POST", "/auth/login", { json: { email, password } });
}

function me(token: string) {
  return api.call("GET", "/users/me", { token });
}

function put(token: string, json: unknown) {
  return api.call("PUT", "/users/me", { token, json });
}

async function changeProfile(table: Table, userId: string, change: Record<string, string | number>): Promise<void> {
  const item = await table.get(profileKey(userId));
  if (!item) throw new Error("no profile");
  await table.put({ ...profileKey(userId), data: { ...item.data, ...change } }, { version: item.version });
}

/** The second write of a password change: the only one that puts an existing login. */
function isNewHash(key: ItemKey, condition: unknown): boolean {
  return key.sort === "login" && condition !== "absent";
}

function beforePut(
  table: Table,
  isMeant: (key: ItemKey, condition: unknown) => boolean,
  act: () => Promise<void>,
): Table {
  return {
    ...table,
    put: async (item, condition) => {
      if (isMeant(item, condition)) await act();
      return table.put(item, condition);
    },
  };
}
