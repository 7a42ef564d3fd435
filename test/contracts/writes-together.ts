// What every table does that can write several items together: the sentences of `putTogether` in shared/ports/table.ts.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Condition,
  type JsonObject,
  MAX_ITEM_BYTES,
  MAX_TOGETHER,
  type Table,
  type Write,
} from "../../shared/ports/table.ts";
import type { TableFixture } from "./table.ts";

type Together = NonNullable<Table["putTogether"]>;

export function togetherContract(name: string, open: () => Promise<TableFixture>): void {
  describe(`${name} writes items together`, () => {
    let fixture: TableFixture;
    let table: Table;

    beforeEach(async () => {
      fixture = await open();
      table = fixture.table;
    });
    afterEach(() => fixture.end());

    test("all of them, each with the version that a put would give it", async () => {
      await table.put(write("b", { n: 1 }).item, "absent");
      const answer = await together(table)([write("a", { n: 2 }), write("b", { n: 2 }, { version: 1 })]);
      expect(answer).toEqual({ versions: [1, 2] });
      expect(await versions(table)).toEqual(["a 1 2", "b 2 2"]);
    });

    test.each([
      ["the first", 0, [write("taken", { n: 9 }), write("x", { n: 9 }), write("y", { n: 9 })]],
      ["one in between", 1, [write("x", { n: 9 }), write("taken", { n: 9 }, { version: 2 }), write("y", { n: 9 })]],
      ["the last", 2, [write("x", { n: 9 }), write("y", { n: 9 }), write("gone", { n: 9 }, { version: 1 })]],
    ] as const)("or none, when %s is refused: it is named", async (_, refused, writes) => {
      await table.put(write("taken", { n: 1 }).item, "absent");
      expect(await together(table)(writes)).toEqual({ refused });
      expect(await versions(table)).toEqual(["taken 1 1"]);
    });

    test("names the first of several that are refused", async () => {
      const demanding = (sort: string) => write(sort, {}, { version: 1 });
      expect(await together(table)([write("a"), demanding("b"), demanding("c")])).toEqual({ refused: 1 });
    });

    test("with each in the due index, or out of it, as its write says", async () => {
      const due = (at: number) => ({ kind: "job", shard: 1, at });
      await table.put({ ...write("b").item, due: due(50) }, "absent");
      const a = write("a");
      await together(table)([{ ...a, item: { ...a.item, due: due(100) } }, write("b", {}, { version: 1 })]);
      await fixture.eventually(async () => {
        const found = await table.due({ kind: "job", shard: 1, before: 1000, limit: 10 });
        expect(found).toStrictEqual([{ partition: "p", sort: "a", at: 100 }]);
      });
    });

    test("what is written is the data as it was when it was called", async () => {
      const data = { list: [1] };
      const writing = together(table)([write("a", data)]);
      data.list.push(2);
      await writing;
      expect((await table.get({ partition: "p", sort: "a" }))?.data).toEqual({ list: [1] });
    });

    test("of 30 who demand the same version one is taken whole, and nothing of the others is there", async () => {
      await table.put(write("account", { n: -1 }).item, "absent");
      const clients = [table, await fixture.another()];
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          together(clients[n % 2] ?? table)([write(`job${n}`, { n }), write("account", { n }, { version: 1 })]),
        ),
      );
      const winner = answers.findIndex((answer) => "versions" in answer);
      expect(answers).toEqual(answers.map((_, n) => (n === winner ? { versions: [1, 2] } : { refused: 1 })));
      expect(await versions(table)).toEqual([`account 2 ${winner}`, `job${winner} 1 ${winner}`]);
    });

    test("beside single writes, which are refused or taken for themselves", async () => {
      const answers = await Promise.all([
        table.put(write("a", { n: 1 }).item, "absent"),
        together(table)([write("b", { n: 1 }), write("a", { n: 2 })]),
        table.put(write("b", { n: 3 }).item, "absent"),
      ]);
      // In the order of the calls or in another one: whoever comes second to an item is refused.
      expect([
        [1, { refused: 1 }, 1],
        [null, { versions: [1, 1] }, null],
      ]).toContainEqual(answers);
    });

    test("several times one after the other: the last reads back", async () => {
      for (let n = 0; n < 10; n++) {
        const condition = n === 0 ? "absent" : { version: n };
        expect(await together(table)([write("a", { n }, condition), write("b", { n }, condition)])).toEqual({
          versions: [n + 1, n + 1],
        });
      }
      expect(await versions(table)).toEqual(["a 10 9", "b 10 9"]);
    });

    test(`${MAX_TOGETHER} at a time, and no more`, async () => {
      const many = Array.from({ length: MAX_TOGETHER }, (_, n) => write(`${n}`));
      await expect(together(table)([...many, write("one more")])).rejects.toThrow(RangeError);
      expect(await versions(table)).toEqual([]);
      expect(await together(table)(many)).toEqual({ versions: many.map(() => 1) });
    });

    test.each<[string, Write[]]>([
      ["none", []],
      ["one item twice", [write("a"), write("a", {}, { version: 1 })]],
      ["items of two partitions", [write("a"), { ...write("b"), item: { ...write("b").item, partition: "q" } }]],
      ["an empty key", [write("a"), write("")]],
      ["a shard that is none", [write("a"), dueIn(8)]],
    ])("%s is refused with a RangeError", async (_, writes) => {
      await expect(together(table)(writes)).rejects.toThrow(RangeError);
      expect(await versions(table)).toEqual([]);
    });

    test("one item that is too large refuses all", async () => {
      const large = write("b", { text: "x".repeat(MAX_ITEM_BYTES) });
      await expect(together(table)([write("a"), large])).rejects.toMatchObject({ type: "too_large" });
      expect(await versions(table)).toEqual([]);
    });

    test("is over once the table is closed", async () => {
      await table.close();
      await expect(together(table)([write("a")])).rejects.toThrow();
    });
  });
}

/** A table without it has no business in this suite. */
function together(table: Table): Together {
  if (!table.putTogether) throw new Error("The table writes one item at a time.");
  return table.putTogether;
}

function write(sort: string, data: JsonObject = {}, condition: Condition = "absent"): Write {
  return { item: { partition: "p", sort, data }, condition };
}

function dueIn(shard: number): Write {
  return { item: { ...write("b").item, due: { kind: "job", shard, at: 1 } }, condition: "absent" };
}

/** Sort key, version and `n` of each item, in order. */
async function versions(table: Table): Promise<string[]> {
  const { items } = await table.query({ partition: "p", prefix: "", order: "ascending", limit: 1000 });
  return items.map(({ sort, version, data }) => `${sort} ${version} ${data.n}`);
}
