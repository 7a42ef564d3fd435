// Every minute: whatever is due is looked at.
import type { EventContext } from "../../shared/events/storage.ts";
import { tickJobs } from "../../shared/jobs/tick-jobs.ts";
import { runtime } from "../../shared/runtime/runtime.ts";

export function handler({ signal }: EventContext): Promise<void> {
  return tickJobs(runtime(), signal);
}
