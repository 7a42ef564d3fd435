// A small world for productions: one user with credits and a project, a provider that does what its script says, timers that repair. The engine is
// the real one; table and store are in memory.
import { expect } from "vitest";
import { type Account, newAccountItem, readAccount } from "../../shared/credits/account.ts";
import { readLedger } from "../../shared/credits/ledger.ts";
import type { Planner, Snapshot } from "../../shared/drama/plan.ts";
import type { ModerationDeps } from "../../shared/jobs/deps.ts";
import { type Job, jobOf } from "../../shared/jobs/job.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { isSettled } from "../../shared/jobs/states.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { Log } from "../../shared/ports/log.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { Provider } from "../../shared/ports/provider.ts";
import type { NewItem, Table } from "../../shared/ports/table.ts";
import type { ProductionDeps } from "../../shared/productions/deps.ts";
import { bytesOfProductions, checkProductions } from "../../shared/productions/money/check-productions.ts";
import { type Node, nodesPrefix } from "../../shared/productions/node.ts";
import { type Production, productionOf } from "../../shared/productions/production.ts";
import { sayReadyForProductions } from "../../shared/productions/readiness.ts";
import { runningProduction } from "../../shared/productions/starting/lock.ts";
import { type NewProduction, startProduction } from "../../shared/productions/starting/start.ts";
import { countedIds, HandClock } from "../jobs/hand-clock.ts";
import { type Script, scriptedProvider } from "../jobs/scripted-provider.ts";
import { engineOf } from "./engine.ts";
import { type MemoryTable, memoryStore, memoryTable, type Rows } from "./memory.ts";
import { type GraphNode, graphPlanner, plain, planFileOf } from "./planner.ts";
import { nextDue, runTicket, serveDue, userId } from "./timers.ts";

export { userId };
export const projectId = "01900000-0000-7000-8000-0000000000cc";
const partition = `user#${userId}`;

export interface WorldOptions {
  graph: readonly GraphNode[];
  credits?: number;
  script?: Script;
  onFailure?: "degrade" | "stop";
  /** Made from the graph unless given. */
  planner?: Planner;
  /** Null: the production writes it first. */
  screenplay?: null;
  moderation?: ModerationDeps;
  /** What is in the table already; then nothing is made. */
  rows?: Rows;
  store?: ObjectStore;
}

export interface Ports {
  table: Table;
  store: ObjectStore;
  clock: Clock;
  provider: Provider;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld(options: WorldOptions) {
  const clock = new HandClock();
  const table: MemoryTable = memoryTable(options.rows);
  const store: ObjectStore = options.store ?? memoryStore();
  const planner: Planner = options.planner ?? graphPlanner(options.graph);
  const provider = scriptedProvider(options.script);
  const log: { level: string; message: string; fields: object }[] = [];
  const tickets: string[] = [];
  let callers = 0;

  /** Ports of one more process. With `isOwn` tickets are objects, as in a cloud; by default they are kept in `tickets`. */
  function depsOf(own: Partial<Ports> = {}, { hasTickets = true } = {}): ProductionDeps {
    const ports = { table, store, clock, provider, ...own };
    const ids = countedIds((++callers).toString(16).padStart(2, "0"));
    const kept = keeping(log);
    const handOver = hasTickets ? (ticket: string) => void tickets.push(ticket) : undefined;
    const core = { table: ports.table, store: ports.store, clock: ports.clock, ids, log: kept };
    const { moderation } = options;
    return engineOf({ ...core, provider: ports.provider, planner, handOver, ...(moderation && { moderation }) });
  }

  const deps = depsOf();
  if (!options.rows) await furnish();

  async function furnish(): Promise<void> {
    const welcomeCredits = options.credits ?? 1000;
    await table.put(newAccountItem({ userId, lineId: deps.ids.uuid(), welcomeCredits, now: clock.now() }), "absent");
    await table.put(projectItem(projectId), "absent");
    await sayReadyForProductions(deps);
  }
  const snapshot: Snapshot = {
    ...plain,
    wish: { ...plain.wish, onFailure: options.onFailure ?? "degrade" },
    ...(options.screenplay === null && { screenplay: null }),
  };
  const wanted: NewProduction = { userId, projectId, title: "A film", file: planFileOf(planner, snapshot) };

  const items = <T>(prefix: string) =>
    table.items(prefix).flatMap((item) => (item.partition === partition ? [item.data as T] : []));

  const world = {
    clock,
    table,
    store,
    planner,
    provider,
    log,
    tickets,
    deps,
    wanted,
    depsOf,
    async start(by: ProductionDeps = deps, fields: Partial<NewProduction> = {}, key: string | null = null) {
      const idempotency = key === null ? null : { key, route: "create-production", body: {} };
      return (await startProduction(by, { ...wanted, ...fields }, idempotency)).production;
    },
    /** A production of another project, which is made with it. */
    startOther: (id: string) => world.start(deps, { projectId: id, project: projectItem }, id),
    productions: () => table.items("production#").map((item) => productionOf(item).production),
    production(id?: string): Production {
      const found = world.productions().find((one) => id === undefined || one.id === id);
      if (!found) throw new Error("there is no such production");
      return found;
    },
    newest: () =>
      world.production(
        world
          .productions()
          .map(({ id }) => id)
          .toSorted()
          .at(-1),
      ),
    nodes: (productionId = world.production().id) => items<Node>(nodesPrefix(productionId)),
    nodeJobs: () => table.items("nodejob#").map((item) => jobOf(item).job),
    async account(): Promise<Account> {
      const stored = await readAccount(table, userId);
      if (!stored) throw new Error("the account is gone");
      return stored.account;
    },
    project: () => items<{ running: string | null; deletedAt: number | null }>(`project#${projectId}`)[0],
    runTicket: (ticket: string, by: ProductionDeps = deps) => runTicket(by, ticket),
    /** One ticket, or what is due next. False: nothing is. */
    async goOn(by: ProductionDeps = deps): Promise<boolean> {
      const ticket = tickets.shift();
      if (ticket) return runTicket(by, ticket).then(() => true);
      const next = await nextDue(table);
      if (next === null) return false;
      clock.moveTo(next);
      await serveDue(by);
      return true;
    },
    /** Runs what tickets name, as run-job does, until none is left. */
    async runTickets(by: ProductionDeps = deps) {
      for (let ticket = tickets.shift(); ticket; ticket = tickets.shift()) await runTicket(by, ticket);
    },
    /** Lets timers, and tickets if they are to be run, go on until nothing is due any more. */
    async rest({ withTickets = false, by = deps, untilMs = Number.POSITIVE_INFINITY, turns = 4000 } = {}) {
      for (let turn = 0; turn < turns; turn++) {
        if (withTickets) await world.runTickets(by);
        const next = await nextDue(table);
        if (next === null || next > untilMs) return;
        clock.moveTo(next);
        await serveDue(by);
      }
      throw new Error(`never at rest: ${JSON.stringify(world.productions())}`);
    },
    async check() {
      const account = await world.account();
      const lines = (await readLedger(table, userId, { limit: 5000 }))?.lines ?? [];
      const productions = world.productions();
      const nodeJobs = world.nodeJobs();
      const jobs = items<Job>("job#");
      const extraBytes = bytesOfProductions(account, productions);
      const ledger = { account, olderLines: [...lines], jobs, uploads: [], extraBytes };
      expect(checkLedger(ledger, clock.now())).toEqual([]);
      expect(checkProductions({ account, lines, productions, nodeJobs }, clock.now())).toEqual([]);
    },
    /** Every output of a node is in the store, under one job, and nothing temporary is. */
    async checkFiles() {
      const outputs = items<Node>("node#").flatMap(({ output }) => (output ? [output] : []));
      for (const { key, size } of outputs) expect([key, (await store.head(key))?.size]).toEqual([key, size]);
      const kept = world.nodeJobs().flatMap((job) => job.outputs.map(({ key }) => key));
      const keysBelow = async (prefix: string) => {
        const { objects, isLast } = await store.list({ prefix, limit: 1000 });
        expect(isLast).toBe(true);
        return objects.map(({ key }) => key);
      };
      expect(await keysBelow(`users/${userId}/jobs/`)).toEqual(kept.toSorted());
      expect(await keysBelow("temp/")).toEqual([]);
    },
    /** Nothing is left to do: every production has settled, every job has ended, nothing is held, and the project is free. */
    async checkAtRest({ isLockVoid = false } = {}) {
      await world.check();
      const account = await world.account();
      expect(account.holds).toEqual([]);
      for (const production of world.productions()) {
        expect([production.id, production.state, production.dueAt]).toEqual([production.id, "settled", null]);
        expect([production.admitted, production.markers]).toEqual([[], []]);
      }
      for (const job of world.nodeJobs()) expect([job.id, isSettled(job)]).toEqual([job.id, true]);
      const running = world.project()?.running ?? null;
      const holder = isLockVoid ? await runningProduction({ table }, { userId, running }) : running;
      expect(holder).toBe(null);
    },
  };
  return world;
}

/** As much of a project as productions look at. */
export function projectItem(id: string): NewItem {
  const data = { id, userId, running: null, deletedAt: null, dueAt: null, createdAt: 0, settings: {} };
  return { partition, sort: `project#${id}`, data };
}

function keeping(lines: { level: string; message: string; fields: object }[]): Log {
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, message, fields });
  const log: Log = { debug() {}, info: at("info"), warn: at("warn"), error: at("error"), child: () => log };
  return log;
}
