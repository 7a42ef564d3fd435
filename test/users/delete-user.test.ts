// Deleting a user as the user, their address and whoever comes after them see it.
import { afterEach, expect, test } from "vitest";
import { readAccount } from "../../shared/credits/account.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { dueHandlers } from "../../shared/jobs/timers/tick-jobs.ts";
import type { NewItem } from "../../shared/ports/table.ts";
import type { Runtime } from "../../shared/runtime/runtime.ts";
import { deleteUser } from "../../shared/users/delete-user.ts";
import { readLogin, readUser } from "../../shared/users/user.ts";
import { through } from "../crash/gap.ts";
import { type Api, startApi } from "../http/api.ts";
import { dying } from "../jobs/intercept.ts";

let api: Api;
afterEach(() => api.close());

const signal = new AbortController().signal;
const wrong = { email: "nobody@example.com", password: "password of nobody" };
const logIn = (json: object) => api.call("POST", "/auth/login", { json });

test("tokens end at once, and a login is answered as for an address that nobody has", async () => {
  api = await startApi();
  const { token, email, password, userId } = await api.register("ada");
  expect(await deleteUser(api.runtime, email)).toEqual({ userId });
  const paths = ["/users/me", "/credits", "/jobs"];
  const answers = await Promise.all(paths.map((path) => api.call("GET", path, { token })));
  expect(answers.map(({ status, body }) => [status, body.error.type])).toEqual(
    paths.map(() => [401, "unauthenticated"]),
  );
  const [gone, unknown] = [await logIn({ email, password }), await logIn(wrong)];
  expect([gone.status, gone.body.message, gone.body.error.type]).toEqual([
    unknown.status,
    unknown.body.message,
    unknown.body.error.type,
  ]);
});

test("an address that nobody has deletes nobody", async () => {
  api = await startApi();
  const { token } = await api.register("ada");
  expect(await deleteUser(api.runtime, wrong.email)).toBeNull();
  expect((await api.call("GET", "/users/me", { token })).status).toBe(200);
});

test("the address can be registered at once by a new user, whom the rest of the deletion does not touch", async () => {
  api = await startApi({ environment: { WELCOME_CREDITS: "42" } });
  const old = await api.register("ada");
  await deleteUser(api.runtime, old.email);
  const { token, userId } = await api.register("ada");
  expect(userId).not.toBe(old.userId);
  await goOn(old.userId);
  const me = await api.call("GET", "/users/me", { token });
  expect([me.status, me.body.data.userId]).toEqual([200, userId]);
  expect((await api.call("GET", "/credits", { token })).body.data.balance).toBe(42);
  expect((await logIn({ email: old.email, password: old.password })).body.data.userId).toBe(userId);
  expect((await readAccount(api.runtime.table, old.userId))?.account).toMatchObject({ balance: 42, earned: 42 });
});

test.each([1, 2, 3])(
  "a process that dies after write %i leaves a user whom the timer deletes to the end",
  async (writes) => {
    api = await startApi();
    const { token, email, password, userId } = await api.register("ada");
    let count = 0;
    const isWrite = (name: string) => name === "put" || name === "delete";
    const dead = dying(({ name }) => (isWrite(name) && ++count === writes ? "after" : null));
    const { clock, ids } = api.runtime;
    const table = through("table", api.runtime.table, (call, act) => dead.around(call, () => act(call.args)));
    const changeAccount = createAccountChanges({ table, clock, ids });
    const deleting = deleteUser({ table, clock, changeAccount }, email).catch(() => null);
    expect([await deleting, dead.isDead()]).toEqual([null, true]);
    await goOn(userId);
    expect([await readLogin(api.runtime.table, email), await readUser(api.runtime.table, userId)]).toEqual([
      null,
      null,
    ]);
    expect((await api.call("GET", "/users/me", { token })).status).toBe(401);
    expect((await logIn({ email, password })).status).toBe(401);
  },
);

test.each([
  ["a name, before the profile", "profile", { username: "Ada" }],
  ["a password, before the profile", "profile", { password: "another password", currentPassword: "password of ada" }],
  ["a password, before the login", "login", { password: "another password", currentPassword: "password of ada" }],
])("a change of %s is written brings nothing back", async (_, sort, json) => {
  let deleting: Promise<unknown> | null = null;
  const change = (runtime: Runtime) => ({
    table: through("table", runtime.table, async (call, act) => {
      const isMeant = call.name === "put" && (call.args[0] as NewItem).sort === sort && isArmed;
      if (isMeant) deleting ??= deleteUser(runtime, "ada@example.com");
      await deleting;
      return act(call.args);
    }),
  });
  let isArmed = false;
  api = await startApi({ change });
  const { token, email, password, userId } = await api.register("ada");
  isArmed = true;
  const { status } = await api.call("PUT", "/users/me", { token, json });
  expect([status === 401 || status === 403, await deleting]).toEqual([true, { userId }]);
  expect([await readLogin(api.runtime.table, email), await readUser(api.runtime.table, userId)]).toEqual([null, null]);
  expect((await logIn({ email, password })).status).toBe(401);
});

/** What the timer does with the account. */
async function goOn(userId: string): Promise<void> {
  const runtime: Runtime = api.runtime;
  await dueHandlers(runtime).account({ partition: `user#${userId}`, sort: "account" }, signal);
  expect((await readAccount(runtime.table, userId))?.account.deletion?.sweptAt).toBe(runtime.clock.now());
}
