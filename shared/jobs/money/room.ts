// Room in the store for what a round delivers: set aside before anything of it is copied to its permanent place.
import { findHold, readAccount } from "../../credits/account.ts";
import { fullText, withRoom } from "../../credits/storage.ts";
import type { CoreDeps } from "../deps.ts";
import { type Job, keyOf, readJob } from "../job.ts";
import { countStorage } from "./count-storage.ts";

/** `full`: a sentence for the user; nothing was changed. */
export type Room = { state: "reserved" } | { state: "full"; message: string };

/** Sets room aside on the round's hold for all files that the attempt has delivered so far. Repeating it is safe, and costs one read. */
export async function reserveRoom(deps: CoreDeps, job: Job): Promise<Room> {
  // A production has set room aside for all of its nodes.
  if (job.production) return { state: "reserved" };
  const stored = await readAccount(deps.table, job.userId);
  const hold = stored && findHold(stored.account, job.id, job.round);
  if (hold && (hold.bytes ?? 0) >= deliveredBytes(job)) return { state: "reserved" };
  if (stored?.account.usedBytes === undefined) await countStorage(deps, job.userId);
  return deps.changeAccount<Job | null, Room>(job.userId, {
    read: async () => (await readJob(deps.table, keyOf(job)))?.job ?? null,
    apply(account, current) {
      const own = findHold(account, job.id, job.round);
      // A round that is over, or an attempt that is, keeps nothing: whoever copies finds that out.
      const isOver = !own || current?.outcome !== null || current.attempt !== job.attempt;
      if (isOver) return { account, result: { state: "reserved" } };
      const { maxStoredBytes } = deps.settings;
      const roomy = withRoom(account, own, Math.max(deliveredBytes(job), deliveredBytes(current)), maxStoredBytes);
      if (roomy) return { account: roomy, result: { state: "reserved" } };
      return { account, result: { state: "full", message: fullText(account, maxStoredBytes) } };
    },
  });
}

function deliveredBytes({ deliveries }: Job): number {
  return deliveries.reduce((sum, delivery) => sum + (delivery.state === "stored" ? delivery.size : 0), 0);
}
