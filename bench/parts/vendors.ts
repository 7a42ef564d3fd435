// A thousand jobs in flight at a vendor that may be asked only so often: whether anybody asks more, whether memory grows, whether ten users
// get the same, and how long a job takes from the vendor's success until it is completed. With `--scale 1` tasks take 5 to 60 s and the
// vendor answers 20 questions a second; with the usual 10 everything is ten times as fast.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { median, percentile } from "../numbers.ts";
import { startProgram } from "../processes.ts";
import type { VendorJobs, VendorJobsDone } from "../programs/vendor-jobs.ts";
import type { Result } from "../results.ts";
import { type BenchVendor, mostInASecond, startBenchVendor } from "../vendor.ts";

const USERS = 10;
const JOBS_PER_USER = 100;
const QUERIES_PER_SECOND = 20;
const SHORTEST_MS = 5000;
const LONGEST_MS = 60_000;
const CHECK_AFTER_MS = 5000;
/** What memory may grow by while the jobs are under way. */
const MOST_GROWTH = 1.25;

export async function measureVendors(bench: Bench): Promise<Result[]> {
  const polled = await run(bench, "polled");
  const pushed = await run(bench, "pushed");
  return [...polled, ...pushed];
}

/** `way`: how the product hears that a task is done. What it asks of the vendor, and what it takes, is shown of the dearer one. */
async function run(bench: Bench, way: "polled" | "pushed"): Promise<Result[]> {
  const { scale } = bench;
  let started = 0;
  // Spread evenly, and the same in each run: golden steps through the unit interval.
  const workMs = () => (SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * ((started++ * 0.618_034) % 1)) / scale;
  const onStarted = way === "pushed" ? callBack : undefined;
  await using vendor = await startBenchVendor({ workMs, ...(onStarted && { onStarted }) });
  await using program = startProgram<VendorJobs, VendorJobsDone>("vendor-jobs");
  const done = await program.ask({
    folder: await mkdtemp(join(bench.folder, "vendors-")),
    wire: {
      url: vendor.url,
      queriesPerSecond: QUERIES_PER_SECOND * scale,
      checkAfterMs: CHECK_AFTER_MS / scale,
      typicalMs: (SHORTEST_MS + LONGEST_MS) / 2 / scale,
      calls: way === "pushed",
    },
    users: USERS,
    jobsPerUser: JOBS_PER_USER,
    sampleMs: 4000 / scale,
  });
  const isWhole =
    done.jobs.length === USERS * JOBS_PER_USER && done.jobs.every(({ outcome }) => outcome === "completed");
  if (!isWhole) throw new Error(`Not every job was completed: ${countsOf(done.jobs)}.`);
  const asked = queries(vendor, scale, program.cpuSeconds());
  if (way === "pushed") return [{ ...asked, measure: `${asked.measure}, pushed` }, ...delays(vendor, done, way)];
  return [asked, memory(done), fairness(done), ...delays(vendor, done, way)];
}

function callBack({
  id,
  succeedsAt,
  callbackUrl,
}: {
  id: string;
  succeedsAt: number;
  callbackUrl: string | null;
}): void {
  if (callbackUrl === null) throw new Error("The product did not say where to call.");
  const headers = { "content-type": "application/json" };
  const call = () => fetch(callbackUrl, { method: "POST", headers, body: JSON.stringify({ id }) }).catch(() => {});
  setTimeout(call, succeedsAt - Date.now() + 1);
}

function queries(vendor: BenchVendor, scale: number, cpuSeconds: number): Result {
  const limit = QUERIES_PER_SECOND * scale;
  const times = vendor.requests.filter(({ kind }) => kind === "check").map(({ at }) => at);
  const most = mostInASecond(times);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  return {
    measure: "vendor, queries in any second",
    ours: `${most}`,
    limit: `${limit}`,
    ratio: most / limit,
    aim: "at most the limit",
    isMet: most <= limit,
    details: `${times.length} in ${seconds.toFixed(1)} s, ${(times.length / seconds).toFixed(1)} a second; ${vendor.count("start")} starts; processor time of the product: ${cpuSeconds.toFixed(1)} s`,
  };
}

/** The median of the last fifth beside that of the second: the first one holds what is loaded and compiled. */
function memory({ memory: samples }: VendorJobsDone): Result {
  const fifth = Math.max(1, Math.floor(samples.length / 5));
  const live = samples.map((sample) => sample.live);
  const [early, late] = [median(live.slice(fifth, 2 * fifth)), median(live.slice(-fifth))];
  const mib = (value: number) => `${(value / 1024 ** 2).toFixed(0)} MiB`;
  const shown = samples.filter((_, i) => i % Math.max(1, Math.floor(samples.length / 15)) === 0);
  return {
    measure: "vendor, live heap, late to early",
    ours: mib(late),
    limit: mib(early),
    ratio: late / early,
    aim: `at most ${MOST_GROWTH}`,
    isMet: late <= early * MOST_GROWTH,
    details: `resident ${shown.map(({ resident }) => mib(resident)).join(" ")}; live ${shown.map((each) => mib(each.live)).join(" ")}`,
  };
}

/** When half of a user's jobs were completed, for the first and the last of the users. */
function fairness({ jobs, createdAt }: VendorJobsDone): Result {
  const halves = Array.from({ length: USERS }, (_, user) =>
    median(jobs.filter((job) => job.user === user).map(({ completedAt }) => completedAt - createdAt)),
  );
  const ratio = Math.max(...halves) / Math.min(...halves);
  return {
    measure: "vendor, users: last half to first",
    ours: `${(Math.max(...halves) / 1000).toFixed(1)} s`,
    limit: `${(Math.min(...halves) / 1000).toFixed(1)} s`,
    ratio,
    aim: "at most 1.5",
    isMet: ratio <= 1.5,
    details: `half of each user's jobs after ${halves.map((ms) => (ms / 1000).toFixed(1)).join(" ")} s`,
  };
}

/** `way`: how the product heard of it. */
function delays(vendor: BenchVendor, { jobs }: VendorJobsDone, way: "polled" | "pushed"): Result[] {
  const ms = jobs.map(({ taskId, completedAt }) => completedAt - (vendor.succeededAt.get(taskId) ?? Number.NaN));
  return [50, 99].map((percent) => ({
    measure: `vendor success to completed, ${way}, p${percent}`,
    ours: `${(percentile(ms, percent) / 1000).toFixed(2)} s`,
    details: `of ${ms.length} jobs`,
  }));
}

function countsOf(jobs: VendorJobsDone["jobs"]): string {
  const counts = Map.groupBy(jobs, ({ outcome }) => outcome ?? "unfinished");
  return [...counts].map(([outcome, some]) => `${some.length} ${outcome}`).join(", ");
}
