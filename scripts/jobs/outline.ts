// A job on one line, and the same for programs. Never what was asked for: lists are read over shoulders.
import type { Job } from "../../shared/jobs/job.ts";
import { statusOf } from "../../shared/jobs/states.ts";

export function outlineOf(job: Job) {
  const { id: jobId, userId, type, operation, provider, request, phase, round, attempt, captured, error } = job;
  return {
    ...{ jobId, userId, type, operation, provider, model: request.model },
    ...{ status: statusOf(job), phase, round, attempt },
    price: job.price * request.n,
    cost: captured,
    errorType: error?.type ?? null,
    createdAt: timeOf(job.createdAt),
    completedAt: timeOf(job.completedAt),
    dueAt: timeOf(job.dueAt),
  };
}

export function lineOfJob(job: Job): string {
  const { jobId, userId, type, provider, model, status, phase, errorType, cost, createdAt } = outlineOf(job);
  const why = errorType === null || status === "completed" ? "" : ` ${errorType}`;
  const where = status === "processing" || status === "pending" ? ` (${phase})` : "";
  return `${createdAt} ${jobId} ${type} ${provider}/${model} ${status}${why}${where} cost ${cost} user ${userId}`;
}

/** ISO 8601; null stays null. */
export function timeOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
