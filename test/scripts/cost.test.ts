// npm run cost: the bill is that of docs/prices.md, with the bench's prices.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { priceLists } from "../../bench/requests/prices.ts";
import { billOf, type Month } from "../../scripts/cost/bill.ts";
import { priceTables } from "../../scripts/cost/price-table.ts";
import { type Product, startProduct } from "../api/local.ts";
import { create, follow } from "../api/user.ts";
import { runScript } from "./run-script.ts";

const GiB = 1024 ** 3;
const nothing: Month = { jobs: 0, secondsPerJob: 30, storedBytes: 0, sentBytes: 0 };

const totals = (cloud: "aws" | "aliyun", month: Month, kind: string) =>
  billOf(cloud, month)
    .filter(({ what }) => what.startsWith(kind))
    .reduce((sum, { cost }) => sum + cost, 0);

describe.each([
  ["aws", "AWS", priceLists.aws],
  ["aliyun", "Alibaba Cloud", priceLists.alibaba],
] as const)("A month on %s", (cloud, heading, measured) => {
  test("idle, and with 1,000 jobs, is what docs/prices.md says", async () => {
    const prices = await readFile("docs/prices.md", "utf8");
    const section = prices.split("\n## ").find((text) => text.startsWith(`${heading}\n`)) ?? "";
    const sums = [...section.matchAll(/\*\*together\*\*.*\*\*([\d.]+)\*\*/g)].map(([, sum]) => Number(sum));
    const billed = [totals(cloud, nothing, "idle"), totals(cloud, { ...nothing, jobs: 1000 }, "jobs")];
    expect(sums).toEqual(billed.map((sum) => Number(sum.toFixed(2))));
    expect(totals(cloud, nothing, "jobs") + totals(cloud, nothing, "files")).toBe(0);
  });

  test("has the bench's prices, and of the same day", () => {
    const { prices, takenOn, currency } = priceTables[cloud];
    expect(currency).toBe(measured.currency);
    for (const [unit, { amount, per, found, takenOn: day }] of Object.entries(measured.prices)) {
      expect([unit, prices[unit], takenOn]).toEqual([unit, { amount, per, found }, day]);
    }
  });

  test("has storage and traffic by the GiB", () => {
    const { "GB kept": kept, "GB out": out } = priceTables[cloud].prices;
    const month = { ...nothing, storedBytes: 100 * GiB, sentBytes: 50 * GiB };
    expect(totals(cloud, month, "files")).toBeCloseTo(100 * (kept?.amount ?? 0) + 50 * (out?.amount ?? 0), 6);
  });
});

describe("npm run cost", () => {
  let product: Product;

  beforeAll(async () => {
    product = await startProduct();
    const user = await product.register();
    for (let n = 0; n < 2; n++) await follow(user, (await create(user, { prompt: "a lake", provider: "sketch" })).id);
  });
  afterAll(() => product.close());

  const cost = (...args: string[]) => runScript("scripts/cost.ts", args, product.dataDir);

  test("counts the month's jobs in the table", async () => {
    const { code, stdout } = await cost("aws", "--storage", "100GiB", "--traffic=50GiB", "--json");
    const bill = JSON.parse(stdout);
    expect([code, bill.jobs, bill.secondsPerJob > 0, bill.secondsPerJob < 60]).toEqual([0, 2, true, true]);
    expect(bill.total).toBeCloseTo(
      bill.rows.reduce((sum: number, row: { cost: number }) => sum + row.cost, 0),
      9,
    );
    expect(JSON.parse((await cost("aws", "--month", "2001-01", "--json")).stdout).jobs).toBe(0);
  });

  test("or takes them as they are told, without a table", async () => {
    const { code, stdout } = await runScript(
      "scripts/cost.ts",
      ["aliyun", "--jobs=1000", "--rate", "0.14"],
      "/nowhere",
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/in cn-hangzhou, prices of 2026-11-22: 1000 jobs of 30.0 s each\n/);
    expect(stdout).toMatch(/together 7\.2\d CNY, 1\.0\d in yours\n/);
    expect(stdout).toContain("(not verified)");
  });

  test.each([
    [[], 2, "What is to be done?"],
    [["azure"], 2, 'There is no "azure".'],
    [["aws", "--month", "November"], 2, "--month must be a month"],
    [["aws", "--storage", "much"], 2, "A size is needed"],
    [["aws", "--seconds", "5"], 2, "--seconds goes with --jobs."],
    [["aws", "--jobs", "1", "--rate", "0"], 2, "--rate must be a number above 0"],
  ])("%j ends with %i and says why", async (args, code, says) => {
    const ran = await cost(...args);
    expect([ran.code, ran.stdout, ran.stderr.startsWith(says)]).toEqual([code, "", true]);
  });

  test("asking makes no table", async () => {
    const { code, stderr } = await runScript("scripts/cost.ts", ["aws"], "/nowhere");
    expect([code, stderr]).toEqual([1, expect.stringContaining("There is no table at /nowhere/table.sqlite.")]);
  });
});
