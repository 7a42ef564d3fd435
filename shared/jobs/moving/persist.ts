// Keeping an output: from temp/ to its permanent place, then its record; whoever writes the last record completes the job.
import { createHash } from "node:crypto";
import { outputKey, tempOutputKey } from "../../media/keys.ts";
import type { ItemKey, JsonObject } from "../../ports/table.ts";
import type { JobDeps, PersistDeps } from "../deps.ts";
import { type Delivery, type Job, type JobKey, keyOf, type Output, readJob } from "../job.ts";
import { endJob } from "../money/ending.ts";
import { reserveRoom } from "../money/room.ts";
import { toEnded, toFull, withoutDelivery } from "../states.ts";
import type { Claim } from "./claim.ts";
import { keepThumbnail } from "./kept-thumbnails.ts";
import { noteUnlabelled } from "./label-log.ts";

/**
 * - `kept`: the output lies in its place and has its record.
 * - `again`: the event is ahead of the record that the transfer is about to write: deliver it again.
 * - `dropped`: nothing of ours, of an attempt that is over, or not what was recorded: left to the purge. Or its content is still looked at:
 *   whoever does so persists it, too. Or there is no room for it in
 *   the user's part of the store: then the round ends, once the whole attempt has arrived.
 * - `missing`: the job counts on a file that is nowhere any more.
 */
export type PersistOutcome = "kept" | "again" | "dropped" | "missing";

export interface OutputRef extends JobKey {
  attempt: number;
  index: number;
}

/** Needs no claim: each step is conditional and may be taken by several at once, in any order with the transfer of other outputs. */
export async function persistOutput(deps: PersistDeps, ref: OutputRef): Promise<PersistOutcome> {
  const job = (await readJob(deps.table, ref))?.job;
  if (!job || !delivers(job) || job.attempt !== ref.attempt) return "dropped";
  const delivery = job.deliveries[ref.index];
  if (delivery?.state === "waiting") return "again";
  if (delivery?.state !== "stored") return "dropped";
  const room = await reserveRoom(deps, job);
  if (room.state === "full") {
    await endWithoutRoom(deps, job, room.message);
    return "dropped";
  }
  const output = await copyIntoPlace(deps, job, outputOf(deps, job, ref.index, delivery), delivery);
  if (!output) return "missing";
  await noteIfDeclined(deps, job, output);
  const hasThumbnail = await keepThumbnail(deps, job, output, delivery.thumbnail);
  const record: Output = hasThumbnail ? { ...output, hasThumbnail } : output;
  await deps.table.put({ ...recordKey(ref), data: record as unknown as JsonObject }, "absent");
  await completeIfAllKept(deps, ref);
  return "kept";
}

/** The latest attempt has succeeded at the provider, and its outputs are on their way. */
function delivers(job: Job): boolean {
  return job.outcome === null && (job.phase === "transferring" || job.phase === "storing" || job.isRefreshed);
}

/** Persists what nobody has persisted yet. A file that went missing is transferred again. */
export async function persistDelivered(deps: JobDeps, claim: Claim): Promise<void> {
  const { job } = claim;
  const indexes = storedIndexes(job);
  const outcomes = await Promise.all(
    indexes.map((index) => persistOutput(deps, { ...keyOf(job), attempt: job.attempt, index })),
  );
  await claim.reload();
  if (claim.job.phase !== "storing") return;
  for (const [i, outcome] of outcomes.entries()) {
    const index = indexes[i];
    if (outcome !== "missing" || index === undefined) continue;
    deps.log.warn({ jobId: job.id, attempt: job.attempt, index }, "an output went missing before it was kept");
    // What lies there now, if anything, is not what was checked.
    await deps.store.delete(tempOutputKey(job.userId, job.id, job.attempt, index));
    await claim.update((current) => withoutDelivery(current, deps.clock.now(), index));
  }
}

/** Another attempt would need as much; the user may try again once there is room. Who still transfers for the attempt is let finish first. */
async function endWithoutRoom(deps: PersistDeps, { attempt, round, ...job }: Job, message: string): Promise<void> {
  await endJob(deps, { userId: job.userId, jobId: job.id }, round, (current, now) =>
    current.phase === "storing" && current.attempt === attempt ? toFull(current, now, message) : null,
  );
}

/** The records of one attempt, by a consistent read. */
export async function readRecords(deps: Pick<PersistDeps, "table">, key: JobKey, attempt: number): Promise<Output[]> {
  const { items } = await deps.table.query({
    partition: `user#${key.userId}`,
    prefix: `output#${key.jobId}#${attempt}-`,
    order: "ascending",
    limit: 100,
  });
  return items.map((item) => item.data as unknown as Output);
}

/** The output as it lies in its permanent place; null when it does not. */
async function copyIntoPlace(deps: PersistDeps, job: Job, output: Output, delivery: Stored): Promise<Output | null> {
  const from = tempOutputKey(job.userId, job.id, job.attempt, output.index);
  const copied = await deps.store.copy(from, output.key, { ifMatch: delivery.etag });
  const isThere = copied.state === "copied" || copied.state === "exists";
  const info = isThere ? copied.info : await deps.store.head(output.key);
  if (!info) return null;
  if (delivery.isMadeAgain && copied.state !== "copied") return asKept(deps, output);
  if (info.size !== output.size) throw new Error("another file lies in the place of an output");
  return output;
}

/**
 * A copy of a file that was missed may have ended after all, and the one that was made anew need not have the same bytes: a signature and its time
 * differ. What lies there stays, and is what is recorded.
 */
async function asKept({ store }: PersistDeps, output: Output): Promise<Output | null> {
  const object = await store.get(output.key);
  if (!object) return null;
  const hash = createHash("sha256");
  for await (const chunk of object.body) hash.update(chunk);
  return { ...output, size: object.info.size, sha256: hash.digest("hex") };
}

/** Counts after one's own write: of several who do, at least the last one sees them all. */
async function completeIfAllKept(deps: PersistDeps, ref: OutputRef): Promise<void> {
  const records = await readRecords(deps, ref, ref.attempt);
  const job = (await readJob(deps.table, ref))?.job;
  if (!job || records.length < storedIndexes(job).length) return;
  await endJob(deps, ref, job.round, (current, now) => {
    const isReady = current.phase === "storing" && current.attempt === ref.attempt;
    if (!isReady || records.length < storedIndexes(current).length) return null;
    return toEnded(current, now, { outcome: "completed", outputs: records, captured: records.length * current.price });
  });
}

/** Before there is a record: so nothing is ever shown that the log does not know of. */
async function noteIfDeclined(deps: PersistDeps, job: Job, { index, sha256 }: Output): Promise<void> {
  if (job.visibleLabel?.isDeclined) await noteUnlabelled(deps, job, { index, why: "declined", sha256 });
}

type Stored = Delivery & { state: "stored" };

function outputOf(deps: PersistDeps, job: Job, index: number, delivery: Stored): Output {
  const { size, sha256, extension, contentType, width, height, durationMs, hasVisibleLabel } = delivery;
  const place = { type: job.type, timestamp: job.attemptAt, index, extension };
  return {
    index,
    type: job.type,
    key: outputKey(job.userId, job.id, place),
    size,
    sha256,
    extension,
    contentType,
    width,
    height,
    durationMs,
    ...(hasVisibleLabel === undefined ? {} : { hasVisibleLabel }),
    createdAt: deps.clock.now(),
  };
}

function storedIndexes(job: Job): number[] {
  return job.deliveries.flatMap((delivery, index) => (delivery.state === "stored" ? [index] : []));
}

function recordKey(ref: OutputRef): ItemKey {
  return { partition: `user#${ref.userId}`, sort: `output#${ref.jobId}#${ref.attempt}-${ref.index}` };
}
