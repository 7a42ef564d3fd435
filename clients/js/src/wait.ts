// A job or a production until it has ended, however it ended.
import type { Client } from "./client.ts";
import { type FollowOptions, follow, followProduction } from "./follow.ts";
import type { FeedEvent, Job, Production, ProductionEvent } from "./generated/schema.ts";

/** By its status: completed with outputs, failed with an error, or cancelled. */
export type EndedJob = Job & { status: "completed" | "failed" | "cancelled" };

/** Cancelled and failed ones have kept what was made, and can be resumed. */
export type EndedProduction = Production & { status: "completed" | "failed" | "cancelled" };

export interface WaitOptions<Event = FeedEvent> extends FollowOptions {
  onProgress?: (event: Event) => void;
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

/** `production`: as an answer showed it, or its id. An aborted signal ends the waiting alone. */
export async function waitForProduction(
  client: Client,
  production: Production | string,
  options: WaitOptions<ProductionEvent> = {},
): Promise<EndedProduction> {
  if (typeof production !== "string" && isEnded(production)) return production;
  const id = typeof production === "string" ? production : production.id;
  for await (const event of followProduction(client, id, options)) {
    options.onProgress?.(event);
    if (event.production && isEnded(event.production)) return event.production;
  }
  const now = await client.getProduction(id, { signal: options.signal });
  return isEnded(now) ? now : waitForProduction(client, id, { ...options, after: 0 });
}

export function isEnded(job: Job): job is EndedJob;
export function isEnded(production: Production): production is EndedProduction;
export function isEnded({ status }: Job | Production): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
