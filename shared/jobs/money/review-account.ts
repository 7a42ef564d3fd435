// What the timer does with an account that is due: holds that outlived their expiry are looked at with their jobs, and room that outlived its
// own with its upload.
import type { Account, Hold } from "../../credits/account.ts";
import { readAccount } from "../../credits/account.ts";
import { finishCode, readCode } from "../../credits/codes.ts";
import { markersOf } from "../../credits/give-back.ts";
import { extendHold, HOLD_REVIEW_MS, settleHold } from "../../credits/holds.ts";
import { bookMarked } from "../../credits/orders/book.ts";
import { orderPrefix } from "../../credits/orders/order.ts";
import { roomsOf } from "../../credits/storage.ts";
import { CLOCK_SKEW_MS } from "../../items/fast-clock.ts";
import { asSeenAt, deadlineOf } from "../../items/watched-time.ts";
import { giveUploadBack } from "../../uploads/delete-upload.ts";
import { reviewRoom } from "../../uploads/room.ts";
import type { JobDeps } from "../deps.ts";
import { type Job, readJob } from "../job.ts";
import { measureCredits, type Settlement, settlementOf } from "../measures.ts";
import { settled } from "./ending.ts";
import { giveJobBack } from "./give-job-back.ts";

/**
 * Holds that have expired, and those that seem to last longer than anybody gives a new one: they were extended, or placed by a clock that
 * was ahead.
 */
function isToReview(hold: Hold, now: number): boolean {
  return hold.expiresAt <= now || hold.expiresAt > now + HOLD_REVIEW_MS + CLOCK_SKEW_MS;
}

/** Room that is set aside for longer was set aside by a clock that was ahead. */
const LONGEST_ROOM_MS = 60 * 60_000;

/** An unfinished job extends its hold, one that has ended decides, and a job that does not exist gives it back. */
export async function reviewAccount(deps: JobDeps, userId: string): Promise<void> {
  const account = (await readAccount(deps.table, userId))?.account;
  if (!account) return;
  for (const marker of account.markers) {
    const code = await readCode(deps.table, marker);
    if (code) await finishCode(deps, code);
  }
  for (const sort of markersOf(account)) {
    const id = sort.slice(sort.indexOf("#") + 1);
    if (sort.startsWith(orderPrefix)) await bookMarked(deps, userId, sort);
    else if (sort.startsWith("job#")) await giveJobBack(deps, { userId, jobId: id });
    else await giveUploadBack(deps, { userId, uploadId: id });
  }
  const now = deps.clock.now();
  const open = account.holds.filter((hold) => isToReview(hold, now));
  await Promise.all(open.map((hold) => reviewHold(deps, userId, hold)));
  const rooms = roomsOf(account).filter(({ until }) => until <= now || until > now + LONGEST_ROOM_MS + CLOCK_SKEW_MS);
  await Promise.all(rooms.map(({ id }) => reviewRoom(deps, { userId, uploadId: id })));
}

async function reviewHold(deps: JobDeps, userId: string, hold: Hold): Promise<void> {
  const { jobId } = hold;
  // Where nobody knows productions nothing is given back for want of one.
  if (jobId === undefined) return deps.productions?.reviewHold(deps, userId, hold);
  const settlement = await deps.changeAccount<Job | null, Settlement>(userId, {
    read: async () => (await readJob(deps.table, { userId, jobId }))?.job ?? null,
    apply(account, job) {
      const next = reviewed(deps, account, { ...hold, id: jobId }, job);
      return { account: next, result: settlementOf(account, next, job) };
    },
  });
  measureCredits(deps.metrics, settlement);
}

function reviewed(deps: JobDeps, account: Account, { id, ...hold }: Hold & { id: string }, job: Job | null): Account {
  const now = deps.clock.now();
  if (!job) {
    const nothing = { id, round: hold.round, captured: 0, keptBytes: 0, jobExists: false };
    return settleHold(account, nothing, { lineId: deps.ids.uuid(), description: "Credits given back", now });
  }
  const isUnfinished = job.outcome === null && hold.round === job.round;
  if (!isUnfinished) return settled(deps, account, job);
  const expiresAt = Math.max(deadlineOf(asSeenAt(job, now)), now) + HOLD_REVIEW_MS;
  return expiresAt === hold.expiresAt ? account : extendHold(account, hold, expiresAt);
}
