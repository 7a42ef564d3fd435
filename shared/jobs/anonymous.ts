// A job without anything that its user said or got: what stays of it for as long as something counts on it.
import type { Job } from "./job.ts";

export function anonymous(known: Job): Job {
  const { webhookUrl: _, inputs: __, fallbackFrom: ___, moderation: ____, applyTo: _____, ...job } = known;
  const { type, operation, model, n } = job.request;
  return {
    ...job,
    request: { type, operation, model, prompt: "", n },
    metadata: null,
    error: job.error && { type: job.error.type, message: "", retryable: job.error.retryable },
    deliveries: [],
    outputs: [],
    feed: [],
    // What leads to the provider's own records of it.
    task: null,
    taskIds: [],
    strayTasks: [],
    lostReferences: [],
  };
}
