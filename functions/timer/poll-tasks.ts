// Every minute: whatever is due is looked at.
import type { EventContext } from "../../shared/events/storage.ts";
import { tickJobs } from "../../shared/jobs/timers/tick-jobs.ts";
import { jobRuntime } from "../../shared/runtime/runtime.ts";

export function handler({ signal }: EventContext): Promise<void> {
  return tickJobs(jobRuntime(), signal, { parallel: jobRuntime().tickParallel });
}
