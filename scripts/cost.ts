// npm run cost -- aws|aliyun --month 2026-11 [--storage 120GiB] [--traffic 80GiB] [--jobs 5000 [--seconds 30]]: what a month in a cloud costs, by a
// dated list of prices. Jobs are counted in the configured table, unless --jobs says how many; files and their way to browsers are your own numbers.
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { billOf, type Month, type Row } from "./cost/bill.ts";
import { jobsOfMonth } from "./cost/jobs-of-month.ts";
import { type CloudName, priceTables } from "./cost/price-table.ts";
import { parsed, requireThere, runSubcommand, say, UsageError, whole } from "./subcommands.ts";
import { ofTheTable } from "./table-settings.ts";
import { readSize } from "./users/limits.ts";

const text = { type: "string" } as const;
const usage =
  "[--month 2026-11] [--storage 120GiB] [--traffic 80GiB] [--jobs <number> [--seconds <each>]] [--rate <of your currency>] [--json]";
const notInIt =
  "Not in it: what providers charge (npm run margin), domains, certificates, custom metrics, taxes, free quotas and discounts.";

await runSubcommand("npm run cost --", {
  aws: { usage, about: "A month of Lambda, DynamoDB and S3.", run: (args) => tell("aws", args) },
  aliyun: { usage, about: "A month of Function Compute, Tablestore and OSS.", run: (args) => tell("aliyun", args) },
});

async function tell(cloud: CloudName, args: string[]): Promise<void> {
  const options = { month: text, storage: text, traffic: text, jobs: text, seconds: text, rate: text };
  const { values, isJson } = parsed(args, options);
  const name = values.month ?? new Date().toISOString().slice(0, 7);
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(name)) throw new UsageError("--month must be a month, like 2026-11.");
  if (values.seconds !== undefined && values.jobs === undefined) throw new UsageError("--seconds goes with --jobs.");
  const month: Month = {
    ...(values.jobs === undefined ? await counted(name) : told(values.jobs, values.seconds ?? "30")),
    storedBytes: readSize(values.storage ?? "0") ?? 0,
    sentBytes: readSize(values.traffic ?? "0") ?? 0,
  };
  const rate = values.rate === undefined ? null : positive(values.rate);
  const rows = billOf(cloud, month);
  const { currency, region, takenOn } = priceTables[cloud];
  const total = rows.reduce((sum, { cost }) => sum + cost, 0);
  const inYours = rate === null ? null : total * rate;
  say(isJson, linesOf(cloud, name, month, rows, inYours), {
    ...{ cloud, month: name, ...month, currency, region, takenOn, rows, total, inYours, notInIt },
  });
}

async function counted(month: string) {
  const config: Config = readConfig(ofTheTable(processEnvironment()));
  requireThere(config);
  return jobsOfMonth(config, month);
}

function told(jobs: string, seconds: string) {
  return { jobs: whole("--jobs", jobs, 0, 1_000_000_000), secondsPerJob: whole("--seconds", seconds, 0, 900) };
}

function positive(written: string): number {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(written) && Number(written) > 0) return Number(written);
  throw new UsageError("--rate must be a number above 0: what a unit of the bill's currency is in yours.");
}

function linesOf(cloud: CloudName, name: string, month: Month, rows: readonly Row[], inYours: number | null): string[] {
  const { currency, region, takenOn } = priceTables[cloud];
  const total = rows.reduce((sum, { cost }) => sum + cost, 0);
  const cells = rows.map(({ what, units, unit, price, cost }) => {
    const quote = `${price.amount} for ${price.per.toLocaleString("en")}${price.found === "nowhere" ? " (not verified)" : ""}`;
    return [what, `${numberText(units)} ${unit}`, quote, cost.toFixed(2)];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const aligned = cells.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
  const { jobs, secondsPerJob } = month;
  return [
    `${name} in ${region}, prices of ${takenOn}: ${jobs} jobs of ${secondsPerJob.toFixed(1)} s each`,
    ...aligned,
    `together ${total.toFixed(2)} ${currency}${inYours === null ? "" : `, ${inYours.toFixed(2)} in yours`}`,
    notInIt,
  ];
}

function numberText(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 4 : 0 });
}
