import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import type { User } from "../api/user.ts";
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
  expect(refused.body.message).toMatch(/^Your files take 0 bytes of 0 bytes.* Delete jobs or uploads/);
  expect((await users("set-quota", user.email, "default")).stdout).toContain("may store what MAX_STORED_BYTES says");
  expect(await storage()).toEqual({ usedBytes: 0, maxBytes: 10 * GiB });
  const { stderr } = await users("set-quota", "nobody@example.com", "1GiB");
  expect(stderr).toBe("Nobody has registered as nobody@example.com.\n");
});

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
