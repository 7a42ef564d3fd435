// How many bytes a job keeps in the store for its user. What lies under temp/ is nobody's, and what is used where it lies counts there.
import { isOwnInput } from "../inputs/inputs.ts";
import type { Job } from "../job.ts";
import { isInputRefused } from "../moderating/record.ts";

/** Of a round that is settled, or whose hold is being settled: its outputs; of a failed one the inputs that wait for a retry, unless they were refused. */
export function keptBytes(job: Job): number {
  if (job.outcome === "completed") return job.outputs.reduce((sum, { size }) => sum + size, 0);
  return job.outcome === "cancelled" || isInputRefused(job) ? 0 : ownInputBytes(job);
}

/** What a failed round has left for the one that begins now, whose error the job still carries: the inputs, unless they were refused. */
export function waitingBytes(job: Job): number {
  return isInputRefused({ outcome: "failed", error: job.error }) ? 0 : ownInputBytes(job);
}

/** Of inputs that were fetched or came with the request, as far as they lie in their own place. */
function ownInputBytes({ inputs = [] }: Job): number {
  return inputs.filter(isOwnInput).reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
}

const MiB = 1024 ** 2;
/** Of one output: most are smaller. */
const USUAL_BYTES = { image: 4 * MiB, video: 16 * MiB, text: MiB / 16, audio: 4 * MiB, archive: 256 * MiB } as const;

export function usualBytes({ type, request }: Job): number {
  return request.n * USUAL_BYTES[type];
}
