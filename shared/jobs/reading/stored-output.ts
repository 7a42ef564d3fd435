// Outputs by the names that their labels and their users know. Of the job and of whose it is nothing is told.
import type { ItemKey, Table } from "../../ports/table.ts";
import { type Output, readJob } from "../job.ts";
import { readsAsEnded, statusOf } from "../states.ts";

/** As labels have it: job, attempt and index. */
const name = /^([0-9a-f-]{36})-([1-9][0-9]{0,8})-(0|[1-9][0-9]?)$/;
const key = /^users\/([0-9a-f-]{36})\/jobs\/([0-9a-f-]{36})\/[a-z]+-[0-9]+-[0-9]+\.[a-z0-9]+$/;

/** The sha256 (hex) of the bytes that are kept under this name. Null once they were deleted, and for what was never kept. */
export async function storedSha256(
  table: Table,
  { ownerId, produceId }: { ownerId: string; produceId: string },
): Promise<string | null> {
  const [, jobId = "", attempt, index] = name.exec(produceId) ?? [];
  if (jobId === "") return null;
  const job = (await readJob(table, { userId: ownerId, jobId }))?.job;
  if (!job || job.deletion) return null;
  const record: ItemKey = { partition: `user#${ownerId}`, sort: `output#${jobId}#${attempt}-${index}` };
  const output = (await table.get(record))?.data as unknown as Output | undefined;
  return output?.sha256 ?? null;
}

/** What is kept under this key; null when it is no output that its user could see. */
export async function outputOfKey(table: Table, named: string): Promise<Output | null> {
  const [, userId = "", jobId = ""] = key.exec(named) ?? [];
  if (jobId === "") return null;
  const job = (await readJob(table, { userId, jobId }))?.job;
  if (!job || job.deletion || !readsAsEnded(job) || statusOf(job) !== "completed") return null;
  return job.outputs.find((output) => output.key === named) ?? null;
}
