// Reading jobs as their user may see them. A job that was never paid for does not exist.
import { type Account, findHold, readAccount } from "../../credits/account.ts";
import { AppError } from "../../errors/app-error.ts";
import type { MediaKind } from "../../ports/provider.ts";
import type { Item, Table } from "../../ports/table.ts";
import type { CoreDeps } from "../deps.ts";
import { type Job, type JobKey, jobOf, readJob } from "../job.ts";
import { readsAsEnded, type Status, statusOf } from "../states.ts";
import { hasWords } from "./search.ts";

/**
 * The job; `not_found` when there is none, it belongs to somebody else, nobody paid for it, or it was deleted. `first`: as it was found just
 * now; null when there was none.
 */
export async function findJob(deps: Pick<CoreDeps, "table">, key: JobKey, first?: Job | null): Promise<Job> {
  for (let look = 0; look < 2; look++) {
    const job = look === 0 && first !== undefined ? first : (await readJob(deps.table, key))?.job;
    if (!job || job.deletion) break;
    if (job.paidRound > 0) return job;
    const account = (await readAccount(deps.table, key.userId))?.account;
    if (account && findHold(account, job.id, job.round)) return job;
    // The hold may have gone between the two reads because the job ended: then the job now says that it was paid for.
  }
  throw new AppError("not_found");
}

export interface JobPage<Listed = Job> {
  jobs: Listed[];
  /** Every job of the user; null with a filter. */
  total: number | null;
  /** Behind which job id the next page goes on; null at the end. */
  next: string | null;
}

export interface JobFilter {
  /** Any of them. */
  status?: readonly Status[] | undefined;
  type?: readonly MediaKind[] | undefined;
  /** In the prompt, as `searchable` has made it. */
  words?: readonly string[] | undefined;
}

export interface JobQuery extends JobFilter {
  limit: number;
  after?: string | undefined;
}

/** A page with a filter may hold fewer jobs than asked for although more follow: it looks at this many at most. */
const MAX_SCANNED = 1000;

/** Newest first. */
export function listJobs(table: Table, userId: string, query: JobQuery): Promise<JobPage> {
  return listAs(table, userId, query, (item, account) => {
    const { job } = jobOf(item);
    return isShown(job, account, query) ? job : null;
  });
}

/** The same, each job as `listed` makes it of its item; null for one that is not to be shown. */
export async function listAs<Listed extends { id: string }>(
  table: Table,
  userId: string,
  query: JobQuery,
  listed: (item: Item, account: Account) => Listed | null,
): Promise<JobPage<Listed>> {
  const account = (await readAccount(table, userId))?.account;
  if (!account) throw new AppError("not_found");
  const isFiltered = query.status !== undefined || query.type !== undefined || query.words !== undefined;
  const jobs: Listed[] = [];
  let after = query.after;
  for (let scanned = 0, isLast = false; !isLast && jobs.length <= query.limit && scanned < MAX_SCANNED; ) {
    const page = await table.query({
      partition: `user#${userId}`,
      prefix: "job#",
      order: "descending",
      limit: isFiltered ? 100 : query.limit + 1,
      after: after && `job#${after}`,
    });
    jobs.push(...page.items.flatMap((item) => listed(item, account) ?? []));
    after = page.items.at(-1)?.sort.slice("job#".length) ?? after;
    scanned += page.items.length;
    isLast = page.isLast;
    if (isLast && jobs.length <= query.limit) after = undefined;
  }
  const shown = jobs.slice(0, query.limit);
  const next = jobs.length > query.limit ? (shown.at(-1)?.id ?? null) : (after ?? null);
  return { jobs: shown, total: isFiltered ? null : account.jobs, next };
}

export function isShown(job: Job, account: Account, filter: JobFilter): boolean {
  if (job.deletion) return false;
  const exists = job.paidRound > 0 || findHold(account, job.id, job.round) !== undefined;
  return exists && fits({ type: job.type, status: statusOf(job), prompt: job.request.prompt }, filter);
}

export function fits(
  job: { type: MediaKind; status: Status; prompt: string },
  { status, type, words }: JobFilter,
): boolean {
  return (
    (status?.includes(job.status) ?? true) &&
    (type?.includes(job.type) ?? true) &&
    (!words || hasWords(job.prompt, words))
  );
}

/** Waits until the job reads as ended, at most `ms`. Answers the job as it is then. */
export async function watchJob(
  deps: Pick<CoreDeps, "table" | "clock">,
  key: JobKey,
  options: { ms: number; signal: AbortSignal },
): Promise<Job> {
  const until = deps.clock.now() + options.ms;
  // Pauses are counted as well: the clock may go back.
  let pausedMs = 0;
  for (let pauseMs = 25; ; pauseMs = Math.min(500, pauseMs * 1.3)) {
    const job = (await readJob(deps.table, key))?.job;
    if (!job || job.deletion) throw new AppError("not_found");
    const leftMs = Math.min(until - deps.clock.now(), options.ms - pausedMs);
    if (readsAsEnded(job) || leftMs <= 0 || options.signal.aborted) return job;
    const napMs = Math.min(pauseMs, leftMs);
    pausedMs += napMs;
    await deps.clock.sleep(napMs, options.signal);
  }
}
