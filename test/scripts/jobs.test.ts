// npm run jobs, as a process, beside a server that has the table open.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../api/local.ts";
import { create, follow, type ShownJob, type User } from "../api/user.ts";
import { runScript } from "./run-script.ts";

let product: Product;
let user: User;
let made: ShownJob;
let failed: ShownJob;
let running: ShownJob;

beforeAll(async () => {
  product = await startProduct();
  user = await product.register();
  const other = await product.register();
  made = await follow(user, (await create(user, { prompt: "a zebra", provider: "sketch" })).id);
  failed = await follow(other, (await create(other, { prompt: "a zebra", model: "sketch-fail" })).id);
  running = await create(user, { prompt: "a zebra", model: "sketch-slow" });
});
afterAll(() => product.close());

const jobs = (...args: string[]) => runScript("scripts/jobs.ts", args, product.dataDir);
const idsIn = (stdout: string) => (JSON.parse(stdout) as { jobId: string }[]).map(({ jobId }) => jobId);

test("show tells one job whole: history, outputs and ledger, found without its user", async () => {
  const { code, stdout, stderr } = await jobs("show", made.id);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`${made.id} image sketch/sketch completed cost 1 user ${user.userId}\n`);
  expect(stdout).toMatch(/history:\n.*pending, queued, 0 %\n(.*\n)*.*completed, done, 100 %/);
  expect(stdout).toMatch(/outputs:\n {4}users\/\S+\.png, \d+ bytes, sha256 [0-9a-f]{64}\n/);
  expect(stdout).toMatch(/ledger:\n {4}2\. \S+ charge -1, balance 99\n/);
  const whole = JSON.parse((await jobs("show", made.id, "--user", user.email, "--json")).stdout);
  expect(whole).toMatchObject({ jobId: made.id, status: "completed", item: { phase: "closed" }, deliveries: [] });
  expect(whole.ledger).toMatchObject([{ type: "charge", amount: -1 }]);
});

test("list finds jobs of everybody by their outcome, the newest first", async () => {
  expect(idsIn((await jobs("list", "--json")).stdout)).toEqual([running.id, failed.id, made.id]);
  expect(idsIn((await jobs("list", "--json", "--limit=1")).stdout)).toEqual([running.id]);
  expect(idsIn((await jobs("list", "--outcome", "failed", "--json")).stdout)).toEqual([failed.id]);
  expect(idsIn((await jobs("list", "--user", user.email, "--outcome=completed", "--json")).stdout)).toEqual([made.id]);
  const none = await jobs("list", "--since", "2998-01-01");
  expect([none.code, none.stdout, none.stderr]).toEqual([0, "", "There are no such jobs.\n"]);
  expect((await jobs("list")).stdout).toContain(`${failed.id} image test/sketch-fail failed provider_error`);
  expect((await jobs("list")).stdout).not.toContain("zebra");
});

test("unfinished tells what is under way", async () => {
  const another = await create(user, { prompt: "a zebra", model: "sketch-slow" });
  expect(idsIn((await jobs("unfinished", "--json")).stdout)).toContain(another.id);
  expect((await jobs("unfinished")).stdout).not.toContain(made.id);
});

test("dead tells what was put aside, what failed on our side, and what nobody took: with 1", async () => {
  expect(await jobs("dead")).toEqual({ code: 0, stdout: "", stderr: "There are no dead letters.\n" });
  const id = "01900000-0000-7000-8000-00000000dead";
  // As `advance` leaves it after ten looks without progress; and as a webhook is given up.
  change("UPDATE items SET data = json_set(data, '$.looks', 11) WHERE sort = ?", `job#${made.id}`);
  change("UPDATE items SET data = json_set(data, '$.error.type', 'internal') WHERE sort = ?", `job#${failed.id}`);
  const delivery = {
    userId: user.userId,
    jobId: id,
    round: 1,
    url: "https://hook.example/in?token=secret",
    status: "dead",
  };
  change(
    "INSERT INTO items (partition, sort, version, data) VALUES (?, ?, 1, ?)",
    `user#${user.userId}`,
    `delivery#${id}#1`,
    JSON.stringify({ ...delivery, attempts: 9, lastStatus: 500, lastError: null }),
  );
  const { code, stdout, stderr } = await jobs("dead");
  expect([code, stderr]).toEqual([1, ""]);
  expect(stdout.trimEnd().split("\n")).toEqual([
    expect.stringContaining(`put aside: `),
    expect.stringContaining(`failed here: `),
    `not delivered: ${id}-1 to hook.example, 9 tries, 500 user ${user.userId}`,
  ]);
  expect(JSON.parse((await jobs("dead", "--json")).stdout)).toMatchObject({ putAside: [{ jobId: made.id }] });
});

test("uncertain is the same as npm run uncertain", async () => {
  const [here, there] = await Promise.all([jobs("uncertain"), runScript("scripts/uncertain.ts", [], product.dataDir)]);
  expect(here).toEqual(there);
});

test("asking makes no table", async () => {
  const empty = await mkdtemp(join(tmpdir(), "no-table-"));
  for (const args of [["list"], ["dead"], ["unfinished"], ["show", "x"], ["uncertain"]]) {
    expect(await runScript("scripts/jobs.ts", args, empty)).toMatchObject({ code: 1, stdout: "" });
  }
  expect(await readdir(empty)).toEqual([]);
  await rm(empty, { recursive: true });
});

test.each([
  [["show"], 2, "A job's id is needed."],
  [["show", "01900000-0000-7000-8000-000000000000"], 1, "There is no job 01900000-0000-7000-8000-000000000000."],
  [["list", "--outcome", "lost"], 2, "--outcome must be one of completed, failed, cancelled."],
  [["list", "--since", "Tuesday"], 2, "--since must be a day, like 2026-11-28."],
  [["list", "more"], 2, "Unexpected argument 'more'."],
  [["lost"], 2, 'There is no "lost".'],
])("%j ends with %i and says why", async (args, code, says) => {
  const ran = await jobs(...args);
  expect([ran.code, ran.stdout, ran.stderr.startsWith(says)]).toEqual([code, "", true]);
});

function change(statement: string, ...values: string[]): void {
  const db = new DatabaseSync(join(product.dataDir, "table.sqlite"), { timeout: 10_000 });
  db.prepare(statement).run(...values);
  db.close();
}
