// A small world for exploring: one user with credits, any number of callers with ports of their own, a timer that repairs.

import { expect } from "vitest";
import { findHold, newAccountItem, readAccount } from "../../shared/credits/account.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { readLedger } from "../../shared/credits/ledger.ts";
import type { NewJob } from "../../shared/jobs/asking/new-job.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, jobOf } from "../../shared/jobs/job.ts";
import { isSettled } from "../../shared/jobs/states.ts";
import { dueHandlers } from "../../shared/jobs/timers/tick-jobs.ts";
import { createTurns } from "../../shared/limits/turns.ts";
import { createVendorLimits } from "../../shared/limits/vendor/vendor-limits.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { Log } from "../../shared/ports/log.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { Provider } from "../../shared/ports/provider.ts";
import type { ItemKey, Table } from "../../shared/ports/table.ts";
import { applyOutput } from "../../shared/projects/apply-output.ts";
import { lookAtProject } from "../../shared/projects/delete-project.ts";
import { releaseTake } from "../../shared/projects/takes.ts";
import { ordersOf } from "../../shared/runtime/composing/orders.ts";
import { forgetUser } from "../../shared/users/delete-user.ts";
import { putDelivery } from "../../shared/webhooks/delivery.ts";
import { knownDue, type Part } from "../clouds/known-due.ts";
import { ahead, countedIds, HandClock } from "../jobs/hand-clock.ts";
import { keptMetrics, type Measured } from "../jobs/measured.ts";
import { aroundTogether } from "../jobs/one-by-one.ts";
import { type Gate, gatedProvider, gatedStore, gatedTable } from "./explore.ts";

export const userId = "01900000-0000-7000-8000-00000000aaaa";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

export interface Base {
  /** Shared by all runs; each run leaves it empty. */
  table: Table;
  store: ObjectStore;
  /** True: the due index may be behind the items. Default false. */
  isLate?: boolean;
}

export interface SmallWorld {
  clock: HandClock;
  /** The ports of one more caller; what it does waits at the gate under its name. */
  caller(name: string, options?: { aheadMs?: number; table?: (table: Table) => Table }): JobDeps;
  /** Ports that never wait. */
  timer: JobDeps;
  snapshot(): Promise<string>;
  checkAlways(): Promise<void>;
  /** Runs the timers until nothing is due any more. */
  repair(): Promise<void>;
  jobs(): Promise<Job[]>;
  /** After the repair: every job has ended, no hold is left, and each round's lines are right. */
  checkEnded(): Promise<void>;
  end(): Promise<void>;
}

export async function smallWorld(
  base: Base,
  gate: Gate,
  options: { credits: number; provider: () => Provider },
): Promise<SmallWorld> {
  const clock = new HandClock();
  const touched = new Map<string, ItemKey>();
  const table = remembering(base.table, touched);
  const provider = options.provider();
  const lineId = countedIds("ff").uuid();
  const account = newAccountItem({ userId, lineId, welcomeCredits: options.credits, now: clock.now() });
  expect(await table.put(account, "absent")).toBe(1);
  const measured: Measured[] = [];
  let callers = 0;

  const portsOf = (
    name: string,
    own: { table: Table; store: ObjectStore; clock: Clock; provider: Provider },
  ): JobDeps => {
    const ids = countedIds((++callers).toString(16).padStart(2, "0"));
    return {
      ...own,
      ids,
      log: silent,
      metrics: keptMetrics(measured),
      changeAccount: createAccountChanges({ ...own, ids }),
      providers: new Map([[provider.id, own.provider]]),
      fetchSource: () => Promise.reject(new Error(`${name} fetches nothing`)),
      announceEnding: putDelivery,
      ...{ applyOutput, lookAtProject, releaseTake },
      ...ordersOf(null),
      forgetUser,
      turns: createTurns({ places: 2 }),
      vendorLimits: createVendorLimits({ ...own, ids, log: silent }),
      labels: null,
      moderation: null,
      settings: {
        leaseMs: 15_000,
        maxOutputBytes: 1e6,
        maxActiveJobs: 5,
        maxActiveFreeJobs: 5,
        maxStoredBytes: 1e10,
        tempTtlMs: 86_400_000,
        dryRunTtlMs: 0,
        refusalsPerHour: 0,
        productionParallel: 8,
      },
    };
  };
  const timer = portsOf("timer", { table, store: base.store, clock, provider });

  async function jobs(): Promise<Job[]> {
    const page = await table.query({ partition: `user#${userId}`, prefix: "job#", order: "ascending", limit: 100 });
    return page.items.map((item) => jobOf(item).job);
  }

  async function repair(): Promise<void> {
    for (let round = 0; round < (base.isLate ? 600 : 60); round++) {
      const { next, parts } = await knownDue(table, touched.values());
      if (next === null) return;
      clock.moveTo(next);
      await serveDue(timer, parts);
    }
    throw new Error(`never at rest: ${JSON.stringify(await jobs())}`);
  }

  return {
    clock,
    timer,
    caller: (name, { aheadMs = 0, table: wrap = (inner: Table) => inner } = {}) =>
      portsOf(name, {
        table: wrap(gatedTable(gate, name, table)),
        store: gatedStore(gate, name, base.store),
        clock: ahead(clock, aheadMs),
        provider: gatedProvider(gate, name, provider),
      }),
    async snapshot() {
      const items = await Promise.all(
        [...touched.keys()].toSorted().map((name) => table.get(touched.get(name) as ItemKey)),
      );
      return JSON.stringify(items);
    },
    async checkAlways() {
      await checkLedger(table);
      const account = (await readAccount(table, userId))?.account;
      for (const job of await jobs()) {
        const readsAsEnded = isSettled(job) && job.paidRound === job.round;
        if (readsAsEnded) expect(account && findHold(account, job.id, job.round)).toBeUndefined();
      }
    },
    repair,
    jobs,
    async checkEnded() {
      await checkLedger(table);
      const account = (await readAccount(table, userId))?.account;
      expect(account?.holds).toEqual([]);
      expect(account?.markers).toEqual([]);
      const all = await jobs();
      expect(account?.jobs).toBe(all.filter((job) => job.paidRound > 0).length);
      for (const job of all) expect([job.id, isSettled(job)]).toEqual([job.id, true]);
      await checkRounds(table, all);
      // Two who settle the same round find no hold the second time: that is not drift. And whoever ended it counted it, alone.
      expect(measured.filter(({ name }) => name === "LedgerDrift")).toEqual([]);
      // A deleted job says no more how many it had: at most four.
      const ofDeleted = 4 * (account?.deletedJobs?.jobs ?? 0);
      const rounds = all.reduce((sum, job) => sum + (job.paidRound > 0 ? job.retries + 1 : 0), ofDeleted);
      expect(measured.filter(({ name }) => name === "JobsEnded").length).toBeLessThanOrEqual(rounds);
    },
    async end() {
      const remove = async (key: ItemKey) => {
        const item = await base.table.get(key);
        if (item) await base.table.delete(key, { version: item.version });
      };
      await Promise.all([...touched.values()].map(remove));
    },
  };
}

async function serveDue(deps: JobDeps, parts: readonly Part[]): Promise<void> {
  const handlers = dueHandlers(deps);
  for (const { kind, shard } of parts) {
    const due = await deps.table.due({ kind, shard, before: deps.clock.now(), limit: 100 });
    for (const entry of due) await handlers[kind](entry, new AbortController().signal);
  }
}

/** The ledger's rules that hold at every moment. */
async function checkLedger(table: Table): Promise<void> {
  const account = (await readAccount(table, userId))?.account;
  const ledger = await readLedger(table, userId, { limit: 10_000 });
  if (!account || !ledger) throw new Error("the account is gone");
  const held = account.holds.reduce((sum, hold) => sum + hold.amount, 0);
  expect(account.balance).toBeGreaterThanOrEqual(0);
  expect(account.balance + held + account.spent).toBe(account.earned);
  expect(ledger.lines.map((line) => line.n)).toEqual(Array.from({ length: ledger.total }, (_, i) => ledger.total - i));
  expect(ledger.lines.reduce((sum, line) => sum + line.amount, 0)).toBe(account.balance);
  const names = ledger.lines.filter((line) => line.jobId).map((line) => `${line.jobId} ${line.round} ${line.type}`);
  expect(new Set(names).size).toBe(names.length);
}

/** Every completed round was paid for, every other one was given back or never charged. */
async function checkRounds(table: Table, jobs: Job[]): Promise<void> {
  const lines = (await readLedger(table, userId, { limit: 10_000 }))?.lines ?? [];
  for (const job of jobs) {
    for (let round = 1; round <= job.round; round++) {
      const net = lines
        .filter((line) => line.jobId === job.id && line.round === round)
        .reduce((sum, l) => sum + l.amount, 0);
      const isCompleted = round === job.round && job.outcome === "completed";
      expect([job.id, round, net]).toEqual([job.id, round, isCompleted ? 0 - job.captured : 0]);
    }
  }
}

function remembering(table: Table, touched: Map<string, ItemKey>): Table {
  const touch = ({ partition, sort }: ItemKey) => void touched.set(`${partition}\n${sort}`, { partition, sort });
  return {
    ...table,
    put(item, condition) {
      touch(item);
      return table.put(item, condition);
    },
    ...aroundTogether(table, (writes) => {
      for (const { item } of writes) touch(item);
    }),
  };
}

export function newJob(fields: Partial<NewJob> = {}): NewJob {
  return {
    userId,
    type: "image",
    provider: "scripted",
    request: { type: "image", operation: "generate", model: "scripted", prompt: "a lake", n: 1 },
    dryRun: false,
    metadata: null,
    price: 10,
    deadlineMs: 900_000,
    input: null,
    ...fields,
  };
}
