// How many uploads of one user may be pending: each has a slot in one item, so that the limit is one conditional write.
//
// A slot is taken before its upload is written and given back when that is final. What a dead process took or did not give back
// ends by itself once its upload must be final, so a slot can be too many for a while, and never too few.
import { AppError } from "../errors/app-error.ts";
import type { ItemKey } from "../ports/table.ts";
import type { UploadRequestDeps } from "./upload.ts";

const MAX_PENDING = 20;

/** So often a write is tried against the user's other requests. */
const MAX_TRIES = 30;
const LONGEST_PAUSE_MS = 50;

interface Slot {
  uploadId: string;
  /** Epoch milliseconds. */
  until: number;
}

type SlotDeps = Pick<UploadRequestDeps, "table" | "clock" | "ids">;

/** `rate_limited` when as many as allowed are pending. */
export async function takeSlot(deps: SlotDeps, userId: string, slot: Slot): Promise<void> {
  await changeSlots(deps, userId, (slots) => {
    const taken = slots.filter(({ until }) => until > deps.clock.now());
    if (taken.length >= MAX_PENDING) throw tooMany(taken, deps.clock.now());
    return [...taken, slot];
  });
}

/** That it is not there any more is a success. */
export async function giveSlotBack(deps: SlotDeps, userId: string, uploadId: string): Promise<void> {
  await changeSlots(deps, userId, (slots) => {
    const left = slots.filter((slot) => slot.uploadId !== uploadId);
    return left.length === slots.length ? null : left;
  });
}

/** `change` answers null when there is nothing to write. */
async function changeSlots(deps: SlotDeps, userId: string, change: (slots: Slot[]) => Slot[] | null): Promise<void> {
  const key: ItemKey = { partition: `user#${userId}`, sort: "uploads" };
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const item = await deps.table.get(key);
    const slots = change((item?.data.slots ?? []) as unknown as Slot[]);
    if (!slots) return;
    const data = { slots: slots.map((slot) => ({ ...slot })) };
    if ((await deps.table.put({ ...key, data }, item ? { version: item.version } : "absent")) !== null) return;
    await deps.clock.sleep(deps.ids.random() * LONGEST_PAUSE_MS);
  }
  throw new AppError("unavailable");
}

function tooMany(slots: readonly Slot[], now: number): AppError {
  const message = `At most ${MAX_PENDING} uploads may be pending. Send the files of those, or wait until they have expired.`;
  const retryAfterMs = Math.min(...slots.map(({ until }) => until)) - now;
  return new AppError("rate_limited", { message, retryAfterMs });
}
