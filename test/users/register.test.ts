import { afterEach, expect, test } from "vitest";
import { readAccount } from "../../shared/credits/account.ts";
import type { Ids } from "../../shared/ports/ids.ts";
import type { ItemKey, Table } from "../../shared/ports/table.ts";
import type { Runtime } from "../../shared/runtime/runtime.ts";
import { register } from "../../shared/users/register.ts";
import { readLogin, readUser } from "../../shared/users/user.ts";
import { type Api, type ApiOptions, startApi } from "../http/api.ts";

let api: Api;
const made: string[] = [];

afterEach(async () => {
  made.length = 0;
  await api.close();
});

test("a registration answers 201 with user, normalized address, token and its expiry", async () => {
  api = await start();
  const answer = await post({ username: "  小明 ", email: "  Ming@Example.COM ", password: "correct horse" });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    code: 0,
    message: "success",
    data: {
      userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: "ming@example.com",
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresAt: new Date(api.clock.now() + 7 * 86_400_000).toISOString(),
    },
  });
  const me = await api.call("GET", "/users/me", { token: answer.body.data.token });
  expect(me.body.data).toEqual({
    userId: answer.body.data.userId,
    username: "小明",
    email: "ming@example.com",
    emailVerified: false,
    role: "user",
    createdAt: new Date(api.clock.now()).toISOString(),
    storage: { usedBytes: 0, maxBytes: 10 * 1024 ** 3 },
  });
});

test("a new user has the welcome credits as one grant line", async () => {
  api = await start({ environment: { WELCOME_CREDITS: "42" } });
  const { userId } = await api.register("ada");
  const stored = await readAccount(api.runtime.table, userId);
  expect(stored?.account).toMatchObject({ balance: 42, earned: 42, lines: [{ type: "grant", amount: 42 }] });
});

test("an address that is registered answers 409 in any spelling, and changes nothing", async () => {
  api = await start();
  const { userId } = await api.register("ada");
  const again = await post({ username: "eve", email: " ADA@example.com", password: "another one" });
  expect([again.status, again.body.error.type]).toEqual([409, "conflict"]);
  expect((await readUser(api.runtime.table, userId))?.value.username).toBe("ada");
  expect(await usersLeft()).toEqual([userId]);
});

test("of 20 registrations of one address at once one wins, 19 read 409, and no profile or account is left of them", async () => {
  api = await start();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      post({ username: `u${n}`, email: "race@example.com", password: `password ${n}` }),
    ),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(19).fill(409)]);
  const winner = answers.find((answer) => answer.status === 201);
  expect(await usersLeft()).toEqual([winner?.body.data.userId]);
  const me = await api.call("GET", "/users/me", { token: winner?.body.data.token });
  expect(me.status).toBe(200);
  const password = `password ${me.body.data.username.slice(1)}`;
  const login = await api.call("POST", "/auth/login", { json: { email: "race@example.com", password } });
  expect(login.status).toBe(200);
});

test("all who race past the first look reach the last write, and the losers take their two items back", async () => {
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const hold = async () => {
    waiting += 1;
    if (waiting === 5) gate.resolve();
    await gate.promise;
  };
  api = await start({
    change: (runtime) => ({ table: before(runtime.table, isLogin, hold), ids: recordingIds(runtime) }),
  });
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, n) => post({ username: `u${n}`, email: "race@example.com", password: "password" })),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409]);
  expect(await usersLeft()).toEqual([answers.find(({ status }) => status === 201)?.body.data.userId]);
});

test("a crash before the e-mail item leaves an address that can register again, with one user to log in as", async () => {
  let isDying = true;
  const die = async () => {
    if (isDying) throw new Error("the process died here");
  };
  api = await start({
    change: (runtime) => ({ table: before(runtime.table, isLogin, die), ids: recordingIds(runtime) }),
  });
  const lost = { username: "ada", email: "ada@example.com", password: "first password" };
  await expect(register(api.runtime, lost)).rejects.toThrow("the process died here");
  expect(await readLogin(api.runtime.table, "ada@example.com")).toBeNull();
  isDying = false;
  const again = await post({ username: "ada", email: "ada@example.com", password: "second password" });
  expect(again.status).toBe(201);
  const login = (password: string) => api.call("POST", "/auth/login", { json: { email: "ada@example.com", password } });
  expect((await login("first password")).status).toBe(401);
  expect((await login("second password")).body.data.userId).toBe(again.body.data.userId);
});

test("a last write that was taken although the table says that it was not makes the user all the same", async () => {
  api = await start({
    change: ({ table }) => ({
      table: {
        ...table,
        // A client that repeats a write whose answer was lost finds its own item there.
        put: async (item, condition) => {
          const version = await table.put(item, condition);
          return isLogin(item) ? null : version;
        },
      },
    }),
  });
  const answer = await post({ username: "ada", email: "ada@example.com", password: "a password" });
  expect(answer.status).toBe(201);
  expect((await api.call("GET", "/users/me", { token: answer.body.data.token })).status).toBe(200);
});

test("the password itself is nowhere in what is stored", async () => {
  api = await start();
  const { userId } = await api.register("ada");
  const { items } = await api.runtime.table.query({
    partition: `user#${userId}`,
    prefix: "",
    order: "ascending",
    limit: 10,
  });
  const login = await api.runtime.table.get({ partition: "email#ada@example.com", sort: "login" });
  expect(JSON.stringify([items, login])).not.toContain("password of ada");
  expect(login?.data.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(JSON.stringify(items)).not.toContain("argon2id");
});

function post(json: unknown) {
  return api.call("POST", "/auth/register", { json });
}

function start(options: ApiOptions = {}): Promise<Api> {
  return startApi({ change: (runtime) => ({ ids: recordingIds(runtime) }), ...options });
}

/** Remembers every id that was made, so that whatever lies under one of them can be found. */
function recordingIds({ ids }: Runtime): Ids {
  return {
    ...ids,
    uuid() {
      const id = ids.uuid();
      made.push(id);
      return id;
    },
  };
}

/** Of all ids that were ever made: those under which anything is stored. */
async function usersLeft(): Promise<string[]> {
  const pages = await Promise.all(
    made.map((id) => api.runtime.table.query({ partition: `user#${id}`, prefix: "", order: "ascending", limit: 10 })),
  );
  return made.filter((_, index) => (pages[index]?.items.length ?? 0) > 0);
}

function isLogin(key: ItemKey): boolean {
  return key.sort === "login";
}

/** The table, with something that happens before certain writes. */
function before(table: Table, isMeant: (key: ItemKey) => boolean, act: () => Promise<void>): Table {
  return {
    ...table,
    put: async (item, condition) => {
      if (isMeant(item)) await act();
      return table.put(item, condition);
    },
  };
}
