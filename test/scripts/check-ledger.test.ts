import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountItem, accountKey, readAccount, type StoredAccount } from "../../shared/credits/account.ts";
import { type BusyUser, makeBusyUser } from "./busy-user.ts";

let busy: BusyUser;

beforeAll(async () => {
  busy = await makeBusyUser();
});
afterAll(() => busy.close());

test("says that everything adds up and exits with 0, while the server has the table open", async () => {
  const stdout = "1 user, 18 jobs, 24 ledger lines: everything adds up.\n";
  expect(await checkScript(busy.dataDir)).toEqual({ code: 0, stdout, stderr: "" });
});

test("reads what a killed server left in its write-ahead log", async () => {
  const left = join(busy.dataDir, "left");
  await mkdir(left);
  for (const name of ["table.sqlite", "table.sqlite-wal"]) await copyFile(join(busy.dataDir, name), join(left, name));
  expect(await checkScript(left)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 user, 18 jobs/) });
});

test("prints a line for each difference with the user in front, and exits with 1", async () => {
  const other = await makeBusyUser();
  const { account, version } = await accountOf(other);
  await other.runtime.table.put(accountItem({ ...account, balance: 177 }), { version });
  const result = await checkScript(other.dataDir);
  await other.close();
  expect(result).toEqual({
    code: 1,
    stdout: [
      `user#${other.userId}: the lines add up to 170, but the balance is 177`,
      `user#${other.userId}: balance 177 + held 5 + spent 75 = 257, but 250 were earned`,
      "",
    ].join("\n"),
    stderr: "1 user, 18 jobs, 24 ledger lines: 2 differences.\n",
  });
});

test("names users and jobs whose ids are no UUIDv7: rows that somebody brought along", async () => {
  const other = await makeBusyUser();
  const { table } = other.runtime;
  const { items } = await table.query({
    partition: `user#${other.userId}`,
    prefix: "job#",
    order: "ascending",
    limit: 1,
  });
  const data = { ...items[0]?.data, id: "abc", paidRound: 0, outcome: null };
  await table.put({ partition: `user#${other.userId}`, sort: "job#abc", data }, "absent");
  await table.put({ partition: "user#old", sort: "job#abc", data }, "absent");
  const { code, stdout } = await checkScript(other.dataDir);
  await other.close();
  expect(code).toBe(1);
  expect(stdout.split("\n")).toEqual(
    expect.arrayContaining([
      `user#${other.userId}: job abc: its id is no UUIDv7: only the timer finds it`,
      "user#old: its id is no UUIDv7: nobody can log in to it",
    ]),
  );
});

test("says that a user with jobs has no account", async () => {
  const other = await makeBusyUser();
  const { version } = await accountOf(other);
  await other.runtime.table.delete(accountKey(other.userId), { version });
  const { code, stdout } = await checkScript(other.dataDir);
  await other.close();
  expect([code, stdout]).toEqual([1, `user#${other.userId}: there are jobs or ledger lines, but no account\n`]);
});

test("exits with 2 and names the file when there is no table, or none of ours", async () => {
  const empty = join(busy.dataDir, "empty");
  expect(await checkScript(empty)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(empty) });
  await mkdir(empty);
  await writeFile(join(empty, "table.sqlite"), "This is not a database, and it is longer than a header.".repeat(20));
  const { code, stderr } = await checkScript(empty);
  expect([code, stderr]).toEqual([2, expect.stringContaining("not a database")]);
});

async function accountOf({ runtime, userId }: BusyUser): Promise<StoredAccount> {
  const stored = await readAccount(runtime.table, userId);
  if (!stored) throw new Error("there is no account");
  return stored;
}

async function checkScript(dataDir: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = spawn(process.execPath, ["scripts/check-ledger.ts"], { env: { ...process.env, DATA_DIR: dataDir } });
  const [stdout, stderr, [code]] = await Promise.all([text(script.stdout), text(script.stderr), once(script, "close")]);
  return { code, stdout, stderr };
}
