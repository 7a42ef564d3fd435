// A process with a table of its own, for tests that need a second one or kill one: node table-process.ts <task> <path> <name>
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AppError } from "../../shared/errors/app-error.ts";
import type { Table } from "../../shared/ports/table.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";

const counter = { partition: "counters", sort: "counter" };
const tasks = { write, writeTogether, increment, fill };

/** Puts items for ever, 20 at a time, and says of each that it was answered. */
async function write(table: Table, name: string): Promise<void> {
  await Promise.all(
    Array.from({ length: 20 }, async (_, writer) => {
      for (let n = 0; ; n++) {
        const sort = `${name}-${writer}-${n}`;
        await table.put({ partition: "written", sort, data: { sort, text: "x".repeat(500) } }, "absent");
        say(`answered ${sort}.`);
      }
    }),
  );
}

/** As `write`, three items together each time. */
async function writeTogether(table: Table, name: string): Promise<void> {
  await Promise.all(
    Array.from({ length: 20 }, async (_, writer) => {
      for (let n = 0; ; n++) {
        const sort = `${name}-${writer}-${n}`;
        const of = (part: string) => ({
          partition: "written",
          sort: `${part}-${sort}`,
          data: { text: "x".repeat(500) },
        });
        const writes = ["a", "b", "c"].map((part) => ({ item: of(part), condition: "absent" as const }));
        await table.putTogether?.(writes);
        say(`answered ${sort}.`);
      }
    }),
  );
}

/** Adds 1 to the counter 200 times, each time until it is taken. */
async function increment(table: Table): Promise<void> {
  for (let done = 0; done < 200; ) {
    const before = await table.get(counter);
    const data = { n: Number(before?.data.n ?? 0) + 1 };
    if ((await table.put({ ...counter, data }, before ?? "absent")) !== null) done++;
  }
}

/** Puts groups of items until one fails, then makes room and puts one more. Says what became of each, and what is there at the end. */
async function fill(table: Table, _: string, path: string): Promise<void> {
  const ballast = join(dirname(path), "ballast");
  writeFileSync(ballast, Buffer.alloc(512 * 1024, 1));
  const outcomes: Record<string, string> = {};
  for (let group = 0; !Object.values(outcomes).some((outcome) => outcome !== "answered"); group++) {
    const put = async (sort: string) => {
      outcomes[sort] = await table.put({ partition: "full", sort, data: { text: "x".repeat(10_000) } }, "absent").then(
        () => "answered",
        (error: unknown) => (error instanceof AppError ? error.type : String(error)),
      );
    };
    await Promise.all(Array.from({ length: 10 }, (_, n) => put(`${group}-${n}`)));
  }
  rmSync(ballast);
  const afterwards = await table.put({ partition: "room", sort: "again", data: {} }, "absent");
  const { items } = await table.query({ partition: "full", prefix: "", order: "ascending", limit: 1000 });
  say(JSON.stringify({ outcomes, afterwards, present: items.map(({ sort }) => sort) }));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [task, path = "", name = ""] = process.argv.slice(2);
const table = await openSqliteTable({ path });
await tasks[task as keyof typeof tasks](table, name, path);
await table.close();
