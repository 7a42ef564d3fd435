// What killed processes leave in a folder, and what two processes do to each other there.
import { link, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { startStore } from "./starting.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const directory = temporaryFolder();
const hourMs = 3_600_000;

function openStore({ laterMs = 0, folder = "" } = {}): Promise<ObjectStore> {
  const clock = { now: () => Date.now() + laterMs };
  return openFolderStore({ directory: join(directory(), folder), baseUrl: "http://127.0.0.1/media/", clock });
}

async function staged(): Promise<string[]> {
  return readdir(join(directory(), "~staging"));
}

async function contentOf(store: ObjectStore, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await store.get(key))?.body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("a process killed in the middle of a put leaves no object", async () => {
  const process = startStore("half", directory());
  await process.said(1);
  await process.kill();
  const store = await openStore();
  expect(await store.list({ prefix: "", limit: 10 })).toEqual({ objects: [], isLast: true });
  expect(await store.head("temp/outputs/half")).toBeNull();
  expect(await store.put("temp/outputs/half", Buffer.from("whole"), { ifAbsent: true })).not.toBeNull();
});

test("what a killed process left in the staging folder goes at an opening more than an hour later, and not before", async () => {
  const process = startStore("half", directory());
  await process.said(1);
  await process.kill();
  await openStore({ laterMs: hourMs - 60_000 });
  expect(await staged()).toHaveLength(1);
  await openStore({ laterMs: hourMs + 60_000 });
  expect(await staged()).toEqual([]);
});

test("an opening does not take away what another process is writing", async () => {
  const process = startStore("half", directory());
  await process.said(1);
  const store = await openStore();
  process.goOn();
  expect(await process.ended()).toEqual(["half", "done"]);
  expect(await store.head("temp/outputs/half")).toMatchObject({ size: 3 * 1024 * 1024 });
});

test("an opening does not take away the copy that another process is making of an old object", async () => {
  const store = await openStore();
  await store.put("old", Buffer.from("bytes"));
  await utimes(join(directory(), "old"), 0, 0);
  await link(join(directory(), "old"), join(directory(), "~staging", "copy"));
  await openStore();
  expect(await staged()).toEqual(["copy"]);
});

test("a process killed anywhere leaves whole objects only, and all that it had answered", async () => {
  for (let round = 1; round <= 6; round++) {
    const folder = String(round);
    const process = startStore("write", join(directory(), folder));
    await process.said(round * 13);
    await process.kill();
    const store = await openStore({ folder });
    const { objects, isLast } = await store.list({ prefix: "", limit: 1000 });
    expect(isLast).toBe(true);
    for (const { key } of objects) {
      expect(await contentOf(store, key)).toBe(key.slice(-1).repeat(100_000));
    }
    const kept = new Set(objects.map(({ key }) => key));
    const answered = process.lines.filter((key) => key.startsWith("copies/"));
    expect(answered.filter((key) => !kept.has(key))).toEqual([]);
  }
});

test("two processes that put the same keys if absent have one winner for each key", async () => {
  const racers = [startStore("race", directory()), startStore("race", directory())];
  await Promise.all(racers.map((racer) => racer.said(1)));
  for (const racer of racers) racer.goOn();
  await Promise.all(racers.map((racer) => racer.ended()));
  const wins = racers.flatMap(({ lines, child }) =>
    lines.filter((line) => line.startsWith("race/")).map((key) => ({ key, pid: String(child.pid) })),
  );
  expect(wins).toHaveLength(300);
  const store = await openStore();
  for (const { key, pid } of wins) expect(await contentOf(store, key)).toBe(pid);
  expect(await staged()).toEqual([]);
});

test("a put succeeds although another process removes its folder again and again", async () => {
  const churners = [startStore("churn", directory()), startStore("churn", directory())];
  await Promise.all(churners.map((churner) => churner.said(1)));
  for (const churner of churners) churner.goOn();
  for (const churner of churners) expect(await churner.ended()).toEqual(["ready", "done"]);
  expect(await readdir(join(directory(), "temp"))).toEqual([]);
});

test("files that a killed process left between objects are not taken for objects", async () => {
  const store = await openStore();
  await store.put("a/b", Buffer.from("bytes"));
  for (const name of [".tmp~", "copy of b", "lost+found"]) await writeFile(join(directory(), "a", name), "not ours");
  expect((await store.list({ prefix: "", limit: 10 })).objects.map(({ key }) => key)).toEqual(["a/b"]);
});
