// npm run bench: measures the product beside what the same machine can do at most, and says which aims are met.
// Exit code 0: measured; 1: not; with --strict also 1 when an aim is missed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine, watchOthers } from "./machine.ts";
import { measureArtefacts } from "./parts/artefacts.ts";
import { measureBodies } from "./parts/bodies.ts";
import { measureCreates } from "./parts/creates.ts";
import { measureEndings } from "./parts/endings.ts";
import { measureGibibyte } from "./parts/gibibyte.ts";
import { measureMemory } from "./parts/memory.ts";
import { measureReads } from "./parts/reads.ts";
import { measureRequests } from "./parts/requests.ts";
import { measureStores } from "./parts/stores.ts";
import { measureTicks } from "./parts/ticks.ts";
import { measureVendors } from "./parts/vendors.ts";
import { killAll } from "./processes.ts";
import { type Result, tableOf } from "./results.ts";

export interface Bench {
  /** On the disk that is measured; removed at the end. */
  folder: string;
  /** Further arguments for the product's Node. */
  nodeArguments: string[];
  /** How often each deployed function is started. */
  rounds: number;
  /** How many times faster than a real one the vendor of `vendors` is. */
  scale: number;
}

const parts: Record<string, (bench: Bench) => Promise<Result[]>> = {
  creates: measureCreates,
  reads: measureReads,
  memory: measureMemory,
  gibibyte: measureGibibyte,
  ticks: measureTicks,
  endings: measureEndings,
  stores: measureStores,
  requests: measureRequests,
  bodies: measureBodies,
  vendors: measureVendors,
  artefacts: measureArtefacts,
};

/** Each part takes three quarters of a minute at most on two quiet cores. */
const PART_MS = 100_000;
/** What the vendor's tasks and questions take at their real speed. */
const VENDORS_MS = 6 * 60_000;
/** Ten thousand jobs. */
const MEMORY_MS = 4 * 60_000;
/** To start each deployed function once. */
const ROUND_MS = 40_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    strict: { type: "boolean" },
    folder: { type: "string" },
    profile: { type: "string" },
    rounds: { type: "string" },
    scale: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? 3);
if (!Number.isInteger(rounds) || rounds < 1)
  give("--rounds is how often each deployed function is started: 1, 2, 3, …");
const scale = Number(values.scale ?? 10);
if (!(scale >= 1 && scale <= 20)) give("--scale is how many times faster the vendor is than a real one: 1 to 20.");
const giveUpAfterMs = 7 * 60_000 + rounds * ROUND_MS + VENDORS_MS / scale + MEMORY_MS;
const extraMs: Record<string, number> = { vendors: VENDORS_MS / scale, memory: MEMORY_MS };

const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) give(`There is no part ${unknown.join(", ")}. There is: ${Object.keys(parts).join(", ")}.`);

const folder = mkdtempSync(join(values.folder ?? tmpdir(), "dream-factory-bench-"));
process.once("exit", () => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
process.once("SIGINT", () => process.exit(1));
process.once("SIGTERM", () => process.exit(1));
setTimeout(() => give(`It was not done within ${giveUpAfterMs / 1000} s.`), giveUpAfterMs).unref();

const results = await measureAll(positionals.length > 0 ? positionals : Object.keys(parts));
console.log(`\n${tableOf(results)}`);
const isMissed = results.some(({ isMet }) => isMet === false);
process.exit(process.exitCode || (values.strict && isMissed) ? 1 : 0);

async function measureAll(names: string[]): Promise<Result[]> {
  const nodeArguments = values.profile ? ["--cpu-prof", `--cpu-prof-dir=${resolve(values.profile)}`] : [];
  console.log(describeMachine(folder));
  const all: Result[] = [];
  for (const name of names) all.push(...(await measure(name, { folder, nodeArguments, rounds, scale })));
  return all;
}

/** A part that fails leaves the others their turn. */
async function measure(name: string, bench: Bench): Promise<Result[]> {
  const startedAt = performance.now();
  const busyOthers = watchOthers();
  // Without the processes that it waits for the part fails.
  const tooLate = setTimeout(killAll, PART_MS + (extraMs[name] ?? 0));
  const found = (await parts[name]?.(bench).catch((error) => fail(name, error))) ?? [];
  clearTimeout(tooLate);
  for (const { measure: what, details } of found) console.log(`${what}: ${details}`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`(${name} took ${seconds} s; other processes kept ${busyOthers().toFixed(2)} cores busy)`);
  return found;
}

function fail(name: string, error: unknown): Result[] {
  console.error(`${name} could not be measured. ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  process.exitCode = 1;
  return [];
}

function give(message: string): never {
  console.error(`The bench failed. ${message}`);
  process.exit(1);
}
