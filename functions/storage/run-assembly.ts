// Object created under temp/assemblies/: run the job that the ticket names, which puts a film together.
import { storageFunction } from "../../shared/events/storage-function.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { parseTicketKey } from "../../shared/media/keys.ts";
import { jobRuntime } from "../../shared/runtime/runtime.ts";

export const handler = storageFunction(jobRuntime, parseTicketKey, async (runtime, job, { signal }) => {
  await runJob(runtime, job, { stayMs: runtime.stayMs, signal, by: "run-assembly" });
});
