// The production as the account of its nodes: whether a job is paid out of it, and what becomes of its entry when the job has ended.
import { AppError } from "../../errors/app-error.ts";
import { type ChangeItem, createChanges } from "../../items/changes.ts";
import { asSeenAt } from "../../items/watched-time.ts";
import type { ProductionKey } from "../../jobs/deps.ts";
import { type Job, keyOf as jobKeyOf, readJob } from "../../jobs/job.ts";
import { keptBytes } from "../../jobs/money/kept-bytes.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ids } from "../../ports/ids.ts";
import type { Log } from "../../ports/log.ts";
import type { Table } from "../../ports/table.ts";
import type { ProductionAccounts } from "../deps.ts";
import { type Admitted, type Production, productionItem, readProduction } from "../production.ts";
import { type EndedMake, withoutEntry } from "../states.ts";
import { needsTicket, type TicketDeps, withTicket, writeProductionTicket } from "../tickets.ts";

interface Deps extends TicketDeps {
  table: Table;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** Settles of one process that meet are one write. */
export function createProductionAccounts(deps: Deps): ProductionAccounts {
  const change = createChanges<Production>(deps, {
    async read(name) {
      const stored = await readProduction(deps.table, named(name));
      return stored && { value: stored.production, version: stored.version };
    },
    seen: (production) => asSeenAt(production, deps.clock.now()),
    write: async (production) => productionItem({ ...production, writtenAt: deps.clock.now() }),
    mostTogether: 16,
  });
  return {
    change,
    async isAdmitted(job) {
      const key = keyOfNode(job);
      const stored = key && (await readProduction(deps.table, key));
      return stored?.production.admitted.some(({ jobId, round }) => jobId === job.id && round === job.round) ?? false;
    },
    async settle(job) {
      const key = keyOfNode(job);
      if (key) await settleEntry(deps, change, key, job.id);
    },
    settleEntry: (key, jobId) => settleEntry(deps, change, key, jobId),
  };
}

/**
 * The job's entry goes out if its round has ended, or there is no such job. Whoever makes the production due by it writes its ticket,
 * unless somebody is at it already. Repeating it is safe.
 */
async function settleEntry(
  deps: Deps,
  change: ChangeItem<Production>,
  key: ProductionKey,
  jobId: string,
): Promise<void> {
  try {
    const settled = await change(nameOf(key), {
      read: async () => (await readJob(deps.table, { userId: key.userId, jobId }))?.job ?? null,
      apply(production, job) {
        const now = deps.clock.now();
        const entry = production.admitted.find((one) => one.jobId === jobId);
        const made = entry && madeOf(entry, job);
        if (!made) return { value: production, result: null };
        const next = withoutEntry(production, entry, made, now);
        const ticketed = needsTicket(next, now) ? withTicket(next, now) : next;
        return { value: ticketed, result: ticketed === next ? null : ticketed };
      },
    });
    if (settled) await writeProductionTicket(deps, settled);
  } catch (error) {
    // What nobody knows any more owes nothing.
    if (!(error instanceof AppError && error.type === "not_found")) throw error;
    deps.log.error({ jobId, productionId: key.productionId }, "a node has ended whose production is not there");
  }
}

/** What the entry's round has come to; null while it goes on. */
function madeOf(entry: Admitted, job: Job | null): EndedMake | null {
  const nothing: EndedMake = { outcome: "unpaid", captured: 0, bytes: 0 };
  // Only a round that nobody had paid for is followed by another one.
  if (!job || job.round > entry.round) return nothing;
  if (job.outcome === null || job.round !== entry.round) return null;
  if (job.outcome === "failed" && job.paidRound < job.round) return nothing;
  return { outcome: job.outcome, captured: job.captured, bytes: keptBytes(job) };
}

export function nameOf({ userId, productionId }: ProductionKey): string {
  return `${userId}/${productionId}`;
}

function named(name: string): ProductionKey {
  const [userId = "", productionId = ""] = name.split("/");
  return { userId, productionId };
}

function keyOfNode(job: Job): ProductionKey | null {
  return job.production ? { userId: jobKeyOf(job).userId, productionId: job.production.id } : null;
}
