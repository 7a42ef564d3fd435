// Codes over HTTP: made by admins, redeemed once, and not guessed.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeItem } from "../../shared/credits/codes.ts";
import { codeFrom, readSpelling } from "../../shared/credits/codes-spelling.ts";
import { grantRole } from "../../shared/users/grant-role.ts";
import { countStatuses } from "../api/at-once.ts";
import { checkLedger } from "../api/check-ledger.ts";
import { type Product, startProduct } from "../api/local.ts";
import { creditsOf, listAll, type User } from "../api/user.ts";

const welcome = 100;
const unknown = codeFrom("nobody made this one").text;

let product: Product;
let admin: User;

beforeAll(async () => {
  product = await startProduct();
  admin = await product.register();
  await grantRole(product.runtime, "admin", admin.email);
});
afterAll(() => product.close());

async function makeCodes(count: number, more: object = {}): Promise<string[]> {
  const { status, body } = await admin.call("POST", "/admin/codes", { json: { credits: 25, count, ...more } });
  expect([status, body.message]).toEqual([201, "success"]);
  return body.data.items.map(({ code }: { code: string }) => code);
}

async function makeCode(more: object = {}): Promise<string> {
  const [code = ""] = await makeCodes(1, more);
  return code;
}

function redeem(user: User, code: unknown) {
  return user.call("POST", "/credits/redeem", { json: { code } });
}

test("an admin gets as many codes as were asked for, all different, with their credits and their end", async () => {
  const expiresAt = "2999-01-01T00:00:00+02:00";
  const { status, body } = await admin.call("POST", "/admin/codes", {
    json: { credits: 7, count: 60, expires_at: expiresAt },
  });
  expect(status).toBe(201);
  const { items } = body.data;
  expect(new Set(items.map(({ code }: { code: string }) => code)).size).toBe(60);
  for (const item of items) {
    const code = expect.stringMatching(/^DF(-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
    expect(item).toEqual({ code, credits: 7, expiresAt: "2998-12-31T22:00:00.000Z" });
  }
});

test("anybody else is refused: 403 for a user, 401 for nobody; and a role that is taken away counts at once", async () => {
  const user = await product.register();
  const json = { credits: 1_000_000, count: 1 };
  expect((await user.call("POST", "/admin/codes", { json })).status).toBe(403);
  expect((await product.call("POST", "/admin/codes", { json })).status).toBe(401);
  await grantRole(product.runtime, "admin", user.email);
  expect((await user.call("POST", "/admin/codes", { json })).status).toBe(201);
  await grantRole(product.runtime, "user", user.email);
  expect((await user.call("POST", "/admin/codes", { json })).status).toBe(403);
});

test.each([
  [{ credits: 0, count: 1 }, "credits"],
  [{ credits: -5, count: 1 }, "credits"],
  [{ credits: 1.5, count: 1 }, "credits"],
  [{ credits: "5", count: 1 }, "credits"],
  [{ credits: 1_000_000_001, count: 1 }, "credits"],
  [{ credits: 5, count: 0 }, "count"],
  [{ credits: 5, count: 501 }, "count"],
  [{ credits: 5 }, "count"],
  [{ credits: 5, count: 1, expiresAt: "2001-01-01T00:00:00Z" }, "expiresAt"],
  [{ credits: 5, count: 1, expiresAt: "2999-01-01" }, "expiresAt"],
  [{ credits: 5, count: 1, expiresAt: 4102444800 }, "expiresAt"],
])("%j makes no codes", async (json, path) => {
  const { status, body } = await admin.call("POST", "/admin/codes", { json });
  expect([status, body.error.details[0].path]).toEqual([400, path]);
});

test("a code gives its credits once, however it is typed; its user may repeat it and hears the same", async () => {
  const user = await product.register();
  const code = await makeCode();
  const first = await redeem(user, code);
  expect([first.status, first.body.data]).toEqual([200, { credits: 25, balance: welcome + 25 }]);
  const again = await redeem(user, ` ${code.toLowerCase().replaceAll("-", " ")} `);
  expect([again.status, again.body.data]).toEqual([200, { credits: 25, balance: welcome + 25 }]);
  const { items } = await listAll(user, "/credits/transactions");
  expect(items.filter(({ type }) => type === "redeem")).toMatchObject([{ amount: 25, description: "Code redeemed" }]);
  await checkLedger(user);
});

test("a taken code, an expired one, an unknown one and a mistyped one are told apart", async () => {
  const [user, other] = [await product.register(), await product.register()];
  const taken = await makeCode();
  await redeem(other, taken);
  const expired = codeFrom("this one has expired");
  const past = { code: expired.id, credits: 25, expiresAt: Date.now() - 1, claimedBy: null, isDone: false };
  await product.runtime.table.put(codeItem(past, Date.now()), "absent");
  const answers = [];
  for (const code of [taken, expired.text, unknown, taken.slice(0, -1), "", 5]) answers.push(await redeem(user, code));
  expect(answers.map(({ status, body }) => [status, body.message])).toEqual([
    [409, "This code was redeemed already."],
    [409, "This code has expired."],
    [404, "There is no such code. Check it for typing errors."],
    [400, expect.stringContaining("code has a typing error")],
    [400, "code must not be empty."],
    [400, expect.stringContaining("code must be a string")],
  ]);
  expect(answers.slice(0, 2).map(({ body }) => body.error.details)).toEqual([
    [{ path: "code", message: "was redeemed already" }],
    [{ path: "code", message: "has expired" }],
  ]);
  expect((await creditsOf(user)).balance).toBe(welcome);
});

test("of 50 users who redeem one code at once, one gets the credits and the others 409", async () => {
  const users = await Promise.all(Array.from({ length: 50 }, () => product.register()));
  const code = await makeCode();
  const answers = await Promise.all(users.map((user) => redeem(user, code)));
  expect(countStatuses(answers)).toEqual({ 200: 1, 409: 49 });
  const balances = await Promise.all(users.map(async (user) => (await creditsOf(user)).balance));
  expect(balances.toSorted((a, b) => b - a)).toEqual([welcome + 25, ...new Array(49).fill(welcome)]);
});

test("one user who redeems one code 50 times at once gets the credits once, and 200 each time", async () => {
  const user = await product.register();
  const code = await makeCode();
  const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(user, code)));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body.data)))).toEqual(
    new Set([JSON.stringify({ credits: 25, balance: welcome + 25 })]),
  );
  await checkLedger(user);
});

test("20 codes at once by one user all count", async () => {
  const user = await product.register();
  const answers = await Promise.all((await makeCodes(20)).map((code) => redeem(user, code)));
  expect(countStatuses(answers)).toEqual({ 200: 20 });
  expect((await creditsOf(user)).balance).toBe(welcome + 20 * 25);
  await checkLedger(user);
});

test("ten guesses are free, then they are 429 with Retry-After; typing errors and good codes cost none", async () => {
  const user = await product.register();
  for (let n = 0; n < 12; n++) expect((await redeem(user, unknown.slice(1))).status).toBe(400);
  for (let n = 0; n < 10; n++) expect((await redeem(user, codeFrom(`guess ${n}`).text)).status).toBe(404);
  const code = await makeCode();
  const slowed = await redeem(user, code);
  expect([slowed.status, slowed.body.error.type]).toEqual([429, "rate_limited"]);
  expect(Number(slowed.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await redeem(await product.register(), code)).status).toBe(200);
});

test("the table holds no code that somebody could redeem", async () => {
  const code = await makeCode();
  const written = await Promise.all(
    ["table.sqlite", "table.sqlite-wal"].map((name) => readFile(join(product.dataDir, name), "latin1")),
  );
  expect(written.join()).toContain(readSpelling(code)?.id);
  const symbols = code.slice(3).replaceAll("-", "");
  expect([written.join().includes(code), written.join().includes(symbols)]).toEqual([false, false]);
});
