// A world for the job core: real SQLite, a real folder, time and chance by hand, one user with credits, and as many processes as a
// test needs. When a test is over the timers run until nothing is due, and then the books and the store have to be right.
import { existsSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type Account, type LedgerLine, newAccountItem, readAccount } from "../../shared/credits/account.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { readLedger } from "../../shared/credits/ledger.ts";
import { createJob } from "../../shared/jobs/asking/create.ts";
import type { NewJob } from "../../shared/jobs/asking/new-job.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, type JobKey, jobOf, keyOf, readJob } from "../../shared/jobs/job.ts";
import { advance, type NextLook } from "../../shared/jobs/moving/advance.ts";
import { createTurns } from "../../shared/limits/turns.ts";
import { createVendorLimits } from "../../shared/limits/vendor/vendor-limits.ts";
import type { Payments } from "../../shared/payments/deps.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { Log } from "../../shared/ports/log.ts";
import type { ObjectInfo, ObjectStore } from "../../shared/ports/object-store.ts";
import type { ItemKey, Table } from "../../shared/ports/table.ts";
import { applyOutput } from "../../shared/projects/apply-output.ts";
import { lookAtProject } from "../../shared/projects/delete-project.ts";
import { releaseTake } from "../../shared/projects/takes.ts";
import { ordersOf } from "../../shared/runtime/composing/orders.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { forgetUser } from "../../shared/users/delete-user.ts";
import { putDelivery } from "../../shared/webhooks/delivery.ts";
import { knownDue } from "../clouds/known-due.ts";
import { checkAlways, checkAtRest } from "./checks.ts";
import { countedIds } from "./hand-clock.ts";
import { type Around, intercepted, type Ports } from "./intercept.ts";
import { keptMetrics, type Measured } from "./measured.ts";
import { aroundTogether, oneByOne } from "./one-by-one.ts";
import { newJob, userId } from "./request.ts";
import { type Script, type ScriptedProvider, scriptedProvider } from "./scripted-provider.ts";
import { TestClock } from "./test-clock.ts";
import { rest, serveDue, servePart } from "./timers.ts";

export const never = new AbortController().signal;

export interface WorldOptions {
  /** What the user has at first. Default 100. */
  credits?: number;
  provider?: Script;
  /** A second provider, by the name of "other". */
  other?: Script;
  settings?: Partial<JobDeps["settings"]>;
  fetchSource?: JobDeps["fetchSource"];
  /** Default: nothing is written into files. */
  labels?: JobDeps["labels"];
  /** Default: none are made. */
  thumbnails?: JobDeps["thumbnails"];
  /** Default: nobody looks at content. */
  moderation?: JobDeps["moderation"];
  /** Default: credits are not sold. Asked when the world has its clock. */
  payments?: (clock: Clock) => Promise<Payments>;
  /** Where time begins, epoch milliseconds. */
  startsAt?: number;
  /** Pauses up to this long pass by themselves; longer ones when the test moves the time. Default 1000. */
  longestShortMs?: number;
  /** True: what is due there is no real job, and nothing of it is run or checked when the test is over. */
  isBare?: boolean;
  /** Whether the table writes items together. Default: as the file says, which is one by one unless it says otherwise. */
  isTogether?: boolean;
  /** Instead of SQLite and a folder. The table's due index may be behind. */
  openGround?: () => Promise<Ground>;
}

/** What outlives every process. */
export interface Ground {
  table: Table;
  store: ObjectStore;
  close(): Promise<void>;
}

export interface ProcessOptions {
  /** Every call of its ports goes through this. */
  around?: Around;
  /** Its own sight of time. */
  clock?: Clock;
}

export interface World {
  clock: TestClock;
  table: Table;
  store: ObjectStore;
  provider: ScriptedProvider;
  other: ScriptedProvider;
  /** The jitter that everybody draws. */
  chance: { value: number };
  /** What was logged as a warning or an error, by everybody. */
  log: { level: string; fields: Record<string, unknown>; message: string }[];
  /** What was told besides, by everybody. */
  told: World["log"];
  /** What was measured, by everybody. */
  measured: Measured[];
  /** The process that does everything for which a test has no other. */
  deps: JobDeps;
  /** One more process, with queues and ids of its own. */
  process(options?: ProcessOptions): JobDeps;
  /** Every key that was ever written. */
  touched: Map<string, ItemKey>;

  create(fields?: Partial<NewJob>): Promise<Job>;
  /** The same by another process. The first job that is written counts as the first one, however the call ends. */
  createBy(by: JobDeps, fields?: Partial<NewJob>): Promise<Job>;
  /** Advances a job as run-job does, by default the first one. */
  run(by?: JobDeps, key?: JobKey): Promise<NextLook>;
  /** Advances it whenever it is due, until it is not due within `ms`. */
  runFor(ms: number): Promise<void>;
  /** Looks once at everything that is due, as a timer does. */
  tick(by?: JobDeps): Promise<void>;
  /** Lets the timers alone run until nothing is due any more. */
  rest(): Promise<void>;

  job(key?: JobKey): Promise<Job>;
  jobs(): Promise<Job[]>;
  account(): Promise<Account>;
  /** Oldest first. */
  ledger(): Promise<LedgerLine[]>;
  /** `type amount` of each line, oldest first, without the welcome. */
  bookings(): Promise<string[]>;
  objects(prefix: string): Promise<ObjectInfo[]>;
  /** When the timer looks at the job next; null when it never does. */
  indexedAt(key?: JobKey): Promise<number | null>;
  close(): Promise<void>;
}

let isTogetherByDefault = false;

/** For a whole file: its worlds have a table that writes items together. */
export function writeTogether(): void {
  isTogetherByDefault = true;
}

/** Call it at the top of a file. Each world that a test opens is brought to rest, checked and removed when the test is over. */
export function worlds(): (options?: WorldOptions) => Promise<World> {
  const open: { world: World; isBare: boolean }[] = [];
  afterEach(async ({ task }) => {
    for (const { world, isBare } of open.splice(0)) {
      try {
        if (task.result?.state !== "fail" && !isBare) await checkToTheEnd(world);
      } finally {
        await world.close();
      }
    }
  });
  return async (options = {}) => {
    const world = await openWorld(options);
    open.push({ world, isBare: options.isBare ?? false });
    return world;
  };
}

async function checkToTheEnd(world: World): Promise<void> {
  await checkAlways(world);
  await world.rest();
  await checkAlways(world);
  await checkAtRest(world);
}

async function openWorld(options: WorldOptions): Promise<World> {
  const ground = await (options.openGround ?? openFolder)();
  const touched = new Map<string, ItemKey>();
  const { isTogether = isTogetherByDefault } = options;
  const table = remembering(isTogether ? ground.table : oneByOne(ground.table), touched);
  const { store } = ground;
  const clock = new TestClock(options.startsAt, options.longestShortMs);
  const payments = (await options.payments?.(clock)) ?? null;
  const provider = scriptedProvider(options.provider);
  const other = scriptedProvider(options.other, "other");
  const chance = { value: 0.5 };
  const log: World["log"] = [];
  const told: World["told"] = [];
  const measured: Measured[] = [];
  let processes = 0;

  function processOf({ around, clock: own = clock }: ProcessOptions = {}): JobDeps {
    const all: Ports = { table, store, provider };
    const ports = around ? intercepted(all, around) : all;
    const ids = { ...countedIds((++processes).toString(16).padStart(2, "0")), random: () => chance.value };
    const kept = keeping(log, told);
    return {
      table: ports.table,
      store: ports.store,
      clock: own,
      ids,
      log: kept,
      metrics: keptMetrics(measured),
      changeAccount: createAccountChanges({ table: ports.table, clock: own, ids }),
      providers: new Map([[provider.id, ports.provider], ...(options.other ? ([[other.id, other]] as const) : [])]),
      announceEnding: putDelivery,
      ...{ applyOutput, lookAtProject, releaseTake },
      ...ordersOf(payments),
      forgetUser,
      turns: createTurns({ places: 2, placesForLong: 1 }),
      vendorLimits: createVendorLimits({ table: ports.table, clock: own, ids, log: kept }),
      labels: options.labels ?? null,
      ...(options.thumbnails && { thumbnails: options.thumbnails }),
      moderation: options.moderation ?? null,
      fetchSource: options.fetchSource ?? (() => Promise.reject(new Error("nothing is to be fetched here"))),
      settings: {
        leaseMs: 15_000,
        maxOutputBytes: 1e6,
        maxActiveJobs: 20,
        maxActiveFreeJobs: 20,
        maxStoredBytes: 10 * 1024 ** 3,
        dryRunTtlMs: 0,
        tempTtlMs: 86_400_000,
        refusalsPerHour: 0,
        productionParallel: 8,
        ...options.settings,
      },
    };
  }

  const deps = processOf();
  const welcomeCredits = options.credits ?? 100;
  await table.put(newAccountItem({ userId, lineId: deps.ids.uuid(), welcomeCredits, now: clock.now() }), "absent");
  let first: JobKey | null = null;

  const world: World = {
    clock,
    table,
    store,
    provider,
    other,
    chance,
    log,
    told,
    measured,
    deps,
    touched,
    process: processOf,

    create: (fields = {}) => world.createBy(deps, fields),
    async createBy(by, fields = {}) {
      try {
        return (await createJob(by, newJob(fields), null)).job;
      } finally {
        first ??= (await world.jobs()).map(keyOf)[0] ?? null;
      }
    },
    run: (by = deps, key = firstKey()) => advance(by, key, { by: "run-job", signal: never }),
    async runFor(ms) {
      const until = clock.now() + ms;
      for (let next: NextLook = clock.now(); next !== null && next <= until; ) {
        clock.moveTo(next);
        next = await world.run();
      }
    },
    tick: (by = deps) => serveDue(by),
    rest: () => (options.openGround ? restByItems(deps, clock, touched) : rest(deps, clock)),

    async job(key = firstKey()) {
      const stored = await readJob(table, key);
      if (!stored) throw new Error("there is no such job");
      return stored.job;
    },
    async jobs() {
      const page = await table.query({ partition: `user#${userId}`, prefix: "job#", order: "ascending", limit: 1000 });
      return page.items.map((item) => jobOf(item).job);
    },
    async account() {
      const stored = await readAccount(table, userId);
      if (!stored) throw new Error("the account is gone");
      return stored.account;
    },
    async ledger() {
      return (await readLedger(table, userId, { limit: 5000 }))?.lines.toReversed() ?? [];
    },
    async bookings() {
      return (await world.ledger()).slice(1).map((line) => `${line.type} ${line.amount}`);
    },
    async objects(prefix) {
      return (await store.list({ prefix, limit: 100_000 })).objects;
    },
    async indexedAt(key = firstKey()) {
      return (await table.get({ partition: `user#${key.userId}`, sort: `job#${key.jobId}` }))?.due?.at ?? null;
    },
    close: ground.close,
  };

  function firstKey(): JobKey {
    if (!first) throw new Error("no job was created");
    return first;
  }
  return world;
}

async function openFolder(): Promise<Ground> {
  // Nothing here has to outlive the process: memory spares the waits for the disk.
  const directory = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "jobs-"));
  const table = await openSqliteTable({ path: join(directory, "table.sqlite") });
  const store = await openFolderStore({ directory: join(directory, "objects"), baseUrl: "http://127.0.0.1/media/" });
  return {
    table,
    store,
    async close() {
      await table.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const MOST_ROUNDS = 2000;

/** As `rest`, where only the items themselves can say that nothing is due any more. */
async function restByItems(deps: JobDeps, clock: TestClock, touched: World["touched"]): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { next, parts } = await knownDue(deps.table, touched.values());
    if (next === null) return;
    clock.moveTo(next);
    for (const part of parts) await servePart(deps, part);
  }
  throw new Error("never at rest");
}

function remembering(table: Table, touched: Map<string, ItemKey>): Table {
  const touch = ({ partition, sort }: ItemKey) => void touched.set(`${partition} ${sort}`, { partition, sort });
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

function keeping(lines: World["log"], told: World["told"]): Log {
  const at = (level: string, into: World["log"]) => (fields: object, message: string) => {
    into.push({ level, fields: { ...fields }, message });
  };
  const log: Log = {
    debug: at("debug", told),
    info: at("info", told),
    warn: at("warn", lines),
    error: at("error", lines),
    child: () => log,
  };
  return log;
}
