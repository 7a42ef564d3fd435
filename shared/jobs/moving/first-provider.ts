// A job that was given to another model has left something with the first provider: by its number, each attempt belongs to one of them.
import type { Job } from "../job.ts";

export function isOfFirst(job: Job, attempt: number): boolean {
  return job.fallbackFrom !== undefined && attempt <= job.fallbackFrom.lastAttempt;
}

/** The provider that was given this reference, which is `{jobId}-{attempt}`. */
export function providerIdOf(job: Job, reference: string): string {
  const attempt = Number(reference.slice(reference.lastIndexOf("-") + 1));
  return job.fallbackFrom && isOfFirst(job, attempt) ? job.fallbackFrom.provider : job.provider;
}
