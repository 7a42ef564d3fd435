// What a deployment costs, as the runbooks say it: with the bench's own prices, and rightly added up.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Price, priceLists } from "../../bench/requests/prices.ts";

describe.each([
  ["AWS", "aws.md", priceLists.aws, 0.0386, 0.173],
  ["Alibaba Cloud", "alibaba-cloud.md", priceLists.alibaba, 0.0709, 2.57],
] as const)("prices of %s", (cloud, runbook, { prices }, perThousand, idle) => {
  const all = readFileSync(join("docs", "prices.md"), "utf8");
  const costs = all.split("\n## ").find((section) => section.startsWith(`${cloud}\n`)) ?? "";
  const [idleTable = "", jobsTable = ""] = sumTables(costs);

  test("come to what the runbook says", () => {
    const together = [...costs.matchAll(/\*\*together\*\*.*\*\*([\d.]+)\*\*/g)].map(([, sum]) => sum);
    const said = /## 5\. What it costs\n\nIdle ([\d.]+) \w+ a month, and ([\d.]+) for/.exec(
      readFileSync(join("docs", runbook), "utf8"),
    );
    expect(said?.slice(1)).toEqual(together);
  });

  test("are the bench's", () => {
    for (const [unit, price] of Object.entries(prices)) {
      const row = costs.split("\n").find((line) => line.startsWith(`| ${unit}`) && line.includes(" for ")) ?? "";
      expect([unit, quoted(row)]).toEqual([unit, [price.amount, price.per]]);
      expect(isMarked(row, price)).toBe(true);
      expect(costs).toContain(price.takenOn);
    }
  });

  test("lead to every sum", () => {
    for (const table of [idleTable, jobsTable]) {
      const lines = rowsOf(table);
      for (const { count, amount, per, cost, row } of lines)
        expect([row, rounded((count * amount) / per, cost)]).toEqual([row, Number(cost)]);
      const total = /\*\*together\*\*.*\*\*([\d.]+)\*\*/.exec(table)?.[1] ?? "";
      expect(
        rounded(
          lines.reduce((sum, { cost }) => sum + Number(cost), 0),
          total,
        ),
      ).toBe(Number(total));
    }
  });

  test("of table and store give what the bench says", () => {
    const first = (table: string, rows: number) =>
      rowsOf(table)
        .slice(0, rows)
        .reduce((sum, { count, amount, per }) => sum + (count * amount) / per, 0);
    expect(first(jobsTable, 4)).toBeCloseTo(perThousand, 3);
    expect(first(idleTable, 3)).toBeCloseTo(idle, 2);
  });
});

function sumTables(text: string): string[] {
  return [...text.matchAll(/(?:^\|.*\n)+^\| \*\*together\*\*.*$/gm)].map(([table]) => table);
}

/** Rows that multiply: how much, at which price, makes what. */
function rowsOf(table: string) {
  return table.split("\n").flatMap((row) => {
    const [, , count = "", price = "", cost = ""] = row.split("|").map((cell) => cell.trim());
    const [amount, per] = quoted(`| ${price}`);
    if (amount === undefined || per === undefined) return [];
    return [{ row, count: numberOf(count), amount, per, cost }];
  });
}

function quoted(row: string): number[] {
  const match = /\| ?([\d.]+) for ([\d,]+)/.exec(row);
  return match ? [numberOf(match[1] ?? ""), numberOf(match[2] ?? "")] : [];
}

/** What the bench has from no page at all is said to be so. */
function isMarked(row: string, { found }: Price): boolean {
  return row.includes("not verified") === (found === "nowhere");
}

function numberOf(text: string): number {
  return Number.parseFloat(text.replaceAll(",", ""));
}

/** To as many places as `like` has. */
function rounded(value: number, like: string): number {
  return Number(value.toFixed(like.split(".")[1]?.length ?? 0));
}
