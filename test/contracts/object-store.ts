// What every object store does, sentence by sentence of the port. An adapter's test calls `objectStoreContract` with a way to open one.
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ByteRange, CopyOutcome, ObjectInfo, ObjectStore } from "../../shared/ports/object-store.ts";
import { signedUploadContract } from "./signed-uploads.ts";

export interface ObjectStoreFixture {
  /** A store that holds nothing. */
  store: ObjectStore;
  /** Reads what `url(key)` gave, as a client without credentials does. */
  fetch(url: string): Promise<Response>;
  /** Resolves when the server is done with so many signed uploads, however they ended. */
  settled(count: number): Promise<void>;
  /** From now on nothing can be written: the server is gone, or the folder. */
  breakDown(): Promise<void>;
  end(): Promise<void>;
}

const mebibyte = 1024 * 1024;
const publicKey = "users/01890000-0000-7000-8000-000000000000/jobs/01890000-0000-7000-8000-000000000001/image-1-0.png";

/** What a store cannot hold to, as its adapter states it. The suite then holds it to the most that is left. */
export interface StatedLimits {
  /** Of several who put or copy to one free key at once, more than one may be told that the object is theirs; the last one's stays. */
  hasRaces?: true;
  /** A signed upload may be used again until it expires; the last file stays. */
  repeatsUploads?: true;
}

const allParts = [
  ...(["put", "put if absent", "info", "get", "copy", "delete", "list", "keys", "memory"] as const),
  ...(["url", "downloadUrl", "signUpload", "prove", "probe"] as const),
];
export type ContractPart = (typeof allParts)[number];

/** Bodies of the large object are made by this process: a test server that the adapter talks to must keep them on disk. */
export function objectStoreContract(
  name: string,
  open: () => Promise<ObjectStoreFixture>,
  limits: StatedLimits = {},
  parts: readonly ContractPart[] = allParts,
): void {
  const part = (title: ContractPart, define: () => void) => {
    if (parts.includes(title)) describe(title, define);
  };
  describe(`object store: ${name}`, () => {
    let fixture: ObjectStoreFixture;
    let store: ObjectStore;

    beforeEach(async () => {
      fixture = await open();
      store = fixture.store;
    });
    afterEach(() => fixture.end());

    /** The bytes under a key as text, or null. */
    async function read(key: string, range?: ByteRange): Promise<string | null> {
      const stored = await store.get(key, range ? { range } : {});
      if (!stored) return null;
      const text = Buffer.concat(await collect(stored.body)).toString("latin1");
      expect(text.length).toBe(stored.range.end - stored.range.start + 1);
      return text;
    }

    async function put(key: string, text: string): Promise<ObjectInfo> {
      const info = await store.put(key, Buffer.from(text));
      if (!info) throw new Error("a put without ifAbsent always answers");
      return info;
    }

    async function keysUnder(prefix: string): Promise<string[]> {
      return (await store.list({ prefix, limit: 1000 })).objects.map(({ key }) => key);
    }

    async function expectNothing(key: string): Promise<void> {
      expect(await store.head(key)).toBeNull();
      expect(await store.get(key)).toBeNull();
      expect(await keysUnder("")).not.toContain(key);
    }

    part("put", () => {
      test.each([
        ["no bytes", ""],
        ["one byte", "x"],
        ["many bytes", "0123456789".repeat(50_000)],
      ])("keeps a buffer of %s", async (_, text) => {
        const info = await put("a/b", text);
        expect(info).toMatchObject({ key: "a/b", size: text.length });
        expect(await read("a/b")).toBe(text);
      });

      test.each([
        ["no chunk", []],
        ["one chunk", ["whole"]],
        ["an empty chunk between others", ["a", "", "b"]],
        ["many chunks of any size", Array.from({ length: 300 }, (_, n) => "ab".repeat(n * 7))],
      ])("keeps a stream of %s", async (_, chunks) => {
        const text = chunks.join("");
        expect(await store.put("a/b", bodyOf(chunks))).toMatchObject({ key: "a/b", size: text.length });
        expect(await read("a/b")).toBe(text);
      });

      test("keeps only the part of memory that a view shows", async () => {
        const memory = Buffer.from("0123456789");
        await store.put("buffer", memory.subarray(2, 5));
        await store.put("stream", bodyOf([memory.subarray(5, 7), memory.subarray(9)]));
        expect([await read("buffer"), await read("stream")]).toEqual(["234", "569"]);
      });

      test("replaces an object that is there", async () => {
        await put("key", "the first, which is longer");
        await put("key", "the second");
        expect(await read("key")).toBe("the second");
        expect(await keysUnder("")).toEqual(["key"]);
      });

      test("shows nothing of an object before it is whole", async () => {
        const seen: unknown[] = [];
        await store.put("new", watched("new", seen));
        expect(seen).toEqual([null, null, []]);
        expect(await read("new")).toBe("first second");
      });

      test("shows the whole old object until the new one is whole", async () => {
        const old = await put("key", "old");
        const seen: unknown[] = [];
        await store.put("key", watched("key", seen));
        expect(seen).toEqual([old.etag, "old", ["key"]]);
        expect(await read("key")).toBe("first second");
      });

      async function* watched(key: string, seen: unknown[]) {
        yield Buffer.from("first ");
        yield Buffer.alloc(0);
        seen.push((await store.head(key))?.etag ?? null, await read(key), await keysUnder(""));
        yield Buffer.from("second");
      }

      test.each([true, false])(
        "leaves nothing of a stream that throws, and throws its error (ifAbsent %s)",
        async (ifAbsent) => {
          const broken = new Error("the source broke off");
          await expect(store.put("key", bodyOf(["some", "bytes", broken]), { ifAbsent })).rejects.toBe(broken);
          await expectNothing("key");
        },
      );

      test("leaves the old object alone when a stream throws", async () => {
        const old = await put("key", "old");
        await expect(store.put("key", bodyOf(["new", new Error("broke off")]))).rejects.toThrow("broke off");
        expect(await store.head(old.key)).toMatchObject({ etag: old.etag });
        expect(await read("key")).toBe("old");
      });

      test("leaves nothing of an aborted stream, throws the reason, and ends the stream", async () => {
        const stop = new AbortController();
        const reason = new Error("the lease was lost");
        const ended = Promise.withResolvers<void>();
        async function* body() {
          try {
            yield Buffer.from("some");
            stop.abort(reason);
            yield Buffer.from("bytes");
            yield Buffer.from("more");
          } finally {
            ended.resolve();
          }
        }
        await expect(store.put("key", body(), { signal: stop.signal })).rejects.toBe(reason);
        await ended.promise;
        await expectNothing("key");
      });

      test("ends when it is aborted although the stream hangs", async () => {
        const stop = new AbortController();
        const reason = new Error("idle for too long");
        async function* body() {
          yield Buffer.from("some");
          queueMicrotask(() => stop.abort(reason));
          await new Promise(() => {});
        }
        await expect(store.put("key", body(), { signal: stop.signal })).rejects.toBe(reason);
        await expectNothing("key");
      });

      test.each([
        ["buffer", () => Buffer.from("bytes")],
        ["stream", () => bodyOf(["bytes"])],
      ])("writes nothing of a %s when it was aborted before", async (_, body) => {
        const reason = new Error("too late");
        const put = store.put("key", body(), { signal: AbortSignal.abort(reason) });
        await expect(put).rejects.toBe(reason);
        await expectNothing("key");
      });

      test("is not disturbed by a signal that aborts afterwards", async () => {
        const stop = new AbortController();
        await store.put("key", bodyOf(["bytes"]), { signal: stop.signal });
        stop.abort();
        expect(await read("key")).toBe("bytes");
      });
    });

    part("put if absent", () => {
      test("makes an object that is not there", async () => {
        expect(await store.put("buffer", Buffer.from("b"), { ifAbsent: true })).toMatchObject({
          key: "buffer",
          size: 1,
        });
        expect(await store.put("stream", bodyOf(["s"]), { ifAbsent: true })).toMatchObject({ key: "stream", size: 1 });
        expect([await read("buffer"), await read("stream")]).toEqual(["b", "s"]);
      });

      test("leaves an object that is there alone and answers null", async () => {
        const old = await put("key", "old");
        expect(await store.put("key", Buffer.from("buffer"), { ifAbsent: true })).toBeNull();
        expect(await store.put("key", bodyOf(["stream"]), { ifAbsent: true })).toBeNull();
        expect(await store.head("key")).toMatchObject({ etag: old.etag });
        expect(await read("key")).toBe("old");
      });

      test("answers null when the key is taken while the body streams", async () => {
        async function* body() {
          yield Buffer.from("slow");
          await put("key", "fast");
          yield Buffer.from("er");
        }
        expect(await store.put("key", body(), { ifAbsent: true })).toBeNull();
        expect(await read("key")).toBe("fast");
      });

      test(`has ${limits.hasRaces ? "a winner" : "exactly one winner"} of 20 at once, whose bytes are there`, async () => {
        const bodies = Array.from({ length: 20 }, (_, n) => `writer ${n}`);
        const infos = await Promise.all(
          bodies.map((text, n) => store.put("race", n % 2 ? bodyOf([text]) : Buffer.from(text), { ifAbsent: true })),
        );
        const winners = bodies.filter((_, n) => infos[n] !== null);
        if (limits.hasRaces) expect(winners).toContain(await read("race"));
        else expect(winners).toEqual([await read("race")]);
      });

      test("makes the object again after it was deleted", async () => {
        await put("key", "old");
        await store.delete("key");
        expect(await store.put("key", Buffer.from("new"), { ifAbsent: true })).not.toBeNull();
        expect(await read("key")).toBe("new");
      });
    });

    part("info", () => {
      test("is the same from head, get and list, and has the ETag that put gave", async () => {
        const made = await put("a/b", "bytes");
        const head = await store.head("a/b");
        const stored = await store.get("a/b");
        stored?.body.destroy();
        expect(head).toMatchObject({ key: "a/b", size: 5, etag: made.etag });
        expect(stored?.info).toEqual(head);
        expect((await store.list({ prefix: "", limit: 1 })).objects).toEqual([head]);
      });

      test("says in epoch milliseconds when the object was written", async () => {
        const { modifiedAt } = await put("key", "bytes");
        expect(Number.isInteger(modifiedAt)).toBe(true);
        expect(new Date(modifiedAt).getUTCFullYear()).toBe(new Date().getUTCFullYear());
      });

      test("has another ETag whenever other content of the same size replaces the old", async () => {
        const etags = new Set<string>();
        for (let n = 100; n < 200; n++) etags.add((await put("key", `content ${n}`)).etag);
        expect(etags.size).toBe(100);
      });

      test("of what is absent is null", async () => {
        await put("a/b/c", "bytes");
        for (const key of ["nothing", "a", "a/b", "a/b/d", "a/b/c/d"]) {
          expect(await store.head(key)).toBeNull();
          expect(await store.get(key)).toBeNull();
        }
      });
    });

    part("get", () => {
      const text = "0123456789";

      test.each<[string, ByteRange, ByteRange]>([
        ["the first byte", { start: 0, end: 0 }, { start: 0, end: 0 }],
        ["the last byte", { start: 9, end: 9 }, { start: 9, end: 9 }],
        ["the middle", { start: 3, end: 6 }, { start: 3, end: 6 }],
        ["all of it", { start: 0, end: 9 }, { start: 0, end: 9 }],
        ["up to the end when the range goes beyond", { start: 7, end: 10 }, { start: 7, end: 9 }],
        [
          "up to the end when the range goes far beyond",
          { start: 7, end: Number.MAX_SAFE_INTEGER },
          { start: 7, end: 9 },
        ],
      ])("gives %s", async (_, range, given) => {
        await put("key", text);
        const stored = await store.get("key", { range });
        expect(stored?.range).toEqual(given);
        expect(stored?.info.size).toBe(10);
        stored?.body.destroy();
        expect(await read("key", range)).toBe(text.slice(given.start, given.end + 1));
      });

      test.each<ByteRange>([
        { start: 10, end: 10 },
        { start: 11, end: 20 },
        { start: 5, end: 4 },
        { start: -1, end: 4 },
      ])("refuses the range $start to $end of ten bytes", async (range) => {
        await put("key", text);
        await expect(store.get("key", { range })).rejects.toThrow(RangeError);
      });

      test("gives an empty object, and refuses every range of it", async () => {
        await put("empty", "");
        expect(await read("empty")).toBe("");
        await expect(store.get("empty", { range: { start: 0, end: 0 } })).rejects.toThrow(RangeError);
      });

      test("gives null for a range of what is absent", async () => {
        expect(await store.get("nothing", { range: { start: 0, end: 0 } })).toBeNull();
      });

      test("goes on with the old object when it is replaced or deleted meanwhile", async () => {
        const old = "old".repeat(mebibyte);
        for (const change of [() => put("key", "new"), () => store.delete("key")]) {
          await put("key", old);
          const stored = await store.get("key");
          const chunks: Uint8Array[] = [];
          for await (const chunk of stored?.body ?? []) {
            if (chunks.length === 0) await change();
            chunks.push(chunk);
          }
          expect(Buffer.concat(chunks).equals(Buffer.from(old))).toBe(true);
        }
      });

      test("can be cancelled before and while it is read", async () => {
        await put("key", "x".repeat(mebibyte));
        const unread = await store.get("key");
        unread?.body.destroy();
        for await (const chunk of (await store.get("key"))?.body ?? []) {
          expect(chunk.byteLength).toBeLessThan(mebibyte);
          break;
        }
        expect((await read("key"))?.length).toBe(mebibyte);
      });

      test("ends by the signal, before it is read and meanwhile", async () => {
        await put("key", "x".repeat(mebibyte));
        const reason = new Error("enough");
        await expect(store.get("key", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
        const stop = new AbortController();
        const stored = await store.get("key", { signal: stop.signal });
        const reading = collect(stored?.body ?? [], () => stop.abort());
        await expect(reading).rejects.toThrow();
      });

      // Of a stream that is made after that, nobody would hear that it ended: it would end the process.
      test("ends by the signal that aborts while the object is looked for", async () => {
        await put("key", "bytes");
        const [stop, reason] = [new AbortController(), new Error("enough")];
        const getting = store.get("key", { signal: stop.signal });
        stop.abort(reason);
        await expect(getting).rejects.toBe(reason);
      });

      test("disturbs nobody when it is aborted and never read", async () => {
        await put("key", "bytes");
        const stop = new AbortController();
        const stored = await store.get("key", { signal: stop.signal });
        stop.abort(new Error("enough"));
        await new Promise((resolve) => setTimeout(resolve, 20));
        await expect(collect(stored?.body ?? [])).rejects.toThrow();
      });
    });

    part("copy", () => {
      test("makes an object with the same bytes and leaves the source", async () => {
        const source = await put("temp/from", "bytes");
        const outcome = await store.copy("temp/from", "users/to", { ifMatch: source.etag });
        expect(outcome).toEqual({ state: "copied", info: await store.head("users/to") });
        expect([await read("temp/from"), await read("users/to")]).toEqual(["bytes", "bytes"]);
        expect(await store.head("temp/from")).toMatchObject({ etag: source.etag });
      });

      test("leaves an object alone that is there, and says which", async () => {
        const source = await put("from", "new");
        await put("to", "old");
        const outcome = await store.copy("from", "to", { ifMatch: source.etag });
        expect(outcome).toEqual({ state: "exists", info: await store.head("to") });
        expect(await read("to")).toBe("old");
      });

      test("says that there is no source", async () => {
        const { etag } = await put("dir/other", "bytes");
        expect(await store.copy("from", "to", { ifMatch: etag })).toEqual({ state: "source_missing" });
        expect(await store.copy("dir", "to", { ifMatch: etag })).toEqual({ state: "source_missing" });
        await expectNothing("to");
      });

      test("says that the source was replaced, and copies nothing", async () => {
        const { etag } = await put("from", "old");
        await put("from", "new");
        expect(await store.copy("from", "to", { ifMatch: etag })).toEqual({ state: "source_changed" });
        await expectNothing("to");
      });

      test("copies what was asked for or nothing, whenever the source is replaced", async () => {
        for (let round = 0; round < 5; round++) {
          const { etag } = await put("from", `old ${round}`);
          const copies: Promise<CopyOutcome>[] = [];
          let isReplaced = false;
          const replacing = put("from", `new ${round}`).finally(() => {
            isReplaced = true;
          });
          while (!isReplaced && copies.length < 100) {
            copies.push(store.copy("from", `to/${round}/${copies.length}`, { ifMatch: etag }));
            await setImmediate();
          }
          await replacing;
          for (const [n, { state }] of (await Promise.all(copies)).entries()) {
            expect(await read(`to/${round}/${n}`)).toBe(state === "copied" ? `old ${round}` : null);
          }
        }
      });

      test(`is done ${limits.hasRaces ? "at least once" : "once"} by 20 copies to one key at once`, async () => {
        const { etag } = await put("from", "bytes");
        const copies = Array.from({ length: 20 }, () => store.copy("from", "to", { ifMatch: etag }));
        const states = (await Promise.all(copies)).map(({ state }) => state);
        const copied = states.filter((state) => state === "copied").length;
        if (limits.hasRaces) expect(copied).toBeGreaterThan(0);
        else expect(copied).toBe(1);
        expect(states.filter((state) => state === "exists")).toHaveLength(20 - copied);
        expect(await read("to")).toBe("bytes");
      });

      test("gives a copy that stays when the source is deleted", async () => {
        const { etag } = await put("from", "bytes");
        await store.copy("from", "to", { ifMatch: etag });
        await store.delete("from");
        expect(await read("to")).toBe("bytes");
      });

      test("gives a copy that stays when the source is replaced, and the other way round", async () => {
        const { etag } = await put("from", "bytes");
        await store.copy("from", "to", { ifMatch: etag });
        const copy = await store.head("to");
        await put("from", "other");
        expect(await read("to")).toBe("bytes");
        expect(await store.head("to")).toEqual(copy);
        await put("to", "third");
        expect(await read("from")).toBe("other");
      });
    });

    part("delete", () => {
      test("removes the object and no other", async () => {
        await put("a/b", "bytes");
        await put("a/bc", "bytes");
        await store.delete("a/b");
        await expectNothing("a/b");
        expect(await keysUnder("")).toEqual(["a/bc"]);
      });

      test("succeeds when there is nothing, also when keys go on behind it", async () => {
        await put("a/b/c", "bytes");
        for (const key of ["nothing", "a/nothing", "a", "a/b", "a/b/c/d"]) await store.delete(key);
        expect(await read("a/b/c")).toBe("bytes");
      });

      test("succeeds for all of 10 at once", async () => {
        await put("key", "bytes");
        await Promise.all(Array.from({ length: 10 }, () => store.delete("key")));
        await expectNothing("key");
      });

      test("succeeds for many, and removes them and no other", async () => {
        for (const key of ["a/1", "a/2", "a/3", "b/1", "b/12"]) await put(key, "bytes");
        expect(await store.deleteMany(["a/1", "b/1", "a/3"])).toEqual([]);
        expect(await keysUnder("")).toEqual(["a/2", "b/12"]);
      });

      test("of many succeeds for what is not there, for none, and for one that is named twice", async () => {
        await put("a/b/c", "bytes");
        await put("twice", "bytes");
        expect(await store.deleteMany(["nothing", "a/nothing", "a", "a/b", "a/b/c/d", "twice", "twice"])).toEqual([]);
        expect(await store.deleteMany([])).toEqual([]);
        expect(await keysUnder("")).toEqual(["a/b/c"]);
      });

      test("takes more than any store takes at once", async () => {
        const keys = Array.from({ length: 2001 }, (_, n) => `many/${n}`);
        const there = ["many/0", "many/999", "many/1000", "many/2000"];
        for (const key of [...there, "other"]) await put(key, "bytes");
        expect(await store.deleteMany(keys)).toEqual([]);
        expect(await keysUnder("")).toEqual(["other"]);
      });

      test("of many removes nothing when one is no key", async () => {
        await put("a", "bytes");
        await expect(store.deleteMany(["a", "../b"])).rejects.toThrow(RangeError);
        expect(await keysUnder("")).toEqual(["a"]);
      });

      test("does not disturb puts at the same time under the same prefix", async () => {
        const rounds = Array.from({ length: 100 }, async (_, n) => {
          await put(`deep/er/${n % 3}/${n}`, `bytes ${n}`);
          if (n % 5) await store.delete(`deep/er/${n % 3}/${n}`);
        });
        await Promise.all(rounds);
        expect(await keysUnder("deep/")).toHaveLength(20);
      });
    });

    part("list", () => {
      // In the order of their bytes; `a/b` lies between `a.b` and `a0`, unlike the name `a` alone.
      const keys = ["A", "a-b", "a.b", "a/-", "a/b/c", "a/b0", "a/bc", "a0", "aB/c", "a_/x", "ab", "b/c/d/e", "c"];

      async function putAll(all: string[]): Promise<void> {
        for (const key of all.toReversed()) await put(key, key);
      }

      /** All pages, one after the other. */
      async function pages(prefix: string, limit: number): Promise<string[][]> {
        const all: string[][] = [];
        let after: string | undefined;
        for (let isLast = false; !isLast; ) {
          const page = await store.list({ prefix, limit, after });
          all.push(page.objects.map(({ key }) => key));
          after = page.objects.at(-1)?.key;
          isLast = page.isLast;
        }
        return all;
      }

      test("is in the order of the keys' bytes", async () => {
        await putAll(keys);
        expect(await keysUnder("")).toEqual(keys);
      });

      test.each([
        ["a", keys.filter((key) => key.startsWith("a"))],
        ["a/", ["a/-", "a/b/c", "a/b0", "a/bc"]],
        ["a/b", ["a/b/c", "a/b0", "a/bc"]],
        ["a/b/", ["a/b/c"]],
        ["b/c/d", ["b/c/d/e"]],
        ["c", ["c"]],
        ["c/", []],
        ["nothing/at/all", []],
      ])("has the keys that begin with %s, a whole segment or not", async (prefix, expected) => {
        await putAll(keys);
        expect(await store.list({ prefix, limit: 100 })).toMatchObject({
          objects: expected.map((key) => ({ key, size: key.length })),
          isLast: true,
        });
      });

      test.each([1, 2, 3, 4, 12, 13, 14])(
        "pages by %i without gap or repetition, and knows the last page",
        async (limit) => {
          await putAll(keys);
          const expected = Array.from({ length: Math.ceil(keys.length / limit) }, (_, n) =>
            keys.slice(n * limit, (n + 1) * limit),
          );
          expect(await pages("", limit)).toEqual(expected);
        },
      );

      test("begins behind any place, whether an object is there or not", async () => {
        await putAll(keys);
        for (const after of [
          "",
          "0",
          "A",
          "B",
          "a",
          "a-",
          "a/",
          "a/b",
          "a/b/",
          "a/b/c",
          "a/b/c0",
          "a/c",
          "aB",
          "b/c/d/e",
          "c",
          "d",
        ]) {
          const { objects, isLast } = await store.list({ prefix: "", limit: 100, after });
          expect(objects.map(({ key }) => key)).toEqual(keys.filter((key) => key > after));
          expect(isLast).toBe(true);
        }
      });

      test("stays within the prefix when it begins outside", async () => {
        await putAll(keys);
        expect((await store.list({ prefix: "a/", limit: 100, after: "A" })).objects).toHaveLength(4);
        expect(await store.list({ prefix: "a/", limit: 100, after: "b" })).toEqual({ objects: [], isLast: true });
      });

      test("shows every put and delete that was answered", async () => {
        for (let n = 0; n < 10; n++) {
          await put(`a/${n}`, "bytes");
          expect(await keysUnder("a/")).toHaveLength(1);
          await store.delete(`a/${n}`);
          expect(await keysUnder("a/")).toEqual([]);
        }
      });

      test("of an empty store is empty", async () => {
        expect(await store.list({ prefix: "", limit: 1 })).toEqual({ objects: [], isLast: true });
      });

      test("has more than a thousand objects in one page or several", async () => {
        const many = Array.from({ length: 1100 }, (_, n) => `many/${String(n).padStart(4, "0")}`);
        for (let n = 0; n < many.length; n += 50) {
          await Promise.all(many.slice(n, n + 50).map((key) => put(key, "")));
        }
        expect(await pages("many/", 2000)).toEqual([many]);
        expect(await pages("many/", 1100)).toEqual([many]);
        expect((await pages("many/", 300)).map(({ length }) => length)).toEqual([300, 300, 300, 200]);
      });
    });

    part("keys", () => {
      test.each([
        "a",
        "AZaz09._-/-_.90zaZA",
        ".hidden/..a/...",
        "a.b..c",
        "-rf",
        "a".repeat(255),
        `${"a".repeat(255)}/${"b".repeat(254)}/c`,
        "a/".repeat(255).concat("aa"),
      ])("may be %s", async (key) => {
        await put(key, "bytes");
        expect(await read(key)).toBe("bytes");
        expect(await keysUnder("")).toEqual([key]);
        expect(await keysUnder(key)).toEqual([key]);
        await store.delete(key);
        await expectNothing(key);
      });

      test.each([
        ["nothing", ""],
        ["an upper segment", "a/../b"],
        ["an upper segment first", "../b"],
        ["an upper segment alone", ".."],
        ["an upper segment last", "a/.."],
        ["the same segment", "a/./b"],
        ["a leading slash", "/a"],
        ["an empty segment", "a//b"],
        ["a trailing slash", "a/"],
        ["NUL", "a\0b"],
        ["a line feed at the end", "a\n"],
        ["a backslash", "a\\b"],
        ["a space", "a b"],
        ["a percent sign", "a%2e"],
        ["a tilde", "~staging"],
        ["a colon", "c:a"],
        ["letters beyond ASCII", "é"],
        ["a segment of 256 characters", `a/${"b".repeat(256)}`],
        ["513 characters", "a/".repeat(256).concat("a")],
      ])("with %s are refused by every method", async (_, key) => {
        const { etag } = await put("good", "bytes");
        const refused = [
          () => store.put(key, Buffer.from("bytes")),
          () => store.put(key, bodyOf(["bytes"]), { ifAbsent: true }),
          () => store.get(key),
          () => store.head(key),
          () => store.copy(key, "to", { ifMatch: etag }),
          () => store.copy("good", key, { ifMatch: etag }),
          () => store.delete(key),
          () => store.url(key),
        ];
        for (const call of refused) await expect(call()).rejects.toThrow(RangeError);
        expect(await keysUnder("")).toEqual(["good"]);
      });

      test.each(["/", "a//", "../", "a/../b", "./a", "a\0", "a\\", "é"])(
        "cannot begin with %j, so no list can",
        async (prefix) => {
          await expect(store.list({ prefix, limit: 1 })).rejects.toThrow(RangeError);
          await expect(store.list({ prefix: "", limit: 1, after: prefix })).rejects.toThrow(RangeError);
        },
      );
    });

    part("memory", () => {
      test("holds a few chunks of a large object, both ways", async () => {
        const size = 64 * mebibyte;
        const base = heldBytes();
        const peaks = { put: 0, get: 0 };
        // A look costs two collections: at a third of the way much is to come for who reads ahead, at two thirds much has been.
        const looks = [Math.floor(size / 3), Math.floor((2 * size) / 3)];
        const isLook = (from: number, to: number) => looks.some((look) => from < look && look <= to);
        async function* body() {
          for (let n = 0; n < 64; n++) {
            if (isLook(n * mebibyte, (n + 1) * mebibyte)) peaks.put = Math.max(peaks.put, heldBytes() - base);
            yield Buffer.alloc(mebibyte, n);
          }
        }
        await store.put("large", body());
        let read = 0;
        for await (const chunk of (await store.get("large"))?.body ?? []) {
          if (chunk[0] !== Math.floor(read / mebibyte)) throw new Error(`byte ${read} is another one`);
          if (isLook(read, read + chunk.byteLength)) {
            // Time for a store that reads ahead to do so.
            for (let n = 0; n < 20; n++) await store.head("large");
            peaks.get = Math.max(peaks.get, heldBytes() - base);
          }
          read += chunk.byteLength;
        }
        expect(read).toBe(size);
        expect(peaks.put).toBeLessThan(size / 3);
        expect(peaks.get).toBeLessThan(size / 3);
      });
    });

    part("url", () => {
      test("is absolute and serves the object with the type that its key says", async () => {
        await put(publicKey, "not really a picture");
        const url = await store.url(publicKey);
        expect(new URL(url).protocol).toMatch(/^https?:$/);
        const answer = await fixture.fetch(url);
        expect(answer.status).toBe(200);
        expect(answer.headers.get("content-type")).toBe("image/png");
        expect(await answer.text()).toBe("not really a picture");
      });

      test("serves a copy with the type of its own key", async () => {
        const { etag } = await put("temp/outputs/1", "bytes");
        await store.copy("temp/outputs/1", publicKey, { ifMatch: etag });
        const answer = await fixture.fetch(await store.url(publicKey));
        expect(answer.headers.get("content-type")).toBe("image/png");
        expect(await answer.text()).toBe("bytes");
      });
    });

    part("downloadUrl", () => {
      test("serves the object as one to be saved, under the name that was given, with the extension of its key", async () => {
        await put(publicKey, "not really a picture");
        const answer = await fixture.fetch(await store.downloadUrl(publicKey, "春江/花:月\"夜 (1)'s 100%.exe"));
        expect([answer.status, await answer.text()]).toEqual([200, "not really a picture"]);
        expect(answer.headers.get("content-type")).toBe("image/png");
        expect(answer.headers.get("content-disposition")).toBe(
          `attachment; filename="__ _ _ _ (1)'s 100_.exe.png"; filename*=UTF-8''${encodeURIComponent("春江 花 月 夜 ")}%281%29%27s%20100%25.exe.png`,
        );
      });
    });

    part("signUpload", () => signedUploadContract(() => fixture, limits));

    part("prove", () => {
      test("succeeds on a store that works, as often as it is asked and by several at once, and leaves nothing", async () => {
        await store.prove();
        await Promise.all([store.prove(), store.prove()]);
        expect(await keysUnder("")).toEqual([]);
      });

      test("throws unavailable when nothing can be written, and does not blame what the store does", async () => {
        await fixture.breakDown();
        await expect(store.prove()).rejects.toMatchObject({ type: "unavailable", forOperator: undefined });
      });
    });

    part("probe", () => {
      test("succeeds on a store that works, and leaves nothing", async () => {
        await store.probe();
        expect(await keysUnder("")).toEqual([]);
      });

      test("throws unavailable when nothing can be written", async () => {
        await fixture.breakDown();
        const error = await store.probe().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(AppError);
        expect(error).toMatchObject({ type: "unavailable" });
      });
    });
  });
}

/** A stream of these chunks; an error is thrown where it stands. */
async function* bodyOf(chunks: (string | Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  }
}

async function collect(body: AsyncIterable<Uint8Array> | Uint8Array[], seen = () => {}): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
    seen();
  }
  return chunks;
}

/** Bytes of buffers that are still referred to. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  // What the first one found is swept while others work; the second one waits for that.
  collect();
  return process.memoryUsage().arrayBuffers;
}
