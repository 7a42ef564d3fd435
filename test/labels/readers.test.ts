// docs/labels-and-readers.md says of our own reader and of sharp what is so; the rest of it is written by readers.long.ts, with programs.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { document, labelledFiles, ownReaders, tableOf } from "./readers.ts";
import { rowsIn } from "./readers-text.ts";

test("the document knows every format, and what our own reader and sharp find in it", async () => {
  const rows = await tableOf(await labelledFiles(), ownReaders);
  const columns = rows[0]?.length ?? 0;
  expect(rowsIn(readFileSync(document, "utf8")).map((row) => row.slice(0, columns))).toEqual(rows);
});

test("our own reader finds both marks in every format", async () => {
  for (const file of await labelledFiles()) {
    expect([file.name, await ownReaders["POST /verify"]?.(file)]).toEqual([file.name, ["label", "source"]]);
  }
});
