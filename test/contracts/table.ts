// What every table does: each sentence of shared/ports/table.ts as a test, run against each adapter.
import pLimit from "p-limit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Condition,
  DUE_SHARDS,
  type DueEntry,
  type Item,
  type ItemKey,
  type JsonObject,
  MAX_ITEM_BYTES,
  type NewItem,
  type Query,
  type Table,
} from "../../shared/ports/table.ts";

export interface TableFixture {
  /** A table with nothing in it. */
  table: Table;
  /** A further client of the same data, as another process has it; also after `table` was closed. */
  another(): Promise<Table>;
  /**
   * Runs a check of the due index: at once when the adapter's index is exact, else again until it passes or a generous time
   * is over. A check must hold for good once it holds.
   */
  eventually(check: () => Promise<void>): Promise<void>;
  /** Closes every table that it opened and removes what it made. */
  end(): Promise<void>;
}

/** Runs the suite; `open` is called once for each test. */
export function tableContract(name: string, open: () => Promise<TableFixture>): void {
  describe(`${name} is a table`, () => {
    let fixture: TableFixture;
    let table: Table;

    beforeEach(async () => {
      fixture = await open();
      table = fixture.table;
    });
    afterEach(() => fixture.end());

    describe("put", () => {
      test("a new item gets version 1, and each write one more", async () => {
        expect(await table.put(item({ n: 1 }), "absent")).toBe(1);
        expect(await table.put(item({ n: 2 }), { version: 1 })).toBe(2);
        expect(await table.put(item({ n: 3 }), { version: 2 })).toBe(3);
        expect(await table.get(key)).toStrictEqual({ ...item({ n: 3 }), version: 3 });
      });

      test("an item that is there is not replaced by one that must be absent", async () => {
        await table.put(item({ n: 1 }), "absent");
        expect(await table.put(item({ n: 2 }), "absent")).toBeNull();
        expect(await table.get(key)).toStrictEqual({ ...item({ n: 1 }), version: 1 });
      });

      test.each([0, 1, 3, 4])(
        "an item of version 2 is not replaced by a write that demands version %i",
        async (version) => {
          await table.put(item({ n: 1 }), "absent");
          await table.put(item({ n: 2 }), { version: 1 });
          expect(await table.put(item({ n: 9 }), { version })).toBeNull();
          expect(await table.get(key)).toStrictEqual({ ...item({ n: 2 }), version: 2 });
        },
      );

      test.each([0, 1, 2])("a write that demands version %i makes no new item", async (version) => {
        expect(await table.put(item({ n: 1 }), { version })).toBeNull();
        expect(await table.get(key)).toBeNull();
      });

      test("items with one of the two keys in common are different items", async () => {
        const keys = [key, { ...key, sort: "other" }, { ...key, partition: "other" }];
        for (const [n, other] of keys.entries()) expect(await table.put({ ...other, data: { n } }, "absent")).toBe(1);
        for (const [n, other] of keys.entries()) expect((await table.get(other))?.data).toStrictEqual({ n });
      });

      test("a replaced item keeps nothing of what it was", async () => {
        await table.put({ ...item({ old: 1, both: 1 }), due: { kind: "job", shard: 1, at: 1 } }, "absent");
        await table.put(item({ both: 2 }), { version: 1 });
        expect(await table.get(key)).toStrictEqual({ ...item({ both: 2 }), version: 2 });
      });

      test("what is written is the data as it was when put was called", async () => {
        const data = { list: [1] };
        const written = table.put(item(data), "absent");
        data.list.push(2);
        await written;
        expect((await table.get(key))?.data).toStrictEqual({ list: [1] });
      });

      test("of 30 writers that demand absence exactly one is taken", async () => {
        await expectOneWinner(fixture, "absent", 1);
      });

      test("of 30 writers that demand the same version exactly one is taken", async () => {
        await table.put(item({}), "absent");
        await expectOneWinner(fixture, { version: 1 }, 2);
      });

      test("30 writers that read again when they lose all get their turn", async () => {
        await table.put(item({ n: 0 }), "absent");
        const clients = [table, await fixture.another()];
        await Promise.all(Array.from({ length: 30 }, (_, i) => increment(pick(clients, i))));
        expect(await table.get(key)).toStrictEqual({ ...item({ n: 30 }), version: 31 });
      });
    });

    describe("data", () => {
      test.each(Object.entries(samples))("%s come back equal", async (_, data) => {
        await table.put(item(data), "absent");
        const answer = (await table.get(key))?.data;
        expect(answer).toStrictEqual(data);
        expect(answer && Object.keys(answer)).toEqual(Object.keys(data));
      });

      test("fields that are undefined are left out, at every depth", async () => {
        await table.put(item({ a: undefined, b: { c: undefined, d: 1 }, e: [{ f: undefined }] }), "absent");
        expect((await table.get(key))?.data).toStrictEqual({ b: { d: 1 }, e: [{}] });
      });

      test("a field that is called __proto__ is a field like others", async () => {
        const json = '{"__proto__":{"admin":true},"constructor":1}';
        await table.put(item(JSON.parse(json) as JsonObject), "absent");
        expect(JSON.stringify((await table.get(key))?.data)).toBe(json);
      });

      test.each(["x", "é", "中", "😀"])("an item of exactly MAX_ITEM_BYTES, full of %s, is kept", async (character) => {
        const data = dataOfBytes(MAX_ITEM_BYTES, character);
        expect(await table.put(item(data), "absent")).toBe(1);
        expect((await table.get(key))?.data).toStrictEqual(data);
      });

      test.each(["x", "é", "中", "😀"])(
        "one byte more, full of %s, is refused and nothing is written",
        async (character) => {
          const data = dataOfBytes(MAX_ITEM_BYTES + 1, character);
          await expect(table.put(item(data), "absent")).rejects.toMatchObject({ name: "AppError", type: "too_large" });
          expect(await table.get(key)).toBeNull();
        },
      );

      test("an item that grows over the limit is refused and stays as it was", async () => {
        await table.put(item({ n: 1 }), "absent");
        const tooLarge = item(dataOfBytes(MAX_ITEM_BYTES + 1, "x"));
        await expect(table.put(tooLarge, { version: 1 })).rejects.toMatchObject({ type: "too_large" });
        expect(await table.get(key)).toStrictEqual({ ...item({ n: 1 }), version: 1 });
      });

      test("items that are refused do no harm to those written in the same moment", async () => {
        const data = (n: number) => (n % 3 === 0 ? dataOfBytes(MAX_ITEM_BYTES + 1, "x") : { n });
        const puts = Array.from({ length: 30 }, (_, n) =>
          table.put({ partition: "p", sort: `${n}`, data: data(n) }, "absent"),
        );
        const answers = (await Promise.allSettled(puts)).map(({ status }) => status);
        expect(answers).toEqual(puts.map((_, n) => (n % 3 === 0 ? "rejected" : "fulfilled")));
        expect((await table.query(all("p"))).items).toHaveLength(20);
      });
    });

    describe("keys", () => {
      test.each(refusedKeys)("%s is refused with a RangeError", async (_, refused) => {
        await expect(table.get(refused)).rejects.toThrow(RangeError);
        await expect(table.put({ ...refused, data: {} }, "absent")).rejects.toThrow(RangeError);
        await expect(table.delete(refused, { version: 1 })).rejects.toThrow(RangeError);
      });

      test.each(["", "x".repeat(513)])(
        "a query of a partition that cannot be is refused with a RangeError",
        async (partition) => {
          await expect(table.query(all(partition))).rejects.toThrow(RangeError);
        },
      );

      test.each(["x".repeat(512), "é".repeat(256), "😀".repeat(128)])(
        "a key of 512 bytes is taken: %.1s…",
        async (longest) => {
          const longKey = { partition: longest, sort: longest };
          expect(await table.put({ ...longKey, data: {} }, "absent")).toBe(1);
          expect(await table.get(longKey)).toStrictEqual({ ...longKey, data: {}, version: 1 });
          const page = await table.query({ ...all(longest), prefix: longest });
          expect(sorts(page.items)).toEqual([longest]);
        },
      );

      test("keys that differ in case, accents or spaces are different keys", async () => {
        const different = [
          "a",
          "A",
          "á",
          "a\u0301",
          " a",
          "a ",
          "a\tb",
          "a#b",
          "a/b",
          "a\\b",
          "a'b",
          'a"b',
          "a;--",
          "ａ",
        ];
        for (const sort of different) expect(await table.put({ ...key, sort, data: { sort } }, "absent")).toBe(1);
        for (const sort of different) expect((await table.get({ ...key, sort }))?.data).toStrictEqual({ sort });
      });
    });

    describe("delete", () => {
      test("an item of that version is deleted, and a new one begins at version 1", async () => {
        await table.put(item({ n: 1 }), "absent");
        expect(await table.delete(key, { version: 1 })).toBe(true);
        expect(await table.get(key)).toBeNull();
        expect(await table.put(item({ n: 2 }), "absent")).toBe(1);
      });

      test.each([0, 1, 3])("an item of version 2 is not deleted as version %i", async (version) => {
        await table.put(item({ n: 1 }), "absent");
        await table.put(item({ n: 2 }), { version: 1 });
        expect(await table.delete(key, { version })).toBe(false);
        expect(await table.get(key)).toStrictEqual({ ...item({ n: 2 }), version: 2 });
      });

      test("deleting what is not there answers false", async () => {
        expect(await table.delete(key, { version: 1 })).toBe(false);
      });

      test("of 30 that delete the same version exactly one is told so", async () => {
        await table.put(item({}), "absent");
        const clients = [table, await fixture.another()];
        const deletions = Array.from({ length: 30 }, (_, i) => pick(clients, i).delete(key, { version: 1 }));
        expect((await Promise.all(deletions)).filter((isDeleted) => isDeleted)).toHaveLength(1);
      });

      test("of a write and a deletion that demand the same version one is taken", async () => {
        for (let i = 0; i < 10; i++) {
          const raced = { partition: "race", sort: `${i}` };
          await table.put({ ...raced, data: {} }, "absent");
          const deletion = () => table.delete(raced, { version: 1 });
          const write = () => table.put({ ...raced, data: { n: 1 } }, { version: 1 });
          const [first, second] = await Promise.all(i % 2 ? [deletion(), write()] : [write(), deletion()]);
          expect([first, second].filter((answer) => answer === true || answer === 2)).toHaveLength(1);
        }
      });
    });

    describe("query", () => {
      test("answers whole items, with data, due time and version", async () => {
        const due = { kind: "job", shard: 3, at: 1_700_000_000_000 };
        await table.put({ ...item({ n: 1 }), due }, "absent");
        await table.put({ ...item({ n: 2 }), due }, { version: 1 });
        const expected: Item = { ...item({ n: 2 }), due, version: 2 };
        expect(await table.query(all(key.partition))).toStrictEqual({ items: [expected], isLast: true });
        expect(await table.get(key)).toStrictEqual(expected);
      });

      test("a partition holds its own items only", async () => {
        for (const partition of ["user#1", "user#10", "user#", "USER#1", "user%"])
          await fill(table, partition, ["a", "b"]);
        const { items, isLast } = await table.query(all("user#1"));
        expect(items.map(({ partition, sort }) => [partition, sort])).toEqual([
          ["user#1", "a"],
          ["user#1", "b"],
        ]);
        expect(isLast).toBe(true);
        expect(await table.query(all("user#2"))).toStrictEqual({ items: [], isLast: true });
      });

      test("sort keys stand in the order of their code points, also where UTF-16 has another order", async () => {
        await fill(table, "p", [...byCodePoint].reverse());
        expect(sorts((await table.query(all("p"))).items)).toEqual(byCodePoint);
        const descending = await table.query({ ...all("p"), order: "descending" });
        expect(sorts(descending.items)).toEqual([...byCodePoint].reverse());
      });

      test.each(prefixes)("the prefix %j finds exactly the keys that begin with it", async (prefix) => {
        await fill(table, "p", prefixed);
        const expected = prefixed.filter((sort) => sort.startsWith(prefix));
        for (const order of ["ascending", "descending"] as const) {
          const { items, isLast } = await table.query({ ...all("p"), prefix, order });
          expect(new Set(sorts(items))).toEqual(new Set(expected));
          expect([items.length, isLast]).toEqual([expected.length, true]);
        }
      });

      test.each(["ascending", "descending"] as const)(
        "pages in %s order meet without a gap or a repetition",
        async (order) => {
          const inOrder = order === "ascending" ? numbered : [...numbered].reverse();
          await fill(table, "p", [...numbered, "a", "job", "job$", "joc#", "z"]);
          for (const limit of [1, 3, 5, 9, 10, 11]) {
            expect(await readPages(table, { partition: "p", prefix: "job#", order, limit })).toEqual(
              inPages(inOrder, limit),
            );
          }
        },
      );

      test.each(["ascending", "descending"] as const)(
        "in %s order a page goes on behind a key that is gone",
        async (order) => {
          await fill(table, "p", numbered);
          await table.delete({ partition: "p", sort: "job#4" }, { version: 1 });
          const { items } = await table.query({ ...all("p"), order, after: "job#4" });
          const expected = order === "ascending" ? numbered.slice(5) : numbered.slice(0, 4).reverse();
          expect(sorts(items)).toEqual(expected);
        },
      );

      test.each([
        ["ascending", "a", numbered],
        ["ascending", "y", []],
        ["descending", "z", [...numbered].reverse()],
        ["descending", "b", []],
      ] as const)("in %s order a cursor of %j, outside the prefix, is respected", async (order, after, expected) => {
        await fill(table, "p", ["a", "b", ...numbered, "y", "z"]);
        const page = await table.query({ partition: "p", prefix: "job#", order, limit: 100, after });
        expect({ ...page, items: sorts(page.items) }).toEqual({ items: expected, isLast: true });
      });

      test("1000 large items may stand on one page", async () => {
        const many = Array.from({ length: 1001 }, (_, n) => String(n).padStart(4, "0"));
        await fill(table, "p", many, { text: "x".repeat(2000) });
        const first = await table.query({ ...all("p"), limit: 1000 });
        expect([sorts(first.items), first.isLast]).toEqual([many.slice(0, 1000), false]);
        const rest = await table.query({ ...all("p"), limit: 1000, after: "0999" });
        expect([sorts(rest.items), rest.isLast]).toEqual([["1000"], true]);
      });

      test.each([0, -1, 1001, 1.5])("a limit of %d is refused with a RangeError", async (limit) => {
        await expect(table.query({ ...all("p"), limit })).rejects.toThrow(RangeError);
        await expect(table.due({ kind: "job", shard: 0, before: 0, limit })).rejects.toThrow(RangeError);
      });

      test("get and query see every write that was answered, also another client's", async () => {
        const other = await fixture.another();
        for (let n = 1; n <= 20; n++) {
          const condition = n === 1 ? "absent" : { version: n - 1 };
          await (n % 2 ? table : other).put(item({ n }), condition);
          const reader = n % 2 ? other : table;
          expect((await reader.get(key))?.data).toEqual({ n });
          expect((await reader.query(all(key.partition))).items.map(({ data }) => data)).toEqual([{ n }]);
        }
      });
    });

    describe("due", () => {
      const look = (limit = 1000, before = 1e15) => table.due({ kind: "job", shard: 1, before, limit });
      const expectDue = (expected: DueEntry[]) =>
        fixture.eventually(async () => expect(await look()).toStrictEqual(expected));
      const putDue = (sort: string, at: number | null, condition: Condition = "absent", kind = "job", shard = 1) =>
        table.put({ partition: "p", sort, data: {}, ...(at === null ? {} : { due: { kind, shard, at } }) }, condition);
      const entry = (sort: string, at: number): DueEntry => ({ partition: "p", sort, at });

      test("answers the oldest first, whatever the order of writing", async () => {
        await putDue("a", 300);
        await putDue("b", 100);
        await putDue("c", 200);
        await expectDue([entry("b", 100), entry("c", 200), entry("a", 300)]);
      });

      test("is sparse: items without a due time are not in it", async () => {
        await putDue("a", null);
        await putDue("b", 100);
        await expectDue([entry("b", 100)]);
      });

      test("a write without a due time takes the item out", async () => {
        await putDue("a", 100);
        await expectDue([entry("a", 100)]);
        await putDue("a", null, { version: 1 });
        await expectDue([]);
        expect(await table.get({ partition: "p", sort: "a" })).not.toHaveProperty("due");
      });

      test("a write with another due time moves the item", async () => {
        await putDue("a", 100);
        await putDue("b", 200);
        await expectDue([entry("a", 100), entry("b", 200)]);
        await putDue("a", 300, { version: 1 });
        await expectDue([entry("b", 200), entry("a", 300)]);
      });

      test("a write may put an item in that was not there, and move it to another kind or shard", async () => {
        await putDue("a", null);
        await putDue("a", 100, { version: 1 });
        await expectDue([entry("a", 100)]);
        await putDue("a", 100, { version: 2 }, "job", 2);
        await expectDue([]);
        await putDue("a", 100, { version: 3 }, "account", 1);
        await fixture.eventually(async () => {
          expect(await table.due({ kind: "account", shard: 1, before: 100, limit: 10 })).toStrictEqual([
            entry("a", 100),
          ]);
        });
        await expectDue([]);
      });

      test("a deleted item leaves it", async () => {
        await putDue("a", 100);
        await expectDue([entry("a", 100)]);
        await table.delete({ partition: "p", sort: "a" }, { version: 1 });
        await expectDue([]);
      });

      test("a write that was not taken changes nothing in it", async () => {
        await putDue("a", 100);
        expect(await putDue("a", 50, { version: 7 })).toBeNull();
        expect(await putDue("a", 50)).toBeNull();
        expect(await putDue("z", 50, { version: 1 })).toBeNull();
        await expectDue([entry("a", 100)]);
      });

      test("each kind and each shard stands for itself", async () => {
        for (let shard = 0; shard < DUE_SHARDS; shard++) {
          await putDue(`job${shard}`, 100 + shard, "absent", "job", shard);
          await putDue(`account${shard}`, 100 + shard, "absent", "account", shard);
        }
        for (const kind of ["job", "account"]) {
          for (let shard = 0; shard < DUE_SHARDS; shard++) {
            await fixture.eventually(async () => {
              const found = await table.due({ kind, shard, before: 1000, limit: 10 });
              expect(found).toStrictEqual([entry(`${kind}${shard}`, 100 + shard)]);
            });
          }
        }
        expect(await table.due({ kind: "jo", shard: 1, before: 1000, limit: 10 })).toEqual([]);
      });

      test("`before` is inclusive, and `limit` cuts off the youngest", async () => {
        for (const at of [5, 99, 100, 101, 1000]) await putDue(`${at}`, at);
        await fixture.eventually(async () => expect(await look()).toHaveLength(5));
        expect((await look(10, 100)).map(({ at }) => at)).toEqual([5, 99, 100]);
        expect((await look(2)).map(({ at }) => at)).toEqual([5, 99]);
        expect(await look(10, 4)).toEqual([]);
      });

      test("items that are due at the same time are all there", async () => {
        for (const sort of ["a", "b", "c"]) await putDue(sort, 100);
        await fixture.eventually(async () => expect(new Set(sorts(await look()))).toEqual(new Set(["a", "b", "c"])));
      });

      test("holds times from 1970 to the year 9999 in order", async () => {
        const times = [0, 9, 10, 1_700_000_000_000, 253_402_300_799_999];
        for (const at of [...times].reverse()) await putDue(`${at}`, at);
        await expectDue(times.map((at) => entry(`${at}`, at)));
      });

      test.each([-1, 1.5, DUE_SHARDS])(
        "shard %d, which no timer looks at, is refused with a RangeError",
        async (shard) => {
          await expect(putDue("a", 100, "absent", "job", shard)).rejects.toThrow(RangeError);
          await expect(table.due({ kind: "job", shard, before: 100, limit: 10 })).rejects.toThrow(RangeError);
          expect(await table.get({ partition: "p", sort: "a" })).toBeNull();
        },
      );

      test.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5])(
        "a due time of %d is refused with a RangeError",
        async (at) => {
          await expect(putDue("a", at)).rejects.toThrow(RangeError);
          expect(await table.get({ partition: "p", sort: "a" })).toBeNull();
        },
      );
    });

    describe("close", () => {
      test("what was answered is there for the next who opens it", async () => {
        await table.put({ ...item({ n: 1 }), due: { kind: "job", shard: 1, at: 100 } }, "absent");
        const expected = await table.get(key);
        await table.close();
        expect(await (await fixture.another()).get(key)).toStrictEqual(expected);
      });

      test("writes that were called before are answered as usual", async () => {
        const puts = Array.from({ length: 30 }, (_, n) =>
          table.put({ partition: "p", sort: `${n}`, data: { n } }, "absent"),
        );
        await table.close();
        expect(await Promise.all(puts)).toEqual(puts.map(() => 1));
        expect((await (await fixture.another()).query(all("p"))).items).toHaveLength(30);
      });

      test("later calls throw", async () => {
        await table.put(item({ n: 1 }), "absent");
        await table.close();
        await expect(table.get(key)).rejects.toThrow();
        await expect(table.put(item({ n: 2 }), { version: 1 })).rejects.toThrow();
        await expect(table.delete(key, { version: 1 })).rejects.toThrow();
        await expect(table.query(all("p"))).rejects.toThrow();
        await expect(table.due({ kind: "job", shard: 1, before: 100, limit: 10 })).rejects.toThrow();
        expect((await (await fixture.another()).get(key))?.data).toEqual({ n: 1 });
      });

      test("another client goes on", async () => {
        const other = await fixture.another();
        await table.close();
        expect(await other.put(item({ n: 1 }), "absent")).toBe(1);
        expect((await other.get(key))?.data).toEqual({ n: 1 });
      });
    });
  });
}

const key: ItemKey = { partition: "user#1", sort: "job#1" };

const samples: Record<string, JsonObject> = {
  "empty objects": {},
  "nested objects and lists": { a: { b: { c: [{ d: [[], {}, [null]] }] } }, e: [], f: {} },
  "null, booleans and empty strings": { a: null, b: true, c: false, d: "" },
  "integers up to 2^53 − 1": { a: Number.MAX_SAFE_INTEGER, b: Number.MIN_SAFE_INTEGER, c: 0, d: 4294967296 },
  fractions: { a: 0.1, b: 1e-7, c: Number.MAX_VALUE, d: Number.MIN_VALUE, e: -1.5 },
  "letters of every script": { 中文: "短剧", العربية: "مرحبا", d: "é", e: "e\u0301", f: "\uffff\u2028\u2029" },
  emoji: { "😀": "👩‍👩‍👧‍👦 \u{10ffff}", list: ["🇨🇳"] },
  "control characters and quotes": { a: "\u0000\u0001\n\r\t\b\f", b: "\"'`\\/;--%_", "": "no name", "a.b": 1, $c: 2 },
  "halves of surrogate pairs": { a: "\ud83d", b: "\ude00" },
};

const refusedKeys: [string, ItemKey][] = [
  ["an empty partition", { ...key, partition: "" }],
  ["an empty sort key", { ...key, sort: "" }],
  ["a partition of 513 bytes", { ...key, partition: "x".repeat(513) }],
  ["a sort key of 513 bytes", { ...key, sort: "x".repeat(513) }],
  ["a partition of 257 characters of two bytes", { ...key, partition: "é".repeat(257) }],
  ["a sort key of 129 characters of four bytes", { ...key, sort: "😀".repeat(129) }],
  ["a partition with half a surrogate pair", { ...key, partition: "a\ud83d" }],
  ["a sort key with half a surrogate pair", { ...key, sort: "\ude00b" }],
];

/** In UTF-16 the astral characters, written with surrogates (U+D800…), would stand before U+E000 and U+FFFD. */
const byCodePoint = [
  "!",
  "%",
  "0",
  "10",
  "2",
  "A",
  "Z",
  "_",
  "a",
  "aa",
  "b",
  "~",
  "é",
  "中",
  "\ud7ff",
  "\ue000",
  "\ufffd",
].concat(["\uffff", "\uffffa", "\u{10000}", "😀", "😀a", "😁", "\u{10fffd}", "\u{10ffff}", "\u{10ffff}a"]);

const prefixed = [
  "a",
  "a%",
  "a%b",
  "a%c%",
  "ab",
  "aXb",
  "a_",
  "a_b",
  "a'",
  "a'b",
  "a''",
  "a\\",
  "a\\b",
  "a*",
  "a*b",
  "a[b]",
].concat(
  ["a?", "A%b", "a\ud7ff", "a\ud7ffb", "a\ue000", "a\uffff", "a\uffffb", "a\u{10000}", "a😀", "a😀b", "a😁"],
  ["a\u{10ffff}", "a\u{10ffff}b", "a\u{10ffff}\u{10ffff}", "b", "\u{10ffff}", "%", "_"],
);

const prefixes = [
  "",
  "a",
  "a%",
  "a_",
  "a'",
  "a\\",
  "a*",
  "a?",
  "a[",
  "%",
  "_",
  "ab",
  "a%b",
  "c",
  "a😀",
  "\u{10ffff}",
].concat(["a\ud7ff", "a\uffff", "a\u{10ffff}", "a\u{10ffff}\u{10ffff}", "a\u{10ffff}\u{10ffff}\u{10ffff}"]);

const numbered = Array.from({ length: 10 }, (_, n) => `job#${n}`);

function item(data: JsonObject): NewItem {
  return { ...key, data };
}

function all(partition: string): Query {
  return { partition, prefix: "", order: "ascending", limit: 1000 };
}

function sorts(items: ItemKey[]): string[] {
  return items.map(({ sort }) => sort);
}

/** Data whose JSON has exactly that many bytes of UTF-8. */
function dataOfBytes(bytes: number, character: string): JsonObject {
  const room = bytes - Buffer.byteLength('{"t":"","u":""}');
  const size = Buffer.byteLength(character);
  return { t: character.repeat(Math.floor(room / size)), u: "x".repeat(room % size) };
}

async function fill(table: Table, partition: string, sortKeys: string[], data: JsonObject = {}): Promise<void> {
  const fewAtOnce = pLimit(50);
  const puts = sortKeys.map((sort) => fewAtOnce(() => table.put({ partition, sort, data }, "absent")));
  const versions = await Promise.all(puts);
  expect(versions).toEqual(sortKeys.map(() => 1));
}

async function expectOneWinner(fixture: TableFixture, condition: Condition, newVersion: number): Promise<void> {
  const clients = [fixture.table, await fixture.another()];
  const puts = Array.from({ length: 30 }, (_, n) => pick(clients, n).put(item({ n }), condition));
  const answers = await Promise.all(puts);
  const winner = answers.findIndex((version) => version !== null);
  expect(answers).toEqual(puts.map((_, n) => (n === winner ? newVersion : null)));
  expect(await fixture.table.get(key)).toStrictEqual({ ...item({ n: winner }), version: newVersion });
}

async function increment(table: Table): Promise<void> {
  for (;;) {
    const before = await table.get(key);
    if (!before) throw new Error("The counter is gone.");
    const { n } = before.data;
    if ((await table.put(item({ n: Number(n) + 1 }), before)) !== null) return;
  }
}

function pick<T>(list: readonly T[], index: number): T {
  const picked = list[index % list.length];
  if (picked === undefined) throw new Error("The list is empty.");
  return picked;
}

async function readPages(table: Table, query: Query): Promise<[string[], boolean][]> {
  const pages: [string[], boolean][] = [];
  let after: string | undefined;
  for (;;) {
    const { items, isLast } = await table.query({ ...query, after });
    pages.push([sorts(items), isLast]);
    after = items.at(-1)?.sort;
    if (isLast || pages.length > 100) return pages;
  }
}

function inPages(sortKeys: string[], limit: number): [string[], boolean][] {
  const pages: [string[], boolean][] = [];
  for (let start = 0; start < sortKeys.length; start += limit) {
    pages.push([sortKeys.slice(start, start + limit), start + limit >= sortKeys.length]);
  }
  return pages;
}
