// A month's bill: what runs without anybody, what each job takes, and what the operator knows of files. Units of tables and stores are as
// `npm run bench -- requests` counts them; how long functions run is assumed, but for run-job, which is told.
import { type CloudName, type Price, priceTables } from "./price-table.ts";

export interface Month {
  jobs: number;
  /** How long run-job stays with one, on average. */
  secondsPerJob: number;
  /** Bytes that lie in the bucket, on average, and that go to browsers. */
  storedBytes: number;
  sentBytes: number;
}

export interface Row {
  what: string;
  units: number;
  unit: string;
  price: Price;
  cost: number;
}

type Uses = readonly (readonly [what: string, unit: string, units: number])[];

const HOURS = 730;
const MINUTES = HOURS * 60;
/** Two timers each minute, one each hour. */
const IDLE_CALLS = 2 * MINUTES + HOURS;
const CALLS_PER_JOB = 13;
const GiB = 1024 ** 3;

/** Seconds that a function runs, and its size. */
interface Run {
  seconds: number;
  vcpu: number;
  gb: number;
}

const idleRuns: readonly Run[] = [
  { seconds: 0.3 * MINUTES, vcpu: 0.5, gb: 1 },
  { seconds: 0.1 * MINUTES, vcpu: 0.25, gb: 0.25 },
  { seconds: 0.2 * HOURS, vcpu: 0.25, gb: 0.25 },
];

/** run-job, persist-output, the create, ten questions for the job. */
const jobRuns = (seconds: number): readonly Run[] => [
  { seconds, vcpu: 0.5, gb: 1 },
  { seconds: 1, vcpu: 0.25, gb: 0.25 },
  { seconds: 0.3, vcpu: 0.5, gb: 0.5 },
  { seconds: 1, vcpu: 0.25, gb: 0.25 },
];

const gbSeconds = (runs: readonly Run[]) => runs.reduce((sum, { seconds, gb }) => sum + seconds * gb, 0);

/** The vendor's factors: a vCPU for a second is 1, a GB of memory 0.15, a GB of disk 0.05; 10,000 calls are 75. */
const DISK_GB = 0.5;
const cuOf = (runs: readonly Run[], calls: number) =>
  runs.reduce((sum, { seconds, vcpu, gb }) => sum + seconds * (vcpu + 0.15 * gb + 0.05 * DISK_GB), 0) +
  (calls * 75) / 10_000;

const usesOf: Readonly<Record<CloudName, (month: Month) => Uses>> = {
  aws: ({ jobs, secondsPerJob }) => [
    ["idle: reading the table", "RRU", 1_314_000],
    ["idle: writing the table", "WRU", 8760],
    ["idle: listing the store", "PUT", 730],
    ["idle: calls", "call", IDLE_CALLS],
    ["idle: time", "GB-second", gbSeconds(idleRuns)],
    ["idle: the secret", "secret", 1],
    ["idle: log", "GB of log", 0.18],
    ["jobs: reading the table", "RRU", (17.1 + 20) * jobs],
    ["jobs: writing the table", "WRU", 33.1 * jobs],
    ["jobs: writing the store", "PUT", 3 * jobs],
    ["jobs: reading the store", "GET", 2 * jobs],
    ["jobs: requests to the API", "request", 11 * jobs],
    ["jobs: calls", "call", CALLS_PER_JOB * jobs],
    ["jobs: time", "GB-second", gbSeconds(jobRuns(secondsPerJob)) * jobs],
    ["jobs: log", "GB of log", 0.0000122 * jobs],
  ],
  aliyun: ({ jobs, secondsPerJob }) => [
    ["idle: reading the table", "read CU", 2_549_160],
    ["idle: writing the table", "write CU", 8760],
    ["idle: listing the store", "PUT", 730],
    ["idle: calls and time", "CU", cuOf(idleRuns, IDLE_CALLS)],
    ["idle: log", "GB of log", 0.18],
    ["jobs: reading the table", "read CU", (35.4 + 20) * jobs],
    ["jobs: writing the table", "write CU", 13.3 * jobs],
    ["jobs: writing the store", "PUT", 5 * jobs],
    ["jobs: reading the store", "GET", 4 * jobs],
    ["jobs: calls and time", "CU", cuOf(jobRuns(secondsPerJob), CALLS_PER_JOB) * jobs],
    ["jobs: log", "GB of log", 0.00001 * jobs],
  ],
};

export function billOf(cloud: CloudName, month: Month): Row[] {
  const { prices } = priceTables[cloud];
  const files: Uses = [
    ["files: kept", "GB kept", month.storedBytes / GiB],
    ["files: to browsers", "GB out", month.sentBytes / GiB],
  ];
  return [...usesOf[cloud](month), ...files].map(([what, unit, units]) => {
    const price = prices[unit];
    if (!price) throw new Error(`${unit} has no price.`);
    return { what, units, unit, price, cost: (units * price.amount) / price.per };
  });
}
