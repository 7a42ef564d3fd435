// A job until it has ended, however it ended.
import type { Client } from "./client.ts";
import { type FollowOptions, follow } from "./follow.ts";
import type { FeedEvent, Job } from "./generated/schema.ts";

/** By its status: completed with outputs, failed with an error, or cancelled. */
export type EndedJob = Job & { status: "completed" | "failed" | "cancelled" };

export interface WaitOptions extends FollowOptions {
  onProgress?: (event: FeedEvent) => void;
}

/** `job`: the job as an answer showed it, or its id. An aborted signal ends the waiting, not the job. */
export async function wait(client: Client, job: Job | string, options: WaitOptions = {}): Promise<EndedJob> {
  if (typeof job !== "string" && isEnded(job)) return job;
  const id = typeof job === "string" ? job : job.id;
  for await (const event of follow(client, id, options)) {
    options.onProgress?.(event);
    if (event.job && isEnded(event.job)) return event.job;
  }
  const { signal } = options;
  const now = await client.getJob(id, { signal });
  return isEnded(now) ? now : wait(client, id, { ...options, after: 0 });
}

export function isEnded(job: Job): job is EndedJob {
  return job.status === "completed" || job.status === "failed" || job.status === "cancelled";
}
