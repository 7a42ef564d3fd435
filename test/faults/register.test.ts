// The list in README.md is true: each file that it names for a row has a title with the row's number, and each of our own titles is in it.
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const tests = new URL("../", import.meta.url);
const readme = await readFile(new URL("README.md", import.meta.url), "utf8");
const rows = Array.from(readme.matchAll(/^\| (F\d{2}) \|.*$/gm), ([line, row = ""]) => ({
  row,
  files: Array.from(line.matchAll(/`([a-z/-]+\.(?:test|long)\.ts)`/g), ([, file = ""]) => file),
}));

test.each(rows)("$row is in a title of each file that the list names", async ({ row, files }) => {
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect([file, await rowsIn(file)]).toEqual([file, expect.arrayContaining([row])]);
});

test("the list names every file of this folder for every row in its titles", async () => {
  const own = (await readdir(new URL("./", import.meta.url))).filter((file) => /\.(test|long)\.ts$/.test(file));
  for (const file of own.map((name) => `faults/${name}`)) {
    const listed = rows.filter(({ files }) => files.includes(file)).map(({ row }) => row);
    expect([file, (await rowsIn(file)).toSorted()]).toEqual([file, listed.toSorted()]);
  }
});

/** Numbers of rows that stand in strings: only titles have them. */
async function rowsIn(file: string): Promise<string[]> {
  const source = (await readFile(new URL(file, tests), "utf8")).replaceAll(/^ *(\/\/|\*|\/\*).*$/gm, "");
  return [...new Set(source.match(/\bF\d{2}\b/g))];
}
