// Jobs of everybody, by what became of them. Each user's are read from the newest on.
import type { Config } from "../../shared/config/config.ts";
import { type Job, jobOf } from "../../shared/jobs/job.ts";
import { isPutAside, type Outcome } from "../../shared/jobs/states.ts";
import type { Table } from "../../shared/ports/table.ts";
import { type Delivery, deliveryOf } from "../../shared/webhooks/delivery.ts";
import { everyName } from "../everybody.ts";

const PAGE = 500;

export interface Search {
  /** Null: all who there are. */
  userId: string | null;
  outcome: Outcome | null;
  /** Epoch milliseconds. */
  since: number;
  limit: number;
}

/** The newest first. A job that nobody ever paid for has never been. */
export async function searchJobs(
  table: Table,
  config: Config,
  { userId, outcome, since, limit }: Search,
): Promise<Job[]> {
  const wanted = (job: Job) => job.paidRound > 0 && (outcome === null || job.outcome === outcome);
  const newest: Job[] = [];
  for await (const each of userId === null ? everyName(config, "user#") : [userId]) {
    let found = 0;
    for await (const job of jobsOf(table, each)) {
      if (job.createdAt < since || found === limit) break;
      if (!wanted(job)) continue;
      found += 1;
      newest.push(job);
    }
    // No more than are shown stay in memory.
    newest.sort((a, b) => b.createdAt - a.createdAt).splice(limit);
  }
  return newest;
}

export interface DeadLetters {
  /** Ended, and could not be closed. */
  putAside: Job[];
  /** Failed on our side: given up, or with something that only the operator can mend. */
  failedHere: Job[];
  /** Webhooks that nobody took. */
  deliveries: Delivery[];
}

export async function deadLetters(table: Table, config: Config): Promise<DeadLetters> {
  const dead: DeadLetters = { putAside: [], failedHere: [], deliveries: [] };
  for await (const userId of everyName(config, "user#")) {
    for await (const job of jobsOf(table, userId)) {
      if (isPutAside(job)) dead.putAside.push(job);
      else if (job.outcome === "failed" && job.error?.type === "internal" && job.paidRound > 0)
        dead.failedHere.push(job);
    }
    for await (const item of allItems(table, userId, "delivery#")) {
      const delivery = deliveryOf(item);
      if (delivery.status === "dead") dead.deliveries.push(delivery);
    }
  }
  return dead;
}

async function* jobsOf(table: Table, userId: string): AsyncGenerator<Job> {
  for await (const item of allItems(table, userId, "job#")) yield jobOf(item).job;
}

async function* allItems(table: Table, userId: string, prefix: string) {
  const query = { partition: `user#${userId}`, prefix, order: "descending", limit: PAGE } as const;
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ ...query, after });
    yield* page.items;
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
}
