import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Table } from "../../shared/ports/table.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";

let folder: string;
let path: string;
let table: Table;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "table-"));
  path = join(folder, "table.sqlite");
  table = await openSqliteTable({ path });
});
afterEach(async () => {
  await table.close();
  await rm(folder, { recursive: true });
});

describe("the writes of one moment", () => {
  test("100 puts at once are one commit", async () => {
    const before = await commitsOf(path);
    await Promise.all(Array.from({ length: 100 }, (_, n) => put(`${n}`)));
    expect((await commitsOf(path)) - before).toBe(1);
  });

  test("100 puts one after the other are 100 commits: each is in the log when it is answered", async () => {
    const before = await commitsOf(path);
    for (let n = 1; n <= 100; n++) {
      await put(`${n}`);
      expect((await commitsOf(path)) - before).toBe(n);
    }
  });

  test("a group is bounded by the number of its writes", async () => {
    const before = await commitsOf(path);
    await Promise.all(Array.from({ length: 600 }, (_, n) => put(`${n}`)));
    expect((await commitsOf(path)) - before).toBe(3);
  });

  test("a group is bounded by its bytes", async () => {
    const before = await commitsOf(path);
    await Promise.all(Array.from({ length: 10 }, (_, n) => put(`${n}`, { text: "x".repeat(250_000) })));
    expect((await commitsOf(path)) - before).toBe(2);
  });

  test("are judged in the order of the calls, each seeing those before it", async () => {
    const key = { partition: "p", sort: "a" };
    const answers = await Promise.all([
      put("a", { n: 1 }),
      put("a", { n: 2 }),
      table.put({ ...key, data: { n: 3 } }, { version: 1 }),
      table.put({ ...key, data: { n: 4 } }, { version: 1 }),
      table.delete(key, { version: 2 }),
      table.delete(key, { version: 2 }),
      put("a", { n: 5 }),
    ]);
    expect(answers).toEqual([1, null, 2, null, true, false, 1]);
    expect((await table.get(key))?.data).toEqual({ n: 5 });
  });

  test("one that SQLite itself refuses fails alone", async () => {
    const due = { kind: Symbol("not a text") as unknown as string, shard: 1, at: 1 };
    const puts = [put("a"), table.put({ partition: "p", sort: "b", data: {}, due }, "absent"), put("c")];
    expect((await Promise.allSettled(puts)).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(await present()).toEqual(["a", "c"]);
  });

  test("are not seen by a read before they are committed", async () => {
    const writing = put("a");
    expect(await table.get({ partition: "p", sort: "a" })).toBeNull();
    expect(await present()).toEqual([]);
    expect(await writing).toBe(1);
    expect(await present()).toEqual(["a"]);
  });
});

describe("while another process holds the file", () => {
  let other: DatabaseSync;
  beforeEach(() => {
    other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
  });
  afterEach(() => other.close());

  test("a put waits without standing still, reads go on, and it is written when the file is free", async () => {
    let isAnswered = false;
    const writing = put("a").finally(() => {
      isAnswered = true;
    });
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(await present()).toEqual([]);
    expect(isAnswered).toBe(false);
    other.exec("COMMIT");
    expect(await writing).toBe(1);
  });

  test("puts that waited are judged by what the other has written", async () => {
    const writing = put("a");
    other.exec("INSERT INTO items (partition, sort, version, data) VALUES ('p', 'a', 1, '{}')");
    other.exec("COMMIT");
    expect(await writing).toBeNull();
  });

  test("writes that were called before close are written before it is closed, later ones are refused", async () => {
    const writing = put("a");
    const closing = table.close();
    await nextTurn();
    await expect(put("late")).rejects.toMatchObject({
      type: "unavailable",
      message: expect.stringContaining("closed"),
    });
    other.exec("COMMIT");
    expect(await writing).toBe(1);
    await closing;
  });

  test("a write gives up in the end with `unavailable`, is not written later, and the next one works", async () => {
    const impatient = await openSqliteTableWhileHeld(20);
    const writes = [0, 1].map((n) => impatient.put({ partition: "p", sort: `${n}`, data: {} }, "absent"));
    for (const write of await Promise.allSettled(writes)) {
      expect(write).toMatchObject({ status: "rejected", reason: { type: "unavailable", retryAfterMs: 1000 } });
    }
    other.exec("COMMIT");
    expect(await impatient.put({ partition: "p", sort: "later", data: {} }, "absent")).toBe(1);
    expect(await present()).toEqual(["later"]);
    await impatient.close();
  });

  test("opening waits too, and gives up with `unavailable`", async () => {
    const message = expect.stringContaining(`${path} cannot be opened for writing: another process holds it`);
    await expect(openSqliteTable({ path, lockTimeoutMs: 20 })).rejects.toMatchObject({ type: "unavailable", message });
    const opening = openSqliteTable({ path });
    await nextTurn();
    other.exec("COMMIT");
    await (await opening).close();
  });

  /** Opening takes the lock for a moment, so the other process lets go of it for that long. */
  async function openSqliteTableWhileHeld(lockTimeoutMs: number): Promise<Table> {
    other.exec("COMMIT");
    const opened = await openSqliteTable({ path, lockTimeoutMs });
    other.exec("BEGIN IMMEDIATE");
    return opened;
  }
});

function put(sort: string, data: Record<string, string | number> = {}): Promise<number | null> {
  return table.put({ partition: "p", sort, data }, "absent");
}

async function present(): Promise<string[]> {
  const { items } = await table.query({ partition: "p", prefix: "", order: "ascending", limit: 1000 });
  return items.map(({ sort }) => sort);
}

/** Counts the commits in the write-ahead log: the frames that name the database's size. https://www.sqlite.org/fileformat2.html#walformat */
async function commitsOf(file: string): Promise<number> {
  const log = await readFile(`${file}-wal`);
  const pageSize = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let commits = 0;
  for (let frame = 32; frame < log.length; frame += 24 + pageSize) {
    const isCurrent = log.subarray(frame + 8, frame + 16).equals(salt);
    if (isCurrent && log.readUInt32BE(frame + 4) > 0) commits++;
  }
  return commits;
}
