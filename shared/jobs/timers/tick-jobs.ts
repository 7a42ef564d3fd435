// What a tick does with each kind of due item.
import { finishCode, readCode } from "../../credits/codes.ts";
import { removeExpired } from "../../limits/expiring.ts";
import type { DueKind } from "../../ports/due.ts";
import { lookAtUpload } from "../../uploads/look-at-upload.ts";
import { forgetKey } from "../asking/idempotency.ts";
import type { JobDeps } from "../deps.ts";
import { jobIdOf } from "../job.ts";
import { reviewAccount } from "../money/review-account.ts";
import { advance } from "../moving/advance.ts";
import { continueDeletion } from "./delete-user.ts";
import { type DueHandler, runTick } from "./tick.ts";

/** `parallel`: items of one kind that are served at the same time. */
export async function tickJobs(deps: JobDeps, signal: AbortSignal, options: { parallel?: number } = {}): Promise<void> {
  await deps.productions?.sayReady(deps);
  return runTick(deps, dueHandlers(deps), signal, options);
}

/** Deliveries and mails have a timer of their own: no receiver keeps a job waiting. */
export type JobsDueKind = Exclude<DueKind, "delivery" | "mail">;

/** By kind of the due index. */
export function dueHandlers(deps: JobDeps): Record<JobsDueKind, DueHandler> {
  return {
    async job({ partition, sort }, signal) {
      const key = { userId: partition.slice("user#".length), jobId: jobIdOf(sort) };
      await advance(deps, key, { by: "tick", signal });
    },
    async production({ partition, sort }, signal) {
      const key = { userId: partition.slice("user#".length), productionId: sort.slice("production#".length) };
      await deps.productions?.advance(deps, key, { by: "tick", signal });
    },
    async account({ partition }, signal) {
      const userId = partition.slice("user#".length);
      await reviewAccount(deps, userId);
      await continueDeletion(deps, userId, signal);
    },
    idempotency: (key) => forgetKey(deps, key),
    upload: (key) => lookAtUpload(deps, key),
    order: (key) => deps.lookAtOrder(deps, key),
    project: (key) => deps.lookAtProject(deps, key),
    expiring: (key) => removeExpired(deps, key),
    async code({ partition }) {
      const code = await readCode(deps.table, partition.slice("code#".length));
      if (code) await finishCode(deps, code);
    },
  };
}
