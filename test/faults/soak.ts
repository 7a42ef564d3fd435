// The product under a steady load, in a heap of 128 MiB: neither its memory nor its answers may get worse with time.
import { expect, type TestContext } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { create, creditsOf, follow, type User, until } from "../api/user.ts";
import type { Answer } from "../http/api.ts";
import { remainsOf } from "../process/after-death.ts";
import { processes, type Running } from "../process/running.ts";
import { canReadMemory, residentMebibytes } from "./memory.ts";

export interface Soak {
  seconds: number;
  perSecond: number;
  /** What the memory may grow by, from the second third of the time to the last one: the medians of each. */
  growthMebibytes: number;
  /** How many times as long as in the second third the slowest hundredth of answers may take in the last one; null: nobody looks. */
  slower: number | null;
}

interface Sample {
  /** Since the beginning, in milliseconds. */
  at: number;
  value: number;
}

const USERS = 20;
const SAMPLE_MS = 1000;
/** Less than this nobody feels, nor can it be told from what else runs on a machine. */
const UNFELT_MS = 50;

const environment = {
  WELCOME_CREDITS: "1000000",
  MAX_ACTIVE_JOBS: "1000",
  MAX_ACTIVE_FREE_JOBS: "1000",
  TIMER_SECONDS: "1",
};

export async function holdsSteady(soak: Soak, { skip, onTestFinished }: TestContext): Promise<void> {
  if (!canReadMemory) skip("the memory of a process is read from /proc");
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const running = await start(dataDir, { environment, node: ["--max-old-space-size=128"] });
  const users = await Promise.all(Array.from({ length: USERS }, () => running.register()));
  const { latencies, memory } = await load(running, users, soak);

  const [, before, after] = thirds(memory, soak.seconds).map(median);
  const [, slowBefore, slowAfter] = thirds(latencies, soak.seconds).map(p99);
  console.log(report(soak, latencies, memory));
  expect(Number(after) - Number(before)).toBeLessThan(soak.growthMebibytes);
  if (soak.slower !== null) expect(slowAfter).toBeLessThan(Math.max(UNFELT_MS, soak.slower * Number(slowBefore)));
  await checkWell(users);
  expect(await running.stop("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(running.stderr()).toBe("");
  expect(await remainsOf(dataDir)).toMatchObject({ integrity: "ok" });
}

/** Sends at a steady pace, however long the answers take. */
async function load(running: Running, users: User[], { seconds, perSecond }: Soak) {
  const latencies: Sample[] = [];
  const memory: Sample[] = [];
  const startedAt = performance.now();
  const passed = () => performance.now() - startedAt;
  const sending = new Set<Promise<void>>();
  for (let n = 0; passed() < seconds * 1000; n++) {
    const sentAt = passed();
    const user = users[n % USERS];
    if (!user) throw new Error("nobody is there");
    const sent = ask(user, n).then((answer) => {
      expect([answer.status, answer.body.message]).toEqual([answer.status, "success"]);
      latencies.push({ at: sentAt, value: passed() - sentAt });
      sending.delete(sent);
    });
    sending.add(sent);
    if (passed() > memory.length * SAMPLE_MS) {
      memory.push({ at: passed(), value: await residentMebibytes(running.pid) });
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, ((n + 1) * 1000) / perSecond - passed())));
  }
  await Promise.all(sending);
  return { latencies, memory };
}

const small = { provider: "sketch", size: "64x64" };

/** One of ten makes something; the others look. */
async function ask(user: User, n: number): Promise<Answer> {
  const looks = ["/jobs?limit=20", "/credits", "/credits/transactions", "/users/me"];
  if (n % 10 === 0) return user.call("POST", "/ai/generate-image", { json: { ...small, prompt: `request ${n}` } });
  return user.call("GET", looks[n % looks.length] ?? "/credits");
}

async function checkWell(users: User[]): Promise<void> {
  for (const user of users) {
    await until(
      () => creditsOf(user),
      ({ held }) => held === 0,
    );
    await checkLedger(user);
    const { id } = await create(user, { ...small, prompt: "still there" });
    expect((await follow(user, id)).status).toBe("completed");
  }
}

function thirds(samples: Sample[], seconds: number): number[][] {
  return [0, 1, 2].map((third) =>
    samples
      .filter(({ at }) => Math.min(2, Math.floor((3 * at) / (seconds * 1000))) === third)
      .map(({ value }) => value),
  );
}

function median(values: number[]): number {
  return at(values, 0.5);
}

function p99(values: number[]): number {
  return at(values, 0.99);
}

function at(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** MiB a minute, by least squares, over the last two thirds of the time. */
function slope(memory: Sample[], seconds: number): number {
  const late = memory.filter(({ at }) => at > (seconds * 1000) / 3);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(late.map(({ at }) => at)), mean(late.map(({ value }) => value))];
  const covariance = mean(late.map(({ at, value }) => (at - x) * (value - y)));
  return (60_000 * covariance) / mean(late.map(({ at }) => (at - x) ** 2));
}

function report({ seconds, perSecond }: Soak, latencies: Sample[], memory: Sample[]): string {
  const rounded = (values: number[]) => values.map((value) => value.toFixed(0)).join(", ");
  return [
    `${latencies.length} requests in ${seconds} s, ${perSecond} a second`,
    `resident, median of each third: ${rounded(thirds(memory, seconds).map(median))} MiB`,
    `slope over the last two thirds: ${slope(memory, seconds).toFixed(2)} MiB a minute`,
    `p99 of each third: ${rounded(thirds(latencies, seconds).map(p99))} ms`,
  ].join("\n");
}
