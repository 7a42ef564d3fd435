// npm run margin -- --month 2026-11 --credit 0.02 --currency USD [--rate CNY=0.14]: what a month earned and what vendors charged for it.
// Exit code 0: it is told; 1: the table cannot be read; 2: the command was not understood.
//
// It reads, and never writes; the server may go on meanwhile. `--credit` is what the operator takes for a credit, `--rate` what a unit of
// another currency is worth; a currency without a rate is listed apart and added to nothing.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import {
  createMargin,
  deletedJobs,
  type Margin,
  type MarginRow,
  plus,
  type Sums,
} from "../shared/jobs/money/margin.ts";
import { cloudLedgers } from "./cloud-ledgers.ts";
import { fileLedgers } from "./file-ledgers.ts";
import { answerHelp } from "./help.ts";
import { say, UsageError, usageOf } from "./subcommands.ts";
import { ofTheTable } from "./table-settings.ts";

interface Wanted {
  month: string;
  /** In `currency`. */
  creditValue: number;
  currency: string;
  /** What one unit of another currency is in `currency`. */
  rates: Sums;
  isJson: boolean;
}

const USAGE = "  npm run margin -- --month 2026-11 --credit 0.02 --currency USD [--rate CNY=0.14] [--json]";

answerHelp("What a month earned, and what vendors charged for it.", USAGE);

try {
  const wanted = readWanted(process.argv.slice(2));
  const margin = createMargin(wanted.month);
  await addEverybody(readConfig(ofTheTable(processEnvironment())), margin);
  say(wanted.isJson, shown(margin.rows(), wanted), { ...wanted, rows: margin.rows() });
} catch (error) {
  const usage = usageOf(error, USAGE);
  console.error(usage ?? `The margin cannot be told. ${error instanceof Error ? error.message : error}`);
  process.exitCode = usage === null ? 1 : 2;
}

async function addEverybody(config: Config, margin: Margin): Promise<void> {
  if (config.table.provider === "sqlite") {
    const path = join(config.dataDir, "table.sqlite");
    const users = fileLedgers(path, ({ jobs, account, olderLines }) =>
      margin.add({ jobs, lines: [...olderLines, ...(account?.lines ?? [])] }),
    );
    for (const _ of users);
    return;
  }
  for await (const { jobs, account, olderLines } of cloudLedgers(config)) {
    margin.add({ jobs, lines: [...olderLines, ...(account?.lines ?? [])] });
  }
}

function shown(rows: readonly MarginRow[], wanted: Wanted): string[] {
  const { month, creditValue, currency, rates } = wanted;
  const known = Object.entries(rates).map(([other, rate]) => `, 1 ${other} ${rate} ${currency}`);
  const head = `${month} (UTC); a credit is ${creditValue} ${currency}${known.join("")}`;
  if (rows.length === 0) return [head, "Nothing was earned, and nothing charged."];
  const titles = ["", "completed", "others", "with cost", "credits", "earned", "cost", "by list", "left"];
  const lines = [titles, ...[...rows, totalOf(rows)].map((row) => cellsOf(row, wanted))];
  const widths = titles.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const aligned = lines.map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
  const isIncomplete = rows.some(({ name }) => name === deletedJobs);
  return [head, "", ...aligned, ...(isIncomplete ? ["", `What ${deletedJobs} have cost is not known any more.`] : [])];
}

/** `cost`: as vendors said. `by list`: where they did not. `left`: what is earned, less both; what has no rate stands beside it. */
function cellsOf(row: MarginRow, { creditValue, currency, rates }: Wanted): string[] {
  const earned = row.credits * creditValue;
  const all = plus(row.said, row.reckoned);
  const rateOf = (other: string) => (other === currency ? 1 : Object.hasOwn(rates, other) ? rates[other] : undefined);
  const costs = Object.entries(all).reduce((sum, [other, amount]) => sum + amount * (rateOf(other) ?? 0), 0);
  const apart = Object.entries(all).filter(([other]) => rateOf(other) === undefined);
  const left = [
    `${rounded(earned - costs)} ${currency}`,
    ...apart.map(([other, amount]) => `${rounded(amount)} ${other}`),
  ];
  return [
    row.name,
    ...[row.completed, row.others, row.othersWithCost, row.credits].map(String),
    `${rounded(earned)} ${currency}`,
    sumsOf(row.said),
    sumsOf(row.reckoned),
    left.join(" - "),
  ];
}

function totalOf(rows: readonly MarginRow[]): MarginRow {
  return rows.reduce(
    (sum, row) => ({
      name: "together",
      completed: sum.completed + row.completed,
      others: sum.others + row.others,
      othersWithCost: sum.othersWithCost + row.othersWithCost,
      credits: sum.credits + row.credits,
      said: plus(sum.said, row.said),
      reckoned: plus(sum.reckoned, row.reckoned),
    }),
    { name: "together", completed: 0, others: 0, othersWithCost: 0, credits: 0, said: {}, reckoned: {} },
  );
}

function sumsOf(sums: Sums): string {
  const texts = Object.entries(sums).map(([currency, amount]) => `${rounded(amount)} ${currency}`);
  return texts.join(" + ") || "-";
}

function rounded(amount: number): string {
  return amount.toFixed(2).replace(/^-(0\.00)$/, "$1");
}

function readWanted(args: string[]): Wanted {
  const text = { type: "string" } as const;
  const options = {
    month: text,
    credit: text,
    currency: text,
    rate: { type: "string", multiple: true },
    json: { type: "boolean" },
  } as const;
  const {
    month = "",
    credit = "",
    currency = "",
    rate = [],
    json: isJson = false,
  } = parseArgs({ args, options }).values;
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new UsageError("--month must be a month, like 2026-11.");
  const creditValue = positive("--credit", credit);
  const rates = rate.map((each) => {
    const [other = "", worth = ""] = each.split("=");
    return [currencyOf("--rate", other), positive("--rate", worth)] as const;
  });
  return { month, creditValue, currency: currencyOf("--currency", currency), rates: Object.fromEntries(rates), isJson };
}

function positive(option: string, text: string): number {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(
    option === "--rate" ? "--rate must be like CNY=0.14." : `${option} must be a number above 0, like 0.02.`,
  );
}

function currencyOf(option: string, text: string): string {
  if (/^[A-Z]{3}$/.test(text)) return text;
  throw new UsageError(
    option === "--rate" ? "--rate must be like CNY=0.14." : `${option} must be three letters, like USD.`,
  );
}
