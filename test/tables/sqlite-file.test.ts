import { randomFillSync } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";

const PAGE = 4096;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "table-"));
  path = join(folder, "table.sqlite");
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

describe("a new database", () => {
  test("is made where no file is, and only its owner may read it", async () => {
    await expectUsable();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("is made in an empty file", async () => {
    writeFileSync(path, "");
    await expectUsable();
  });

  test("is made in a database without content, as a process leaves it that is killed after the first page", async () => {
    inDatabase(path, "PRAGMA journal_mode = WAL");
    expect(statSync(path).size).toBe(PAGE);
    await expectUsable();
  });

  test("is made after a process was killed in the transaction that makes it", async () => {
    leaveHotJournal(path);
    expect(statSync(path).size).toBeGreaterThan(0);
    await expectUsable();
  });

  test("has a name like any other, also one that SQLite takes for a temporary database or a URI", async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      for (const name of [":memory:", "file:x?mode=memory"]) {
        await (await openSqliteTable({ path: name })).close();
        expect(statSync(join(folder, name)).size).toBeGreaterThan(0);
      }
    } finally {
      process.chdir(before);
    }
  });
});

describe("F47: a damaged file is refused by name and left as it is:", () => {
  const damages: Record<string, (file: string) => void> = {
    "random bytes": (file) => writeFileSync(file, randomFillSync(Buffer.alloc(3 * PAGE))),
    "a short text": (file) => writeFileSync(file, "hello"),
    zeros: (file) => writeFileSync(file, Buffer.alloc(3 * PAGE)),
    "only the header": (file) => cut(file, 100),
    "only the first page": (file) => cut(file, PAGE),
    "half of the pages": (file) => cut(file, Math.floor(pagesOf(file) / 2) * PAGE),
    "all but the last page": (file) => cut(file, (pagesOf(file) - 1) * PAGE),
    "all but the last 100 bytes": (file) => cut(file, pagesOf(file) * PAGE - 100),
    "a first line that is overwritten": (file) => overwrite(file, 0, 16),
    "a page in the middle that is overwritten, behind a sound header": (file) => overwrite(file, 5 * PAGE, PAGE),
    "a page that is empty": (file) => overwrite(file, 7 * PAGE, PAGE, Buffer.alloc(PAGE)),
    "the root of the items": (file) => overwrite(file, PAGE, 200),
  };

  test.each(Object.entries(damages))("%s", async (_, damage) => {
    await makeTable(path);
    damage(path);
    await expectRefused(/is damaged/);
  });

  test("one that lost the end of its last item", async () => {
    await makeTable(path);
    const table = await openSqliteTable({ path });
    await table.put({ partition: "p", sort: "long", data: { text: "x".repeat(20_000) } }, "absent");
    await table.close();
    cut(path, pagesOf(path) * PAGE - 100);
    await expectRefused(/is damaged.*bytes instead of/);
  });

  test("an empty one whose write-ahead log is not", async () => {
    await makeKilledTable(path);
    cut(path, 0);
    const log = readFileSync(`${path}-wal`);
    await expectRefused(/is damaged/);
    expect(readFileSync(`${path}-wal`)).toEqual(log);
  });

  test("one that is gone while its write-ahead log is there", async () => {
    await makeKilledTable(path);
    rmSync(path);
    await expect(openSqliteTable({ path })).rejects.toMatchObject({ message: expect.stringMatching(/is damaged/) });
    expect(existsSync(path)).toBe(false);
  });

  test("one with the write-ahead log of a killed process, and the log is left too", async () => {
    await makeKilledTable(path);
    overwrite(path, 5 * PAGE, PAGE);
    const log = readFileSync(`${path}-wal`);
    expect(log.length).toBeGreaterThan(0);
    await expectRefused(/is damaged/);
    expect(readFileSync(`${path}-wal`)).toEqual(log);
  });

  test("whereas the same without the damage opens, with what stood in the log only", async () => {
    await makeKilledTable(path);
    const table = await openSqliteTable({ path });
    expect(await table.get({ partition: "p", sort: "in the log" })).not.toBeNull();
    await table.close();
  });
});

describe("what is not ours is refused by name and left as it is:", () => {
  test("the database of another program", async () => {
    inDatabase(path, "CREATE TABLE bookmarks (url TEXT); PRAGMA application_id = 7");
    await expectRefused(/not of this program/);
  });

  test("a database without an owner that has content", async () => {
    inDatabase(path, "CREATE TABLE items (partition TEXT)");
    await expectRefused(/not of this program/);
  });

  test("a table of a newer schema", async () => {
    await makeTable(path);
    inDatabase(path, "PRAGMA user_version = 2");
    await expectRefused(/has schema 2.*up to 1/);
  });
});

describe("a place where nothing can be written is refused by name:", () => {
  test("a folder that is not there", async () => {
    path = join(folder, "missing", "table.sqlite");
    await expectUnwritable();
  });

  test("a folder in the file's place", async () => {
    mkdirSync(path);
    await expectUnwritable();
  });

  test("a folder below a file", async () => {
    writeFileSync(join(folder, "file"), "");
    path = join(folder, "file", "table.sqlite");
    await expectUnwritable();
  });

  test("a read-only folder without a table (F45)", async () => {
    chmodSync(folder, 0o555);
    await unprivileged(expectUnwritable);
  });

  test("a read-only folder with a table (F45)", async () => {
    await makeTable(path);
    chmodSync(path, 0o666);
    chmodSync(folder, 0o555);
    await unprivileged(expectUnwritable);
  });

  test("a file that may only be read", async () => {
    await makeTable(path);
    chmodSync(path, 0o444);
    chmodSync(folder, 0o777);
    await unprivileged(expectUnwritable);
  });

  test("a file that may not even be read", async () => {
    await makeTable(path);
    chmodSync(path, 0o000);
    chmodSync(folder, 0o777);
    await unprivileged(expectUnwritable);
  });
});

async function expectUsable(): Promise<void> {
  const table = await openSqliteTable({ path });
  expect(await table.put({ partition: "p", sort: "a", data: {} }, "absent")).toBe(1);
  await table.close();
}

async function expectRefused(reason: RegExp): Promise<void> {
  const before = readFileSync(path);
  const error = await openSqliteTable({ path }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ type: "unavailable", message: expect.stringContaining(path) });
  expect(error).toMatchObject({ message: expect.stringMatching(reason) });
  expect(readFileSync(path)).toEqual(before);
}

async function expectUnwritable(): Promise<void> {
  await expect(openSqliteTable({ path })).rejects.toMatchObject({
    type: "unavailable",
    message: expect.stringContaining(`${path} cannot be opened for writing`),
  });
}

/** Root may write anywhere, so it becomes nobody meanwhile. */
async function unprivileged(task: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await task();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

/** A closed table of small items: every page belongs to a tree, so damage to any of them shows. */
async function makeTable(file: string): Promise<void> {
  const table = await openSqliteTable({ path: file });
  const due = { kind: "job", shard: 1, at: 1 };
  const puts = Array.from({ length: 1000 }, (_, n) =>
    table.put({ partition: "p", sort: `item${n}`, data: { text: "x".repeat(50) }, due }, "absent"),
  );
  await Promise.all(puts);
  await table.close();
}

/** As a SIGKILL leaves it: a file with most of the items, and a log with one more. */
async function makeKilledTable(file: string): Promise<void> {
  const running = join(folder, "running.sqlite");
  await makeTable(running);
  const table = await openSqliteTable({ path: running });
  await table.put({ partition: "p", sort: "in the log", data: {} }, "absent");
  for (const part of ["", "-wal"]) copyFileSync(running + part, file + part);
  await table.close();
}

/** A transaction that was cut off after some of its pages had reached the file. */
function leaveHotJournal(file: string): void {
  const running = join(folder, "running.sqlite");
  const db = new DatabaseSync(running);
  db.exec("PRAGMA cache_size = 1; BEGIN; CREATE TABLE items (data BLOB)");
  for (let n = 0; n < 50; n++) db.exec("INSERT INTO items VALUES (zeroblob(4000))");
  for (const part of ["", "-journal"]) copyFileSync(running + part, file + part);
  db.close();
}

function inDatabase(file: string, statements: string): void {
  const db = new DatabaseSync(file);
  db.exec(statements);
  db.close();
}

function cut(file: string, bytes: number): void {
  writeFileSync(file, readFileSync(file).subarray(0, bytes));
}

function overwrite(file: string, position: number, length: number, by = randomFillSync(Buffer.alloc(length))): void {
  const content = readFileSync(file);
  expect(content.length).toBeGreaterThan(position + length);
  by.copy(content, position);
  writeFileSync(file, content);
}

function pagesOf(file: string): number {
  return statSync(file).size / PAGE;
}
