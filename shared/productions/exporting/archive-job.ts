// An export that is a file of its own: a job, because no function of a cloud answers with gigabytes, and a stream of an hour is a stream that breaks.
// As a job it is made once, goes on after a crash, lies in the store as every output, is counted as its user's, and goes a day after it was made.
import { createHash } from "node:crypto";
import { AppError } from "../../errors/app-error.ts";
import { createJob } from "../../jobs/asking/create.ts";
import { readIdempotency } from "../../jobs/asking/idempotency.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import { type Job, readJob } from "../../jobs/job.ts";
import { isSettled } from "../../jobs/states.ts";
import type { ArchiveEntry, ArchiveFormat, ArchiveList } from "../../ports/archive.ts";
import type { Clock } from "../../ports/clock.ts";
import { putText } from "../plans.ts";
import { keyOf, type Production } from "../production.ts";

/** As long as a key stands for it, so that no key leads to what is gone. */
const KEPT_MS = 24 * 60 * 60_000;
const DEADLINE_MS = 30 * 60_000;
/** Of one export: it failed, was cancelled, or was deleted, and is asked for again within a day. */
const MOST_TRIES = 20;

interface Wanted {
  format: ArchiveFormat;
  entries: readonly ArchiveEntry[];
}

/** The job that makes it; the one that has made it already, as long as nothing has changed. Throws 402, 409, 413, 429, 507. */
export async function archiveJob(
  deps: RequestDeps,
  production: Production,
  { format, entries }: Wanted,
): Promise<{ job: Job; isNew: boolean }> {
  requireFit(deps, entries);
  const list: ArchiveList = { at: production.completedAt ?? production.createdAt, entries };
  const bytes = new TextEncoder().encode(JSON.stringify(list));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const free = await freeKey(deps, production, `${format} ${sha256}`);
  if (free.job) return { job: free.job, isNew: false };
  const key = await putText(deps, keyOf(production), { sha256, bytes });
  const input = {
    ...{ key, type: "text" as const, size: bytes.length, sha256, contentType: "application/json" },
    ...{ width: null, height: null, durationMs: null },
  };
  return createJob(
    deps,
    {
      ...{ userId: production.userId, type: "archive", provider: "archive", price: 0, dryRun: false, metadata: null },
      ...{ keptForMs: KEPT_MS, deadlineMs: DEADLINE_MS, input: null },
      request: { type: "archive", operation: "generate", model: format, prompt: "", n: 1, archive: { format } },
      inputs: [{ origin: { file: key }, file: input }],
    },
    free.idempotency,
  );
}

/** The name of the export, or of its next try: one that came to nothing is not answered for a day. */
async function freeKey(deps: RequestDeps, { id, userId }: Production, name: string) {
  for (let n = 1; n <= MOST_TRIES; n++) {
    const idempotency = { key: `${name} ${n}`, route: "export-production", body: { id, name } };
    const known = await readIdempotency(deps, userId, idempotency);
    const job = known && (await readJob(deps.table, { userId, jobId: known.jobId }))?.job;
    if (!job || (!job.deletion && !isInVain(job, deps.clock)))
      return { idempotency, job: job && job.paidRound > 0 ? job : null };
  }
  throw new AppError("conflict", { message: "This was exported too often in vain today. Ask again tomorrow." });
}

/** Its file is gone, or never came. */
function isInVain(job: Job, clock: Clock): boolean {
  if (!isSettled(job) || job.paidRound === 0) return false;
  return job.outcome !== "completed" || (job.completedAt ?? 0) + KEPT_MS <= clock.now();
}

function requireFit({ settings }: Pick<RequestDeps, "settings">, entries: readonly ArchiveEntry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + ("size" in entry ? entry.size : 0), 0);
  if (bytes <= settings.maxOutputBytes) return;
  throw new AppError("too_large", {
    message: `The files of this production are ${bytes} bytes, and a file of ours has at most ${settings.maxOutputBytes}. Fetch them one by one: format=json names each.`,
  });
}
