// What a tick does with each kind of due item.
import { finishCode, readCode } from "../credits/codes.ts";
import type { DueKind } from "../ports/due.ts";
import { advance } from "./advance.ts";
import type { JobDeps } from "./deps.ts";
import { forgetKey } from "./idempotency.ts";
import { reviewAccount } from "./review-account.ts";
import { type DueHandler, runTick } from "./tick.ts";

export function tickJobs(deps: JobDeps, signal: AbortSignal): Promise<void> {
  return runTick(deps, dueHandlers(deps), signal);
}

/** By kind of the due index. */
export function dueHandlers(deps: JobDeps): Record<DueKind, DueHandler> {
  return {
    async job({ partition, sort }, signal) {
      const key = { userId: partition.slice("user#".length), jobId: sort.slice("job#".length) };
      await advance(deps, key, { by: "tick", signal });
    },
    account: ({ partition }) => reviewAccount(deps, partition.slice("user#".length)),
    idempotency: (key) => forgetKey(deps, key),
    async code({ partition }) {
      const code = await readCode(deps.table, partition.slice("code#".length));
      if (code) await finishCode(deps, code);
    },
  };
}
