// The protocols of money and jobs, explored over all interleavings of two callers with a crash after each write.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Code, codeItem, codeKey, finishCode, readCode, redeemCode } from "../../shared/credits/codes.ts";
import { advance } from "../../shared/jobs/advance.ts";
import { cancelJob } from "../../shared/jobs/cancel.ts";
import { createJob } from "../../shared/jobs/create.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { endJob, settleJob } from "../../shared/jobs/ending.ts";
import { type Job, type JobKey, keyOf, readJob } from "../../shared/jobs/job.ts";
import { persistOutput } from "../../shared/jobs/persist.ts";
import { retryJob } from "../../shared/jobs/retry.ts";
import { reviewAccount } from "../../shared/jobs/review-account.ts";
import { toEnded } from "../../shared/jobs/states.ts";
import type { Item, Table } from "../../shared/ports/table.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { type Exploration, explore, type Gate } from "./explore.ts";
import { scriptedProvider } from "./scripted-provider.ts";
import { type Base, newJob, type SmallWorld, smallWorld, userId } from "./world.ts";

let base: Base & { end(): Promise<void> };

beforeAll(async () => {
  // Nothing here has to outlive the process: memory spares thousands of waits for the disk.
  const directory = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "protocol-"));
  const table = await openSqliteTable({ path: join(directory, "table.sqlite") });
  const store = await openFolderStore({ directory: join(directory, "objects"), baseUrl: "http://127.0.0.1/media/" });
  base = {
    table,
    store,
    async end() {
      await table.close();
      await rm(directory, { recursive: true });
    },
  };
});

afterAll(() => base.end());

interface Caller {
  name: string;
  aheadMs?: number;
  table?: (table: Table) => Table;
  run(deps: JobDeps, setUp: Job | undefined): Promise<unknown>;
}

interface Scenario {
  credits: number;
  provider?: Parameters<typeof scriptedProvider>[0];
  setUp?(world: SmallWorld): Promise<Job | undefined>;
  callers: Caller[];
  /** For long ways: only those with so many interruptions. */
  maxSwitches?: number;
  /** What must hold at the very end, beyond the rules of the ledger. */
  expectFinally?(world: SmallWorld, answers: Map<string, unknown>, crashed: string[]): Promise<void>;
}

function exploreScenario(scenario: Scenario): Promise<Exploration> {
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
      async checkFinally(crashed) {
        await world.repair();
        await world.checkEnded();
        await scenario.expectFinally?.(world, answers, crashed);
      },
    };
  };
  return explore(makeWorld, { maxSwitches: scenario.maxSwitches });
}

function requireSafe(exploration: Exploration): void {
  if (exploration.violation) {
    const { error, way } = exploration.violation;
    throw new Error(`after ${way.length} steps:\n${way.join("\n")}`, { cause: error });
  }
  console.log(exploration.runs, exploration.states, exploration.crashes);
  expect(exploration.runs).toBeGreaterThan(10);
  expect(exploration.crashes).toBeGreaterThan(0);
}

const signal = new AbortController().signal;
const sameKey = { key: "k", route: "generate-image", body: { prompt: "a lake" } };

const create = (deps: JobDeps) => createJob(deps, newJob(), sameKey);
const createOther = (deps: JobDeps) => createJob(deps, newJob(), null);
const advanceFirst = (deps: JobDeps, job: Job | undefined) =>
  advance(deps, keyOf(existing(job)), { by: "run-job", signal });

function existing(job: Job | undefined): Job {
  if (!job) throw new Error("the scenario has no job");
  return job;
}

async function created(world: SmallWorld): Promise<Job> {
  return (await createJob(world.timer, newJob(), sameKey)).job;
}

async function failed(world: SmallWorld): Promise<Job> {
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
async function storing(world: SmallWorld): Promise<Job> {
  const job = await created(world);
  const key: JobKey = keyOf(job);
  const stopAt = { ...world.timer, table: stopWhenStoring(world.timer.table) };
  await advance(stopAt, key, { by: "run-job", signal }).catch(() => undefined);
  const [now] = await world.jobs();
  expect(now?.phase).toBe("storing");
  return existing(now);
}

const stopWhenStoring = (table: Table) => dyingIn("storing", table);
/** What follows a submission has no part in how a round comes to be paid. */
const dyingWhenSubmitting = (table: Table) => dyingIn("submitting", table);

/** The table of an owner who dies once it has brought a job into this phase. */
function dyingIn(phase: string, table: Table): Table {
  let isDead = false;
  return {
    ...table,
    async put(item, condition) {
      if (isDead) throw new Error("dead");
      const version = await table.put(item, condition);
      isDead = item.data.phase === phase && version !== null;
      return version;
    },
  };
}

const slowCreate: Scenario = {
  credits: 10,
  async setUp(world) {
    // The job is written, its creator has not come to the account yet.
    const { job } = await createJob(
      { ...world.timer, changeAccount: () => Promise.reject(new Error("dead")) },
      newJob(),
      sameKey,
    ).catch(async () => ({ job: (await world.jobs())[0] }));
    return job;
  },
  callers: [
    { name: "creator", run: create },
    { name: "timer", aheadMs: 61_000, table: dyingWhenSubmitting, run: advanceFirst },
  ],
};

describe("Create", () => {
  it("with one key by two callers makes one job and charges once", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      callers: [
        { name: "A", run: create },
        { name: "B", run: create },
      ],
      async expectFinally(world) {
        expect((await world.jobs()).length).toBeLessThanOrEqual(1);
      },
    });
    requireSafe(exploration);
  });

  it("of two jobs with credits for one charges for one and refuses the other", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      callers: [
        { name: "A", run: createOther },
        { name: "B", run: createOther },
      ],
      async expectFinally(world, _, crashed) {
        const completed = (await world.jobs()).filter((job) => job.outcome === "completed");
        expect(completed.length).toBeLessThanOrEqual(1);
        if (crashed.length === 0) expect(completed.length).toBe(1);
      },
    });
    requireSafe(exploration);
  });

  it("meeting the timer that ends unpaid jobs is charged and run, or given back", async () => {
    requireSafe(await exploreScenario(slowCreate));
  });
});

describe("Retry", () => {
  it("by two callers begins one round and charges for it once", async () => {
    const exploration = await exploreScenario({
      credits: 30,
      setUp: failed,
      callers: [
        { name: "A", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
        { name: "B", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
      ],
      async expectFinally(world) {
        const [job] = await world.jobs();
        expect(job?.round).toBeLessThanOrEqual(3);
      },
    });
    requireSafe(exploration);
  });

  it("that others have spent the credits of leaves the job failed, with its old error", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: failed,
      callers: [
        { name: "A", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
        { name: "B", run: createOther },
      ],
      async expectFinally(world) {
        const job = (await world.jobs()).find((other) => other.round > 1);
        if (job?.outcome === "failed") expect(job.error?.type).toBe("provider_error");
      },
    });
    requireSafe(exploration);
  });

  it("meeting the timer that ends unpaid rounds is charged and run, or given back", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: failed,
      callers: [
        { name: "A", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
        { name: "timer", aheadMs: 61_000, table: dyingWhenSubmitting, run: advanceFirst },
      ],
    });
    requireSafe(exploration);
  });
});

describe("Ending", () => {
  const end = (outcome: "completed" | "cancelled") => (deps: JobDeps, job: Job | undefined) =>
    endJob(deps, keyOf(existing(job)), 1, (current, now) => ({
      ...(outcome === "completed"
        ? toEnded(current, now, { outcome, outputs: [], captured: 10 })
        : toEnded(current, now, { outcome, captured: 0 })),
      paidRound: 1,
    }));

  it("by two callers in two ways is decided by one, and the hold follows that one", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: created,
      callers: [
        { name: "A", run: end("completed") },
        { name: "B", run: end("cancelled") },
      ],
    });
    requireSafe(exploration);
  });

  it("by the last record and by the deadline captures or releases, never both", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: storing,
      callers: [
        {
          name: "persist",
          run: (deps, job) => persistOutput(deps, { ...keyOf(existing(job)), attempt: 1, index: 0 }),
        },
        { name: "timer", aheadMs: 901_000, run: advanceFirst },
      ],
    });
    requireSafe(exploration);
  });

  it("by two who persist the same output completes the job once", async () => {
    const persist = (deps: JobDeps, job: Job | undefined) =>
      persistOutput(deps, { ...keyOf(existing(job)), attempt: 1, index: 0 });
    const exploration = await exploreScenario({
      credits: 10,
      setUp: storing,
      callers: [
        { name: "A", run: persist },
        { name: "B", run: persist },
      ],
      async expectFinally(world) {
        expect((await world.jobs()).map((job) => [job.outcome, job.outputs.length])).toEqual([["completed", 1]]);
      },
    });
    requireSafe(exploration);
  });

  it("by cancel and by the provider's failure gives the credits back once", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      provider: {
        start: () => ({ state: "failed", failure: { type: "moderation_blocked", message: "no", retryable: false } }),
      },
      setUp: created,
      callers: [
        { name: "user", run: (deps, job) => cancelJob(deps, keyOf(existing(job))) },
        { name: "run-job", run: advanceFirst },
      ],
    });
    requireSafe(exploration);
  });

  it("by cancel, while the provider takes the job, leaves no task running", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      provider: { lostSubmit: "lookUp", start: () => ({ state: "started", task: { id: "t" }, checkAfterMs: 1000 }) },
      setUp: created,
      callers: [
        { name: "user", run: (deps, job) => cancelJob(deps, keyOf(existing(job))) },
        { name: "run-job", run: advanceFirst },
      ],
    });
    requireSafe(exploration);
  });

  const settleTwice: Scenario = {
    credits: 10,
    setUp: created,
    callers: [
      { name: "user", run: (deps, job) => cancelJob(deps, keyOf(existing(job))) },
      { name: "review", aheadMs: 121_000, run: (deps) => reviewAccount(deps, userId) },
    ],
  };

  it("meeting the review of holds gives the credits back once", async () => {
    requireSafe(await exploreScenario(settleTwice));
  });

  it("settled by two gives the credits back once", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: failed,
      callers: [
        { name: "A", run: (deps, job) => settleJob(deps, keyOf(existing(job)), 1) },
        { name: "B", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
      ],
    });
    requireSafe(exploration);
  });
});

describe("Redeem", () => {
  const code: Code = { code: "C0DE", credits: 25, expiresAt: null, claimedBy: null, isDone: false };

  const redeem = (callers: Caller[]): Scenario => ({
    credits: 5,
    async setUp(world) {
      await world.timer.table.put(codeItem(code, world.clock.now()), "absent");
      return undefined;
    },
    callers,
    async expectFinally(world, _, crashed) {
      const found = await readCode(world.timer.table, code.code);
      const account = await world.timer.table.get({ partition: `user#${userId}`, sort: "account" });
      const isClaimed = found?.claimedBy !== null;
      expect(account?.data.earned).toBe(isClaimed ? 30 : 5);
      expect(found?.isDone).toBe(isClaimed);
      if (crashed.length === 0) expect(isClaimed).toBe(true);
    },
  });

  it("by the same user from two devices gives the credits once", async () => {
    const exploration = await exploreScenario(
      redeem([
        { name: "A", run: (deps) => redeemCode(deps, userId, code.code) },
        { name: "B", run: (deps) => redeemCode(deps, userId, code.code) },
      ]),
    );
    requireSafe(exploration);
  });

  const withTimer = (table?: (table: Table) => Table): Scenario =>
    redeem([
      { name: "A", run: (deps) => redeemCode(deps, userId, code.code) },
      {
        name: "timer",
        ...(table ? { table } : {}),
        async run(deps) {
          const found = await readCode(deps.table, code.code);
          if (found) await finishCode(deps, found);
        },
      },
    ]);

  it("meeting the timer that finishes claims gives the credits once", async () => {
    requireSafe(await exploreScenario(withTimer()));
  });

  it("would give them twice if the code were not read again after the account", async () => {
    const exploration = await exploreScenario(withTimer((table) => readingOnce(table, codeKey(code.code).partition)));
    expect(exploration.violation).not.toBeNull();
  });
});

describe("The rule about money", () => {
  /** A caller that does not read the job again after the account, but goes on with what it saw before. */
  const readingOnceOnly = (table: Table) => readingOnce(table, `user#${userId}`);

  it("keeps a hold off a round that has ended: without the second read of the job credits would be lost", async () => {
    const exploration = await exploreScenario({
      ...slowCreate,
      callers: slowCreate.callers.map((caller) =>
        caller.name === "creator" ? { ...caller, table: readingOnceOnly } : caller,
      ),
    });
    expect(exploration.violation).not.toBeNull();
  });

  it("takes no hold from a round that runs: without the second read of the job a retry would run unpaid", async () => {
    const exploration = await exploreScenario({
      credits: 30,
      setUp: failed,
      callers: [
        { name: "settler", table: readingOnceOnly, run: (deps, job) => settleKnown(deps, existing(job)) },
        { name: "user", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
      ],
    });
    expect(exploration.violation).not.toBeNull();
  });
});

/** Looks at the job, as whoever settles has done before, and settles. */
async function settleKnown(deps: JobDeps, job: Job): Promise<void> {
  await readJob(deps.table, keyOf(job));
  await settleJob(deps, keyOf(job), job.round);
}

/** The table of a caller that does not read an item again after the account: its second read answers what its first one saw. */
function readingOnce(table: Table, partition: string): Table {
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
