import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Table } from "../../shared/ports/table.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { tableContract } from "../contracts/table.ts";
import { wholeTableContract } from "../contracts/whole-table.ts";
import { togetherContract } from "../contracts/writes-together.ts";

tableContract("sqlite", openFixture);
wholeTableContract("sqlite", openFixture);
togetherContract("sqlite", openFixture);

test("an item that is not due takes no room in the due index", async () => {
  const { table, path, end } = await openFixture();
  const due = { kind: "job", shard: 1, at: 1 };
  for (const sort of ["a", "b", "c"]) await table.put({ partition: "p", sort, data: {}, due }, "absent");
  await table.put({ partition: "p", sort: "d", data: {} }, "absent");
  await table.put({ partition: "p", sort: "a", data: {} }, { version: 1 });
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare("SELECT sum(ncell) AS entries FROM dbstat WHERE name = 'items_due'").get()).toEqual({ entries: 2 });
  db.close();
  await end();
});

async function openFixture() {
  const folder = await mkdtemp(join(tmpdir(), "table-"));
  const path = join(folder, "table.sqlite");
  const opened: Table[] = [];
  const another = async () => {
    const table = await openSqliteTable({ path });
    opened.push(table);
    return table;
  };
  return {
    table: await another(),
    path,
    another,
    eventually: (check: () => Promise<void>) => check(),
    async end() {
      await Promise.all(opened.map((table) => table.close()));
      await rm(folder, { recursive: true });
    },
  };
}
