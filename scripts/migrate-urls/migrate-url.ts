// One URL of an older system becomes a job of `import` that costs nothing, by the very steps by which users keep files: whoever dies in between
// leaves it to the next run, or to a server. Its id follows from the old one, so that no run makes it twice.
import { createHash } from "node:crypto";
import { v7 } from "uuid";
import { createJob } from "../../shared/jobs/asking/create.ts";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, type JobKey, readJob } from "../../shared/jobs/job.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { updateJob } from "../../shared/jobs/update.ts";
import type { Row } from "./rows.ts";

export type Migrated =
  | { state: "copied" | "there"; jobId: string; object: string }
  /** `why`: a sentence. */
  | { state: "gone"; jobId: string; why: string }
  /** Stopped, or put off: the next run goes on with it. */
  | { state: "unfinished"; jobId: string };

const STAY_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** `userId`: of the user here. */
export async function migrateUrl(
  deps: JobDeps,
  { jobId: oldId, type, urls, createdAt }: Row,
  { userId, index, deadlineMs, signal }: { userId: string; index: number; deadlineMs: number; signal: AbortSignal },
): Promise<Migrated> {
  const jobId = idOf(userId, oldId, index, createdAt);
  const key = { userId, jobId };
  const before = (await readJob(deps.table, key))?.job;
  if (before?.deletion) return { state: "gone", jobId, why: "It was tried before, and could not be had." };
  // Made, and not paid for, by a run that died: then it is started now.
  if (!before || before.paidRound === 0) {
    const url = urls[index] ?? "";
    const request = { type, operation: "generate", model: "import", prompt: "", n: 1, source: { url } } as const;
    const metadata = { migratedFrom: oldId, index };
    const wanted = {
      userId,
      type,
      provider: "import",
      request,
      dryRun: false,
      metadata,
      price: 0,
      deadlineMs,
      input: null,
    };
    await createJob(withId(deps, jobId), wanted, null);
  }
  const job = await finished(deps, key, signal);
  if (!job) return { state: "unfinished", jobId };
  if (job.outcome !== "completed") return forgotten(deps, job);
  if (job.createdAt !== createdAt) await updateJob(deps, key, (current) => ({ ...current, createdAt }));
  const state = before?.outcome === "completed" ? "there" : "copied";
  return { state, jobId, object: job.outputs[0]?.key ?? "" };
}

/** Its user never asked for it: a job that failed is taken away again. What it failed of is reported. */
async function forgotten(deps: JobDeps, { userId, id: jobId, error }: Job): Promise<Migrated> {
  await deleteJob(deps, { userId, jobId });
  return { state: "gone", jobId, why: error?.message ?? "It was cancelled." };
}

/** Advances it until it is closed, whoever does; null when that has to end before. */
async function finished(deps: JobDeps, key: JobKey, signal: AbortSignal): Promise<Job | null> {
  for (;;) {
    const job = (await readJob(deps.table, key))?.job;
    if (!job) return null;
    if (job.phase === "closed" || (job.phase === "closing" && job.isCleaned)) return job;
    if (signal.aborted) return null;
    if ((job.dueAt ?? 0) > deps.clock.now()) await deps.clock.sleep(LOOK_EVERY_MS, signal);
    else await runJob(deps, key, { stayMs: STAY_MS, signal });
    if (job.lease) await deps.clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** A UUIDv7 of the old time, so that lists have it where it belongs; its random part is a hash of what names the file. */
export function idOf(userId: string, oldId: string, index: number, createdAt: number): string {
  const random = createHash("sha256")
    .update(JSON.stringify([userId, oldId, index]))
    .digest();
  return v7({ msecs: createdAt, random: random.subarray(0, 16), seq: random.readUInt32BE(16) });
}

/** The first id that is drawn is the job's. */
function withId(deps: JobDeps, jobId: string): JobDeps {
  let next: string | null = jobId;
  const uuid = () => {
    const id = next ?? deps.ids.uuid();
    next = null;
    return id;
  };
  return { ...deps, ids: { ...deps.ids, uuid } };
}
