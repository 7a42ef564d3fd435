// Object created under temp/tickets/: run the job that the ticket names, and stay with it for a while.
import type { EventContext, ObjectCreated } from "../../shared/events/storage.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { parseTicketKey } from "../../shared/media/keys.ts";
import { jobRuntime } from "../../shared/runtime/runtime.ts";

export async function handler({ key }: ObjectCreated, { signal }: EventContext): Promise<void> {
  const job = parseTicketKey(key);
  if (job) await runJob(jobRuntime(), job, { stayMs: jobRuntime().stayMs, signal });
}
