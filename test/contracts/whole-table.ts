// What every table that can be moved does: each sentence of shared/ports/whole-table.ts as a test, run against each adapter.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { type Item, MAX_ITEM_BYTES } from "../../shared/ports/table.ts";
import type { WholeTable } from "../../shared/ports/whole-table.ts";
import type { TableFixture } from "./table.ts";

/** Runs the suite; `open` is called once for each test. */
export function wholeTableContract(name: string, open: () => Promise<TableFixture & { table: WholeTable }>): void {
  describe(`${name} is a table that can be moved`, () => {
    let fixture: Awaited<ReturnType<typeof open>>;
    let table: WholeTable;

    beforeEach(async () => {
      fixture = await open();
      table = fixture.table;
    });
    afterEach(() => fixture.end());

    describe("items", () => {
      test("are none of an empty table", async () => {
        expect(await everything(table)).toEqual([]);
      });

      test("are all that there are, each once, as they are, over many pages", async () => {
        const written = items(257);
        await Promise.all(written.map((item) => table.restore(item)));
        expect(await everything(table)).toEqual(written.sort(byKey));
      });

      test("are those that are left when some were deleted, and as they are when some were replaced", async () => {
        for (const item of items(6)) await table.restore(item);
        const [first, second, ...others] = items(6) as [Item, Item, ...Item[]];
        await table.delete(first, { version: first.version });
        await table.put({ partition: second.partition, sort: second.sort, data: { n: "new" } }, second);
        const replaced = {
          partition: second.partition,
          sort: second.sort,
          data: { n: "new" },
          version: second.version + 1,
        };
        expect(await everything(table)).toEqual([replaced, ...others].sort(byKey));
      });

      test("are read once more from the beginning by whoever asks again, and may be left in the middle", async () => {
        for (const item of items(5)) await table.restore(item);
        for await (const _ of table.items()) break;
        expect((await everything(table)).length).toBe(5);
      });

      test("are told by a further client of the same data", async () => {
        for (const item of items(3)) await table.restore(item);
        const other = (await fixture.another()) as WholeTable;
        expect(await everything(other)).toEqual(items(3).sort(byKey));
      });

      test("of the largest size come whole", async () => {
        const text = "小".repeat(Math.floor((MAX_ITEM_BYTES - 20) / 3));
        const large = Array.from(
          { length: 5 },
          (_, n): Item => ({ partition: "p", sort: `${n}`, data: { text }, version: 1 }),
        );
        for (const item of large) await table.restore(item);
        expect(await everything(table)).toEqual(large);
      });
    });

    describe("restore", () => {
      test("keeps data, version and due entry; a write then demands that version", async () => {
        const [item] = items(1) as [Item];
        expect(await table.restore(item)).toBe(true);
        expect(await table.get(item)).toEqual(item);
        expect(await table.put({ ...item, data: {} }, { version: item.version - 1 })).toBeNull();
        expect(await table.put({ ...item, data: {} }, { version: item.version })).toBe(item.version + 1);
      });

      test("puts what is due into the index, and nothing else", async () => {
        await table.restore({
          partition: "p",
          sort: "due",
          data: {},
          version: 7,
          due: { kind: "job", shard: 3, at: 5 },
        });
        await table.restore({ partition: "p", sort: "done", data: {}, version: 7 });
        await fixture.eventually(async () => {
          const due = await table.due({ kind: "job", shard: 3, before: 10, limit: 10 });
          expect(due).toEqual([{ partition: "p", sort: "due", at: 5 }]);
        });
      });

      test.each([1, 2, 3])("leaves an item of version 2 alone, whatever version comes: %i", async (version) => {
        const there: Item = { partition: "p", sort: "s", data: { is: "there" }, version: 2 };
        await table.restore(there);
        expect(await table.restore({ ...there, data: { is: "new" }, version })).toBe(false);
        expect(await table.get(there)).toEqual(there);
      });

      test("of one item by many at once is done by one of them", async () => {
        const told = await Promise.all(
          Array.from({ length: 8 }, (_, n) => table.restore({ ...key, data: { n }, version: 9 })),
        );
        expect(told.filter(Boolean).length).toBe(1);
        expect((await table.get(key))?.data).toEqual({ n: told.indexOf(true) });
      });

      test.each([0, -1, 1.5, Number.NaN, 2 ** 53])(
        "refuses a version that no write could demand: %d",
        async (version) => {
          await expect(table.restore({ ...key, data: {}, version })).rejects.toThrow(RangeError);
          expect(await everything(table)).toEqual([]);
        },
      );

      test("refuses what a put refuses", async () => {
        const text = "x".repeat(MAX_ITEM_BYTES);
        await expect(table.restore({ ...key, data: { text }, version: 1 })).rejects.toThrow(AppError);
        await expect(table.restore({ partition: "", sort: "s", data: {}, version: 1 })).rejects.toThrow(RangeError);
        const due = { kind: "job", shard: 8, at: 1 };
        await expect(table.restore({ ...key, data: {}, version: 1, due })).rejects.toThrow(RangeError);
      });
    });

    test("neither is done by a closed table", async () => {
      await table.close();
      await expect(everything(table)).rejects.toThrow("closed");
      await expect(table.restore({ ...key, data: {}, version: 1 })).rejects.toThrow("closed");
    });
  });
}

const key = { partition: "p", sort: "s" };

/** In partitions of several items and of one, with and without due entries, of different versions. */
function items(count: number): Item[] {
  return Array.from({ length: count }, (_, n) => ({
    partition: `user#${n % 7}`,
    sort: `job#${String(n).padStart(4, "0")}`,
    data: { n, text: "湖".repeat(n % 5), list: [n, { deep: null }] },
    version: n + 1,
    ...(n % 3 === 0 ? { due: { kind: "job", shard: n % 8, at: 1_800_000_000_000 + n } } : {}),
  }));
}

async function everything(table: WholeTable): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of table.items()) found.push(item);
  return found.sort(byKey);
}

function byKey(a: Item, b: Item): number {
  return `${a.partition}\0${a.sort}` < `${b.partition}\0${b.sort}` ? -1 : 1;
}
