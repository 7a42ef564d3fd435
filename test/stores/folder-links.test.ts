// Links, pipes and folders where objects should be: nothing outside is ever read, changed or shown.
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const run = promisify(execFile);
let store: ObjectStore;

const inside = (...names: string[]) => join(folder(), "objects", ...names);
const outside = (...names: string[]) => join(folder(), "outside", ...names);

beforeEach(async () => {
  store = await openFolderStore({ directory: inside(), baseUrl: "http://127.0.0.1/media/" });
  await mkdir(outside("deep"), { recursive: true });
  await writeFile(outside("secret"), "secret");
  await writeFile(outside("deep", "secret"), "secret");
});

async function expectOutsideUntouched(): Promise<void> {
  expect((await readdir(outside(), { recursive: true })).sort()).toEqual(["deep", "deep/secret", "secret"]);
  for (const name of ["secret", "deep/secret"]) {
    expect(await readFile(outside(name), "utf8")).toBe("secret");
    expect((await stat(outside(name))).nlink).toBe(1);
  }
}

describe.each([
  ["a link to a folder outside", () => symlink(outside(), inside("users"))],
  ["a relative link to a folder outside", () => symlink("../outside", inside("users"))],
])("behind %s", (_, plant) => {
  const keys = ["users/secret", "users/deep/secret"];

  test("there is nothing to read", async () => {
    await plant();
    for (const key of keys) {
      expect(await store.head(key)).toBeNull();
      expect(await store.get(key)).toBeNull();
      expect(await store.copy(key, "stolen", { ifMatch: "" })).toEqual({ state: "source_missing" });
    }
    for (const prefix of ["", "users", "users/", "users/deep/", "users/s"]) {
      expect(await store.list({ prefix, limit: 10 })).toEqual({ objects: [], isLast: true });
    }
  });

  test("nothing can be written or deleted", async () => {
    await plant();
    const { etag } = (await store.put("source", Buffer.from("bytes"))) ?? { etag: "" };
    for (const key of [...keys, "users/new", "users/new/er", "users/deep/new/er"]) {
      await expect(store.put(key, Buffer.from("bytes"))).rejects.toMatchObject({ type: "unavailable" });
      await expect(store.put(key, Buffer.from("bytes"), { ifAbsent: true })).rejects.toThrow();
      await expect(store.copy("source", key, { ifMatch: etag })).rejects.toMatchObject({ type: "unavailable" });
      await store.delete(key);
    }
    await expectOutsideUntouched();
  });
});

test("a folder that becomes a link while the store is open is not followed either", async () => {
  await store.put("users/secret", Buffer.from("bytes"));
  await rename(inside("users"), inside("moved"));
  await symlink(outside(), inside("users"));
  expect(await store.get("users/secret")).toBeNull();
  await expect(store.put("users/secret", Buffer.from("bytes"))).rejects.toThrow();
  await store.delete("users/secret");
  await expectOutsideUntouched();
});

test("a link under a key is no object: it is not read, a put replaces it, a delete removes it", async () => {
  await symlink(outside("secret"), inside("key"));
  expect(await store.head("key")).toBeNull();
  expect(await store.get("key")).toBeNull();
  expect(await store.copy("key", "stolen", { ifMatch: "" })).toEqual({ state: "source_missing" });
  expect(await store.list({ prefix: "", limit: 10 })).toEqual({ objects: [], isLast: true });
  await expect(store.put("key", Buffer.from("bytes"), { ifAbsent: true })).rejects.toThrow();
  await store.put("key", Buffer.from("bytes"));
  expect(await store.head("key")).toMatchObject({ size: 5 });
  await symlink(outside("secret"), inside("other"));
  await store.delete("other");
  expect(await readdir(inside())).toEqual(expect.not.arrayContaining(["other"]));
  await expectOutsideUntouched();
});

test("links that lead nowhere or to themselves hold no object and take none", async () => {
  await symlink("nowhere", inside("dangling"));
  await symlink("loop", inside("loop"));
  for (const key of ["dangling/a", "dangling/a/b", "loop/a", "loop/a/b"]) {
    expect(await store.get(key)).toBeNull();
    await expect(store.put(key, Buffer.from("bytes"))).rejects.toMatchObject({ type: "unavailable" });
  }
  expect((await readdir(inside())).sort()).toEqual(["dangling", "loop", "~staging"]);
});

test("a pipe under a key is no object, and nobody waits for it", async () => {
  await run("mkfifo", [inside("pipe")]);
  expect(await store.get("pipe")).toBeNull();
  expect(await store.head("pipe")).toBeNull();
  expect(await store.copy("pipe", "to", { ifMatch: "" })).toEqual({ state: "source_missing" });
});

test("a folder under a key is no object, and stays when the key is deleted or put", async () => {
  await store.put("a/b", Buffer.from("bytes"));
  const { etag } = (await store.put("source", Buffer.from("bytes"))) ?? { etag: "" };
  await store.delete("a");
  await expect(store.put("a", Buffer.from("bytes"))).rejects.toThrow("EISDIR");
  await expect(store.put("a", Buffer.from("bytes"), { ifAbsent: true })).rejects.toThrow("EEXIST");
  await expect(store.copy("source", "a", { ifMatch: etag })).rejects.toThrow("EEXIST");
  await expect(store.put("a/b/c", Buffer.from("bytes"))).rejects.toThrow("ENOTDIR");
  expect((await store.list({ prefix: "", limit: 10 })).objects.map(({ key }) => key)).toEqual(["a/b", "source"]);
  expect(await readdir(inside("~staging"))).toEqual([]);
});

test("the folder itself may be reached through a link", async () => {
  await symlink(inside(), join(folder(), "linked"));
  const linked = await openFolderStore({ directory: join(folder(), "linked"), baseUrl: "http://127.0.0.1/media/" });
  await linked.put("users/a", Buffer.from("bytes"));
  expect(await store.head("users/a")).toEqual(await linked.head("users/a"));
});

test("a staging folder that is a link is refused at opening", async () => {
  await mkdir(join(folder(), "other"));
  await symlink(outside(), join(folder(), "other", "~staging"));
  const opening = openFolderStore({ directory: join(folder(), "other"), baseUrl: "http://127.0.0.1/media/" });
  await expect(opening).rejects.toThrow("~staging is not a folder");
  await expectOutsideUntouched();
});
