// Creating a job where the table writes items together: idempotency item, job and hold are one write. Nothing is ever there in part, so that
// nothing has to be repaired but a lost ticket.
import type { AccountChange } from "../../credits/changes.ts";
import { AppError } from "../../errors/app-error.ts";
import type { RequestDeps } from "../deps.ts";
import { type Job, jobItem } from "../job.ts";
import { withHold } from "../money/hold.ts";
import { type IdempotencyKey, type Reserved, readReservation, reservationWrite } from "./idempotency.ts";
import { type NewJob, newJob } from "./new-job.ts";

/** The new job, paid for; or the id that the key stands for already: then nothing was written. */
export type CreatedTogether = { job: Job; knownId?: never } | { job?: never; knownId: string };

/** A file that came with the request lies in temp/ before its job is written, and only a refusal that is certain spares it. */
export function canCreateTogether({ table }: Pick<RequestDeps, "table">, { input, inputs = [] }: NewJob): boolean {
  return table.putTogether !== undefined && input === null && inputs.every(({ bytes }) => bytes === undefined);
}

/** Throws what refuses the job: 401, 402, 429, 507, or 422 for a key that was used with another request. Then nothing was written. */
export function createTogether(
  deps: RequestDeps,
  wanted: NewJob,
  idempotency: IdempotencyKey | null,
  freshId: string,
): Promise<CreatedTogether> {
  const { userId } = wanted;
  const change: AccountChange<Reserved | null, CreatedTogether> = {
    read: async () => idempotency && (await readReservation(deps, userId, idempotency)),
    apply(account, found) {
      if (found && found.jobId !== null) return { account, result: { knownId: found.jobId } };
      const job = newJob(wanted, freshId, deps);
      const paid = { ...job, paidRound: job.round };
      const key = idempotency && reservationWrite(deps, userId, idempotency, { jobId: freshId, over: found?.version });
      return {
        account: withHold(deps, account, job),
        result: { job: paid },
        beside: [{ item: jobItem(paid), condition: "absent" }, ...(key ? [key] : [])],
      };
    },
  };
  return deps.changeAccount(userId, change).catch(asUnknownUser);
}

function asUnknownUser(error: unknown): never {
  throw error instanceof AppError && error.type === "not_found" ? new AppError("unauthenticated") : error;
}
