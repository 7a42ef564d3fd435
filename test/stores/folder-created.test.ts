// What a folder store tells of the objects that it makes, and what it lets go of.
import { getEventListeners } from "node:events";
import { lstatSync, readdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ObjectInfo, ObjectStore } from "../../shared/ports/object-store.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { eventually } from "../patience.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const directory = temporaryFolder();
const baseUrl = "http://127.0.0.1:3000/media";
const bytes = Buffer.from("bytes");
let created: ObjectInfo[];
let store: ObjectStore;

beforeEach(async () => {
  created = [];
  store = await openFolderStore({ directory: directory(), baseUrl, onCreated: (info) => created.push(info) });
});

async function* broken() {
  yield bytes;
  throw new Error("broke off");
}

describe("onCreated is called", () => {
  test("with the info of each put that made or replaced an object, when it can be read", async () => {
    const seen: unknown[] = [];
    const onCreated = (info: ObjectInfo) => {
      seen.push(readdirSync(directory()).includes(info.key));
    };
    const watched = await openFolderStore({ directory: directory(), baseUrl, onCreated });
    await watched.put("a", bytes);
    await watched.put("a", Readable.from([bytes]));
    await watched.put("b", bytes, { ifAbsent: true });
    expect(seen).toEqual([true, true, true]);
    const made = [await store.put("a", bytes), await store.put("c", bytes, { ifAbsent: true })];
    expect(created).toEqual(made);
  });

  test("for a copy that was made, once however many asked for it", async () => {
    const { etag } = (await store.put("from", bytes)) ?? { etag: "" };
    created = [];
    await Promise.all([1, 2, 3].map(() => store.copy("from", "to", { ifMatch: etag })));
    expect(created).toEqual([await store.head("to")]);
  });

  test("for nothing else", async () => {
    const { etag } = (await store.put("there", bytes)) ?? { etag: "" };
    created = [];
    await store.put("there", bytes, { ifAbsent: true });
    await store.put("there", Readable.from([bytes]), { ifAbsent: true });
    await store.put("broken", broken()).catch(() => {});
    await store.put("aborted", bytes, { signal: AbortSignal.abort() }).catch(() => {});
    await store.put("../bad", bytes).catch(() => {});
    await store.copy("nothing", "to", { ifMatch: etag });
    await store.copy("there", "to", { ifMatch: "another" });
    await store.copy("there", "there", { ifMatch: etag });
    await store.delete("there");
    await store.probe();
    expect(created).toEqual([]);
  });

  test("and what it throws, now or later, does not reach the caller or end the process", async () => {
    const rejected = vi.fn();
    process.on("unhandledRejection", rejected);
    for (const onCreated of [
      () => {
        throw new Error("now");
      },
      async () => {
        throw new Error("later");
      },
    ]) {
      const unlucky = await openFolderStore({ directory: directory(), baseUrl, onCreated });
      expect(await unlucky.put("key", bytes)).toMatchObject({ key: "key" });
    }
    await readdir(directory());
    process.off("unhandledRejection", rejected);
    expect(rejected).not.toHaveBeenCalled();
  });
});

test("a URL is the base, with or without its slash, and the key", async () => {
  expect(await store.url("users/1/a.png")).toBe(`${baseUrl}/users/1/a.png`);
  const other = await openFolderStore({ directory: directory(), baseUrl: `${baseUrl}/` });
  expect(await other.url("users/1/a.png")).toBe(`${baseUrl}/users/1/a.png`);
});

describe("lets go of", () => {
  const openFiles = () => readdirSync("/proc/self/fd").length;

  test("every file that it opened, however reads and puts end", async () => {
    await store.put("key", Buffer.alloc(1_000_000));
    const before = openFiles();
    for (let n = 0; n < 20; n++) {
      (await store.get("key"))?.body.destroy();
      for await (const _ of (await store.get("key", { range: { start: 9, end: 999_999 } }))?.body ?? []) break;
      for await (const _ of (await store.get("key"))?.body ?? []);
      const stop = new AbortController();
      await store.get("key", { signal: stop.signal });
      stop.abort();
      await store.get("key", { range: { start: 1_000_000, end: 1_000_000 } }).catch(() => {});
      await store.get("nothing");
      await store.put("broken", broken()).catch(() => {});
      await store.put("other", Buffer.alloc(10));
    }
    await eventually(() => expect(openFiles()).toBe(before));
  });

  test("the signal, which lives longer than a put or a read", async () => {
    const { signal } = new AbortController();
    await store.put("key", Readable.from(Array.from({ length: 100 }, () => bytes)), { signal });
    await store.put("broken", broken(), { signal }).catch(() => {});
    const stored = await store.get("key", { signal });
    for await (const _ of stored?.body ?? []);
    await eventually(() => expect(getEventListeners(signal, "abort")).toEqual([]));
  });

  test("its staging files, however puts and copies end", async () => {
    const { etag } = (await store.put("key", bytes)) ?? { etag: "" };
    await store.put("key", Readable.from([bytes]));
    await store.put("key", bytes, { ifAbsent: true });
    await store.put("broken", broken()).catch(() => {});
    await store.put("key/below", bytes).catch(() => {});
    for (const from of ["key", "nothing"]) await store.copy(from, "to", { ifMatch: etag });
    await store.probe();
    expect(await readdir(join(directory(), "~staging"))).toEqual([]);
  });

  test("a body that it does not read, since the key is taken or the put aborted", async () => {
    await store.put("key", bytes);
    const signal = AbortSignal.abort();
    const streams = [new Readable({ read() {} }), new Readable({ read() {} })] as const;
    expect(await store.put("key", streams[0], { ifAbsent: true })).toBeNull();
    await store.put("other", streams[1], { signal }).catch(() => {});
    expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
    const ended = Promise.withResolvers<void>();
    async function* body() {
      try {
        yield bytes;
      } finally {
        ended.resolve();
      }
    }
    expect(await store.put("key", body(), { ifAbsent: true })).toBeNull();
    await ended.promise;
  });

  test("the folders of objects that were deleted, except for the top ones", async () => {
    await store.put("temp/tickets/user/job/1-1", bytes);
    await store.put("temp/tickets/user/other/1-1", bytes);
    await store.delete("temp/tickets/user/job/1-1");
    expect(await readdir(join(directory(), "temp/tickets/user"))).toEqual(["other"]);
    await store.delete("temp/tickets/user/other/1-1");
    expect(await readdir(join(directory(), "temp"))).toEqual([]);
    await store.put("top", bytes);
    await store.delete("top");
    expect((await readdir(directory())).sort()).toEqual(["temp", "~staging"]);
  });
});

test("no two files have one time, which ETags rely on when a file system uses the number of an inode again", async () => {
  await Promise.all(Array.from({ length: 100 }, (_, n) => store.put(`times/${n}`, bytes)));
  const names = await readdir(join(directory(), "times"));
  const times = names.map((name) => lstatSync(join(directory(), "times", name), { bigint: true }).mtimeNs);
  expect(new Set(times).size).toBe(100);
});

test("two opened stores see each other's objects at once", async () => {
  const other = await openFolderStore({ directory: directory(), baseUrl });
  await other.put("a/b", bytes);
  expect(await store.head("a/b")).toEqual(await other.head("a/b"));
  await store.delete("a/b");
  expect(await other.get("a/b")).toBeNull();
});
