// What is asked for in tests of the core.
import type { NewJob } from "../../shared/jobs/asking/new-job.ts";

export const userId = "01900000-0000-7000-8000-00000000aaaa";

/** What is asked for unless a test says otherwise: one picture for 10 credits within 15 minutes. */
export function newJob(fields: Partial<NewJob> = {}): NewJob {
  return {
    userId,
    type: "image",
    provider: "scripted",
    request: { type: "image", operation: "generate", model: "scripted", prompt: "a lake", n: 1 },
    dryRun: false,
    metadata: null,
    price: 10,
    deadlineMs: 900_000,
    input: null,
    ...fields,
  };
}

/** A request for so many pictures. */
export function pictures(n: number): NewJob["request"] {
  return { type: "image", operation: "generate", model: "scripted", prompt: "a lake", n };
}
