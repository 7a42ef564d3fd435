// Whether an unfinished job works on what its user wants to delete. One that begins at the very same moment is not seen: it then fails with a
// message that says that the picture is gone, and is refunded.
import { readAccount } from "../../credits/account.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CoreDeps } from "../deps.ts";
import { type InputOrigin, type Job, readJob } from "../job.ts";

/** Throws `conflict` that names the job. */
export async function requireUnused(
  deps: Pick<CoreDeps, "table">,
  userId: string,
  wanted: { jobId: string } | { uploadId: string },
): Promise<void> {
  const user = await findUser(deps, userId, wanted);
  if (user !== null) throw inUse(user);
}

export function inUse(user: string): AppError {
  return new AppError("conflict", {
    message: `Job ${user}, which is unfinished, works on it. Cancel that one, or wait until it has ended.`,
  });
}

/** The id of an unfinished job that has it as an input; null when there is none. */
export async function findUser(
  deps: Pick<CoreDeps, "table">,
  userId: string,
  wanted: { jobId: string } | { uploadId: string },
): Promise<string | null> {
  const jobs = await unfinishedJobs(deps, userId);
  return jobs.find(({ inputs = [] }) => inputs.some(({ origin }) => isSame(origin, wanted)))?.id ?? null;
}

/** Those with holds: no part of a production is among them. */
export async function unfinishedJobs({ table }: Pick<CoreDeps, "table">, userId: string): Promise<Job[]> {
  const holds = (await readAccount(table, userId))?.account.holds ?? [];
  const ids = holds.flatMap(({ jobId }) => jobId ?? []);
  const stored = await Promise.all(ids.map((jobId) => readJob(table, { userId, jobId })));
  return stored.flatMap((one) => one?.job ?? []);
}

function isSame(origin: InputOrigin, wanted: { jobId: string } | { uploadId: string }): boolean {
  if ("uploadId" in wanted) return "uploadId" in origin && origin.uploadId === wanted.uploadId;
  return "jobId" in origin && origin.jobId === wanted.jobId;
}
