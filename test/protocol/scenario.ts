// A scenario: what is there, who calls, and what must hold at the end; explored on the real code over real SQLite and a real folder.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { createJob } from "../../shared/jobs/asking/create.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { endJob } from "../../shared/jobs/money/ending.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { toEnded } from "../../shared/jobs/states.ts";
import type { Item, Table } from "../../shared/ports/table.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { aroundTogether, oneByOne } from "../jobs/one-by-one.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { type Exploration, type ExploreOptions, explore, type Gate } from "./explore.ts";
import { type Base, newJob, type SmallWorld, smallWorld } from "./world.ts";

export interface Ground extends Base {
  end(): Promise<void>;
}

interface Exploring extends ExploreOptions {
  open(): Promise<Ground>;
  /** An exploration of no more ways than this has missed what it is about. Default 10. */
  tooFewRuns?: number;
}

let exploring: Exploring = {
  async open() {
    const ground = await openLocally();
    return { ...ground, table: oneByOne(ground.table) };
  },
};
let base: Ground;

/** For a whole file: its scenarios are explored on this instead of SQLite and a folder. */
export function exploreOn(other: Exploring): void {
  exploring = other;
}

beforeAll(async () => {
  base = await exploring.open();
});

afterAll(() => base.end());

/** With a table that writes items together. */
export async function openLocally(): Promise<Ground> {
  // Nothing here has to outlive the process: memory spares thousands of waits for the disk.
  const directory = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "protocol-"));
  const table = await openSqliteTable({ path: join(directory, "table.sqlite") });
  const store = await openFolderStore({ directory: join(directory, "objects"), baseUrl: "http://127.0.0.1/media/" });
  return {
    table,
    store,
    async end() {
      await table.close();
      await rm(directory, { recursive: true });
    },
  };
}

export interface Caller {
  name: string;
  aheadMs?: number;
  table?: (table: Table) => Table;
  run(deps: JobDeps, setUp: Job | undefined): Promise<unknown>;
}

export interface Scenario {
  credits: number;
  provider?: Parameters<typeof scriptedProvider>[0];
  setUp?(world: SmallWorld): Promise<Job | undefined>;
  callers: Caller[];
  /** For long ways: only those with so many interruptions. */
  maxSwitches?: number;
  /** What must hold at the very end, beyond the rules of the ledger. */
  expectFinally?(world: SmallWorld, answers: Map<string, unknown>, crashed: string[]): Promise<void>;
}

export function exploreScenario(scenario: Scenario): Promise<Exploration> {
  const makeWorld = async (gate: Gate) => {
    const world = await smallWorld(base, gate, {
      credits: scenario.credits,
      provider: () => scriptedProvider(scenario.provider),
    });
    const setUp = await scenario.setUp?.(world);
    const answers = new Map<string, unknown>();
    return {
      snapshot: world.snapshot,
      checkAlways: world.checkAlways,
      end: world.end,
      actors: scenario.callers.map((caller) => {
        const deps = world.caller(caller.name, {
          aheadMs: caller.aheadMs ?? 0,
          ...(caller.table ? { table: caller.table } : {}),
        });
        const run = () =>
          caller.run(deps, setUp).then(
            (answer) => answers.set(caller.name, answer),
            (error) => answers.set(caller.name, error),
          );
        return { name: caller.name, run };
      }),
      async checkFinally(crashed: string[]) {
        await world.repair();
        await world.checkEnded();
        await scenario.expectFinally?.(world, answers, crashed);
      },
    };
  };
  return explore(makeWorld, { maxSwitches: scenario.maxSwitches, sample: exploring.sample });
}

export function requireSafe(exploration: Exploration): void {
  if (exploration.violation) {
    const { error, way } = exploration.violation;
    throw new Error(`after ${way.length} steps:\n${way.join("\n")}`, { cause: error });
  }
  expect(exploration.runs).toBeGreaterThan(exploring.tooFewRuns ?? 10);
  expect(exploration.crashes).toBeGreaterThan(0);
}

export const signal = new AbortController().signal;
export const sameKey = { key: "k", route: "generate-image", body: { prompt: "a lake" } };

export const create = (deps: JobDeps) => createJob(deps, newJob(), sameKey);
export const createOther = (deps: JobDeps) => createJob(deps, newJob(), null);
export const advanceFirst = (deps: JobDeps, job: Job | undefined) =>
  advance(deps, keyOf(existing(job)), { by: "run-job", signal });

export function existing(job: Job | undefined): Job {
  if (!job) throw new Error("the scenario has no job");
  return job;
}

export async function created(world: SmallWorld): Promise<Job> {
  return (await createJob(world.timer, newJob(), sameKey)).job;
}

export async function failed(world: SmallWorld): Promise<Job> {
  const job = await created(world);
  const ended = await endJob(world.timer, keyOf(job), 1, (current, now) => ({
    ...toEnded(current, now, {
      outcome: "failed",
      error: { type: "provider_error", message: "no", retryable: false },
      captured: 0,
    }),
    paidRound: 1,
  }));
  return existing(ended ?? undefined);
}

/** A job whose output lies in temp/ and waits to be kept. */
export async function storing(world: SmallWorld): Promise<Job> {
  const job = await created(world);
  const key: JobKey = keyOf(job);
  const stopAt = { ...world.timer, table: stopWhenStoring(world.timer.table) };
  await advance(stopAt, key, { by: "run-job", signal }).catch(() => undefined);
  const [now] = await world.jobs();
  expect(now?.phase).toBe("storing");
  return existing(now);
}

export const stopWhenStoring = (table: Table) => dyingIn("storing", table);
/** What follows a submission has no part in how a round comes to be paid. */
export const dyingWhenSubmitting = (table: Table) => dyingIn("submitting", table);

/** The table of an owner who dies once it has brought a job into this phase. */
export function dyingIn(phase: string, table: Table): Table {
  let isDead = false;
  return {
    ...table,
    async put(item, condition) {
      if (isDead) throw new Error("dead");
      const version = await table.put(item, condition);
      isDead = item.data.phase === phase && version !== null;
      return version;
    },
    ...aroundTogether(table, () => {
      if (isDead) throw new Error("dead");
    }),
  };
}

/** The table of a caller that does not read an item again after the account: its second read answers what its first one saw. */
export function readingOnce(table: Table, partition: string): Table {
  const first = new Map<string, Item | null>();
  return {
    ...table,
    async get(key) {
      if (key.partition !== partition || key.sort === "account") return table.get(key);
      const seen = first.get(key.sort);
      first.delete(key.sort);
      if (seen !== undefined) return seen;
      const item = await table.get(key);
      first.set(key.sort, item);
      return item;
    },
  };
}
