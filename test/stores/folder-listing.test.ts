// Listing a folder with very many objects, in the order of their keys.
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { startStore } from "./starting.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const directory = temporaryFolder();

/** Makes empty objects quickly, as names for a few files: a file system allows some 65 000 names for each. */
function makeAll(keys: string[]): void {
  const fileFor = (n: number) => join(directory(), `~${Math.floor(n / 50_000)}`);
  for (let n = 0; n < keys.length; n += 50_000) writeFileSync(fileFor(n), "");
  for (const folder of new Set(keys.map(dirname))) mkdirSync(join(directory(), folder), { recursive: true });
  keys.forEach((key, n) => {
    linkSync(fileFor(n), join(directory(), key));
  });
}

test("F56: a page of 100 000 objects is listed by a process that has no room for all of their keys", async () => {
  // 14 MB of names in one folder; made in an order that is not theirs.
  const key = (n: number) => `temp/wide/${"x".repeat(120)}${String(n).padStart(5, "0")}`;
  makeAll(Array.from({ length: 100_000 }, (_, n) => key((n * 7919) % 100_000)));
  const more = ["", key(49_999), key(98_999)];
  const lines = await startStore("list", directory(), { node: ["--max-old-space-size=12"], more }).ended();
  expect(lines.slice(0, 3).map((line) => JSON.parse(line))).toEqual([
    { count: 1000, first: key(0), last: key(999), isLast: false },
    { count: 1000, first: key(50_000), last: key(50_999), isLast: false },
    { count: 1000, first: key(99_000), last: key(99_999), isLast: true },
  ]);
});

test("keys of every shape are listed like a sorted list of them, from any place and in pages of any size", async () => {
  const store = await openFolderStore({ directory: directory(), baseUrl: "http://127.0.0.1/media/" });
  const random = randomFrom(1);
  const pick = <T>(choices: readonly [T, ...T[]]) => choices[Math.floor(random() * choices.length)] ?? choices[0];
  const name = () =>
    Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(["a", "b", "A", "0", "-", "_", "."])).join("");
  // Folders and files never have one name, as here only files end so.
  const key = () =>
    [...Array.from({ length: Math.floor(random() * 4) }, () => `d${name()}`), `${name()}!`.replace("!", "-f")].join(
      "/",
    );
  const sorted = [...new Set(Array.from({ length: 800 }, key))].sort();
  makeAll(sorted);
  for (let n = 0; n < 100; n++) {
    const some = pick([key(), ...sorted]);
    const prefix = key().slice(0, Math.floor(random() * 6));
    const after = some.slice(0, Math.floor(random() * 12));
    const limit = 1 + Math.floor(random() * 40);
    const expected = sorted.filter((candidate) => candidate.startsWith(prefix) && candidate > after);
    const page = await store.list({ prefix, after, limit });
    expect(page.objects.map((object) => object.key)).toEqual(expected.slice(0, limit));
    expect(page.isLast).toBe(expected.length <= limit);
  }
});

test("a folder with more entries than are held at a time is listed without gap, files and folders", async () => {
  const store = await openFolderStore({ directory: directory(), baseUrl: "http://127.0.0.1/media/" });
  const keys = Array.from({ length: 2500 }, (_, n) => (n % 10 ? `wide/${n}` : `wide/${n}/file`)).sort();
  makeAll(keys);
  const page = await store.list({ prefix: "wide/", limit: 600, after: keys[999] });
  expect(page.objects.map(({ key }) => key)).toEqual(keys.slice(1000, 1600));
  const found: string[] = [];
  for (let isLast = false; !isLast; ) {
    const next = await store.list({ prefix: "", limit: 700, after: found.at(-1) });
    found.push(...next.objects.map(({ key }) => key));
    isLast = next.isLast;
  }
  expect(found).toEqual(keys);
});

test("empty folders that a killed process left hide nothing, even when they are all that is held at a time", async () => {
  const store = await openFolderStore({ directory: directory(), baseUrl: "http://127.0.0.1/media/" });
  // With `m`, exactly 1024 entries: then the folder is read again.
  for (let n = 0; n < 1023; n++) mkdirSync(join(directory(), "wide", `empty-${n}`), { recursive: true });
  makeAll(["wide/m", "wide/mm", "wide/z/last"]);
  expect(await store.list({ prefix: "wide/", limit: 1 })).toMatchObject({
    objects: [{ key: "wide/m" }],
    isLast: false,
  });
  const page = await store.list({ prefix: "wide/", limit: 3 });
  expect(page.objects.map(({ key }) => key)).toEqual(["wide/m", "wide/mm", "wide/z/last"]);
  expect(page.isLast).toBe(true);
});

/** The same numbers at each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
