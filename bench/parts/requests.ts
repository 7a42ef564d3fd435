// What one simple image job asks of table and store, and what the timers ask while nothing happens, as requests and as money.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { startProgram } from "../processes.ts";
import type { Asked, Requested, Requests } from "../programs/requests.ts";
import type { Place } from "../requests/clouds.ts";
import { costOf, describePrices, type PriceList, priceLists } from "../requests/prices.ts";
import { groupsOf, type Sum, sumOf, type Unit, type Use } from "../requests/uses.ts";
import type { Result } from "../results.ts";

/** One turn of the ledger, which moves lines of an account by eights. */
const JOBS = 8;
const HOURS_OF_A_MONTH = 730;
const CLOCK_WRITES_PER_HOUR = 12;

const places: { place: Place; name: string; prices: PriceList | null }[] = [
  { place: "local", name: "sqlite + folder", prices: null },
  { place: "alibaba", name: "tablestore + oss", prices: priceLists.alibaba },
  { place: "aws", name: "dynamodb + s3", prices: priceLists.aws },
];

export async function measureRequests(bench: Bench): Promise<Result[]> {
  const results: Result[] = [];
  for (const { place, name, prices } of places) {
    await using program = startProgram<Requests, Requested>("requests");
    const folder = await mkdtemp(join(bench.folder, "requests-"));
    const requested = await program.ask({ place, folder, jobs: JOBS });
    results.push(jobResult(name, requested, prices), idleResult(name, requested, prices));
  }
  for (const { prices } of places) if (prices) console.log(describePrices(prices).join("\n"));
  return results;
}

function jobResult(name: string, { jobs, poll }: Requested, prices: PriceList | null): Result {
  const uses = jobs.map((job) => countedOf(job, prices));
  const perJob = divided(sumOf(uses.flat()), jobs.length);
  const cost = prices ? `, ${money(1000 * costOf(perJob.units, prices), prices)} per 1,000` : "";
  const counts = uses.map((each) => each.length).join(" ");
  const lines = [
    `${counts}; on average of ${jobs.length} jobs, each from its creation until it is closed:`,
    ...groupsOf(uses.flat()).map(([what, sum]) => `  ${lineOf(divided(sum, jobs.length))}  ${what}`),
    `  ${lineOf(perJob)}  together`,
    `  ${lineOf(sumOf(countedOf(poll, prices)))}  one question for the job`,
  ];
  return { measure: `image job, ${name}`, ours: `${countText(perJob, prices)}${cost}`, details: lines.join("\n") };
}

function idleResult(name: string, { idle, withClock }: Requested, prices: PriceList | null): Result {
  const runs = idle.map(({ asked, everySeconds, ...timer }) => {
    return { ...timer, perHour: 3600 / everySeconds, sum: sumOf(countedOf(asked, prices)) };
  });
  const tick = runs.find((run) => run.name === "poll-tasks")?.sum;
  const clock = minus(sumOf(countedOf(withClock, prices)), tick);
  const hour = plus(
    ...runs.map(({ sum, perHour }) => divided(sum, 1 / perHour)),
    divided(clock, 1 / CLOCK_WRITES_PER_HOUR),
  );
  const lines = [
    `in an hour ${lineOf(hour)}; of that:`,
    ...runs.map((run) => `  ${lineOf(run.sum)}  ${run.name}, ${run.perHour} times an hour`),
    `  ${lineOf(clock)}  the tick's note of the time, ${CLOCK_WRITES_PER_HOUR} times an hour`,
  ];
  const cost = prices ? `, ${money(HOURS_OF_A_MONTH * costOf(hour.units, prices), prices)} a month` : "";
  return {
    measure: `idle hour, ${name}`,
    ours: `${countText(hour, prices)}${cost}`,
    details: lines.join("\n"),
  };
}

/** Where there is a wire, what went over it; else the calls. */
function countedOf({ calls, wire }: Asked, prices: PriceList | null): Use[] {
  return prices ? wire : calls;
}

function countText({ requests }: Sum, prices: PriceList | null): string {
  return `${Math.round(requests)} ${prices ? "requests" : "calls"}`;
}

function lineOf(sum: Sum): string {
  const units = unitText(sum);
  const [up, down] = [sum.bytesUp, sum.bytesDown].map(Math.round);
  return `${rounded(sum.requests)} x, ${up} bytes up, ${down} down${units && `, ${units}`}`;
}

function unitText({ units }: Sum): string {
  return Object.entries(units)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${rounded(count)} ${unit}`)
    .join(", ");
}

function rounded(count: number): string {
  return `${Number(count.toFixed(1))}`;
}

function money(amount: number, { currency }: PriceList): string {
  return `${amount.toPrecision(3)} ${currency}`;
}

function plus(...sums: Sum[]): Sum {
  return { ...sumOf(sums), requests: sums.reduce((total, { requests }) => total + requests, 0) };
}

function minus(sum: Sum, other: Sum | undefined): Sum {
  return other ? plus(sum, divided(other, -1)) : sum;
}

function divided({ requests, bytesUp, bytesDown, units }: Sum, by: number): Sum {
  const shares = Object.entries(units).map(([unit, count]) => [unit, count / by] as [Unit, number]);
  return {
    requests: requests / by,
    bytesUp: bytesUp / by,
    bytesDown: bytesDown / by,
    units: Object.fromEntries(shares),
  };
}
