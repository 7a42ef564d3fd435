// npm run users, as a process, beside a server that has the table open.
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import { creditsOf, type User } from "../api/user.ts";
import { runScript } from "./run-script.ts";

let product: Product;
let user: User;

beforeAll(async () => {
  product = await startProduct();
  user = await product.register();
});
afterAll(() => product.close());

const users = (...args: string[]) => runScript("scripts/users.ts", args, product.dataDir);
const makeCodes = () => user.call("POST", "/admin/codes", { json: { credits: 5, count: 1 } });

test("grant-role makes an admin of a user who has logged in already, and a user again", async () => {
  expect((await makeCodes()).status).toBe(403);
  const stdout = `${user.email} (${user.userId}) has the role admin from the next request on.\n`;
  expect(await users("grant-role", "admin", ` ${user.email.toUpperCase()} `)).toEqual({ code: 0, stdout, stderr: "" });
  expect((await makeCodes()).status).toBe(201);
  expect((await users("grant-role", "user", user.email)).code).toBe(0);
  expect((await makeCodes()).status).toBe(403);
});

test("set-quota makes an exception for a user, and ends it, while the server runs", async () => {
  const storage = async () => (await user.call("GET", "/users/me")).body.data.storage;
  const GiB = 1024 ** 3;
  expect(await storage()).toEqual({ usedBytes: 0, maxBytes: 10 * GiB });
  const stdout = `${user.email} (${user.userId}) may store 1.5 GiB, and has stored 0 bytes.\n`;
  expect(await users("set-quota", user.email, "1.5GiB")).toEqual({ code: 0, stdout, stderr: "" });
  expect(await storage()).toEqual({ usedBytes: 0, maxBytes: 1.5 * GiB });
  expect((await users("set-quota", user.email, "0")).code).toBe(0);
  const refused = await user.call("POST", "/ai/generate-image", { json: { prompt: "a lake" } });
  expect([refused.status, refused.body.error.type]).toEqual([507, "storage_full"]);
  expect(refused.body.message).toMatch(/^Your files take 0 bytes of 0 bytes.* Delete jobs, uploads or projects/);
  expect((await users("set-quota", user.email, "default")).stdout).toContain("may store what MAX_STORED_BYTES says");
  expect(await storage()).toEqual({ usedBytes: 0, maxBytes: 10 * GiB });
  const { stderr } = await users("set-quota", "nobody@example.com", "1GiB");
  expect(stderr).toBe("Nobody has registered as nobody@example.com.\n");
});

test("find knows people by address, by id and by a part of an address", async () => {
  const { code, stdout } = await users("find", user.email, "--json");
  const [found] = JSON.parse(stdout);
  expect([code, found.userId, found.email]).toEqual([0, user.userId, user.email]);
  const { balance, held, totalEarned, totalSpent } = await creditsOf(user);
  expect(found.credits).toEqual({ balance, held, earned: totalEarned, spent: totalSpent });
  const other = await product.register();
  const byId = await users("find", other.userId);
  expect(byId.stdout).toContain(`${other.email} (${other.userId})\n`);
  const part = JSON.parse((await users("find", "USER-", "--json")).stdout) as { email: string }[];
  expect(part.map(({ email }) => email).sort()).toEqual([user.email, other.email].sort());
  expect(await users("find", "nobody-at-all")).toMatchObject({ code: 1, stdout: "" });
});

test("grant gives credits once for each key, and the user reads why", async () => {
  const somebody = await product.register();
  const args = ["grant", somebody.email, "40", "--reason", "Sorry for Tuesday"];
  const first = await users(...args, "--key", "ticket-17");
  expect([first.code, first.stdout]).toEqual([
    0,
    `${somebody.email} has got 40 credits, and has 140 now: Sorry for Tuesday\n`,
  ]);
  const again = await users(...args, "--key", "ticket-17", "--json");
  expect([again.code, JSON.parse(again.stdout)]).toMatchObject([0, { isNew: false, balance: 140, key: "ticket-17" }]);
  const other = await users("grant", somebody.userId, "41", "--reason", "Sorry for Tuesday", "--key=ticket-17");
  expect([other.code, other.stdout, other.stderr.includes("Take a new key.")]).toEqual([1, "", true]);
  const unnamed = await users(...args);
  const [, key = ""] = /--key (\S+):/.exec(unnamed.stderr) ?? [];
  expect(JSON.parse((await users(...args, "--key", key, "--json")).stdout)).toMatchObject({
    isNew: false,
    balance: 180,
  });
  const { body } = await somebody.call("GET", "/credits/transactions");
  expect(body.data.items).toMatchObject([
    { type: "grant", amount: 40, description: "Sorry for Tuesday" },
    { type: "grant", amount: 40, description: "Sorry for Tuesday" },
    { type: "grant", amount: 100 },
  ]);
  expect(await runScript("scripts/check-ledger.ts", [], product.dataDir)).toMatchObject({ code: 0 });
});

test("jobs lists what a user asked for, without saying what it was", async () => {
  const somebody = await product.register();
  const json = { prompt: "a zebra in the snow", provider: "sketch" };
  const { body } = await somebody.call("POST", "/ai/generate-image", { json, headers: { prefer: "wait=25" } });
  const { code, stdout } = await users("jobs", somebody.email);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`${body.data.id} image sketch/sketch completed cost 1`)]);
  const [job] = JSON.parse((await users("jobs", somebody.email, "--json")).stdout);
  expect(job).toMatchObject({ jobId: body.data.id, status: "completed", price: 1, cost: 1, errorType: null });
  expect(stdout + JSON.stringify(job)).not.toContain("zebra");
});

test("limits says what somebody may use, and makes an exception", async () => {
  const somebody = await product.register();
  const before = JSON.parse((await users("limits", somebody.email, "--json")).stdout);
  expect(before.storage).toEqual({ usedBytes: 0, maxBytes: 10 * 1024 ** 3, isException: false });
  expect((await users("limits", somebody.email, "--storage", "1.5GiB")).stdout).toContain("1.5 GiB, an exception");
});

test("delete tells programs what would go, with 1, and what has gone, with 0", async () => {
  const { email, userId } = await product.register();
  const before = await users("delete", email, "--json");
  expect([before.code, before.stderr]).toEqual([1, ""]);
  expect(JSON.parse(before.stdout)).toEqual({ userId, email, isDeleted: false, jobs: 0, balance: expect.any(Number) });
  const after = await users("delete", email, "--json", "--yes");
  expect([after.code, JSON.parse(after.stdout)]).toEqual([0, { userId, email, isDeleted: true }]);
});

test("asking makes no table", async () => {
  const empty = await mkdtemp(join(tmpdir(), "no-table-"));
  for (const args of [
    ["find", user.email],
    ["grant", user.email, "5", "--reason", "x"],
    ["delete", user.email],
  ]) {
    const { code, stderr } = await runScript("scripts/users.ts", args, empty);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`There is no table at ${empty}/table.sqlite.`)]);
  }
  expect(await readdir(empty)).toEqual([]);
  await rm(empty, { recursive: true });
});

test.each([[["--help"]], [["-h"]], [["grant", "--help"]], [["find", "x", "--help"]]])(
  "%j tells the usage on stdout, with 0",
  async (args) => {
    const { code, stdout, stderr } = await users(...args);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ {2}npm run users -- /);
    expect(stdout).toContain("Exit code 0: done;");
  },
);

test("an address that nobody has is 1 and one sentence", async () => {
  const stderr = "Nobody has registered as nobody@example.com.\n";
  expect(await users("grant-role", "admin", "nobody@example.com")).toEqual({ code: 1, stdout: "", stderr });
});

test.each([
  [["grant-role"], "The role must be one of admin, user."],
  [["grant-role", "root", "a@example.com"], "The role must be one of admin, user."],
  [["grant-role", "admin"], "An e-mail address is needed."],
  [["grant-role", "admin", "ada"], "An e-mail address is needed."],
  [["grant-role", "admin", "a@example.com", "b@example.com"], "One e-mail address at a time."],
  [["set-quota", "a@example.com"], "A size is needed, such as 50GiB, 500MiB or 1048576 (bytes); or default."],
  [["set-quota", "a@example.com", "50GB"], "A size is needed, such as 50GiB, 500MiB or 1048576 (bytes); or default."],
  [["set-quota", "50GiB"], "An e-mail address is needed."],
  [["find"], "An e-mail address, a part of one, or a user's id is needed."],
  [["grant", "a@example.com", "5"], "--reason is needed, of at most 200 characters: the user reads it in the ledger."],
  [["grant", "a@example.com", "-5", "--reason", "x"], "Unknown option '-5'."],
  [
    ["grant", "a@example.com", "0", "--reason", "x"],
    "The number of credits must be a whole number from 1 to 1000000000.",
  ],
  [
    ["grant", "a@example.com", "1", "--reason", "x", "--key", "a b"],
    "--key must be 1 to 100 characters without spaces, such as a ticket's number.",
  ],
  [["toString"], 'There is no "toString".'],
])("%j is not understood: 2, one sentence and the usage", async (args, sentence) => {
  const { code, stdout, stderr } = await users(...args);
  expect([code, stdout, stderr.startsWith(`${sentence} Usage:\n  npm run users -- `)]).toEqual([2, "", true]);
});

test("settings and a table that cannot be used are named, with 1", async () => {
  const wrong = await runScript("scripts/users.ts", ["grant-role", "admin", "a@b.example"], product.dataDir, {
    PORT: "x",
  });
  expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
  expect(wrong.stderr).toContain("PORT must be a whole number");
  const folder = join(product.dataDir, "broken");
  await mkdir(folder);
  await writeFile(join(folder, "table.sqlite"), "This is not a database, and it is longer than a header.".repeat(20));
  const broken = await runScript("scripts/users.ts", ["grant-role", "admin", "a@b.example"], folder);
  expect([broken.code, broken.stdout, broken.stderr.includes("table.sqlite")]).toEqual([1, "", true]);
});

test("no secret is asked for: nothing is signed here", async () => {
  const production = { NODE_ENV: "production", JWT_SECRET: "" };
  expect(
    (await runScript("scripts/users.ts", ["grant-role", "user", user.email], product.dataDir, production)).code,
  ).toBe(0);
});
