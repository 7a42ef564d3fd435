// What the timer does with an upload that is due: finishes what a lost event or a death left, ends what never came, clears away.
import { tempUploadKey } from "../media/keys.ts";
import type { ItemKey } from "../ports/table.ts";
import { checkUpload, settle } from "./check-upload.ts";
import { giveUploadBack } from "./delete-upload.ts";
import { giveRoomUp } from "./room.ts";
import {
  closesAt,
  placeOf,
  readStored,
  refOf,
  removeUpload,
  type Upload,
  type UploadDeps,
  writeUpload,
} from "./upload.ts";

/** The next look comes when it is twice as old: six while something may come, and eight more within a day and a half. */
export const MAX_LOOKS = 14;
const SHORTEST_PAUSE_MS = 30_000;

/** A timer that fires once a minute comes no later than this. Whoever does was away, or its clock has leapt. */
const LATEST_LOOK_MS = 2 * 60_000;

/** So long a user can read why. */
const REJECTED_FOR_MS = 24 * 60 * 60_000;

export async function lookAtUpload(deps: UploadDeps, key: ItemKey): Promise<void> {
  const ref = refOf(key);
  const stored = await readStored(deps.table, ref);
  if (!stored || stored.upload.dueAt === null) return;
  const { version } = stored;
  if (stored.upload.deletion) return removeDeleted(deps, stored.upload);
  if (stored.upload.outcome) return clearAway(deps, stored.upload, version);
  const now = deps.clock.now();
  const upload = withoutAbsence(stored.upload, now - stored.upload.dueAt);
  const dueAt = nextLook(upload, now);
  const isDue = stored.upload.dueAt <= now;
  // Not due, and not put off by a clock that was ahead.
  if (!isDue && stored.upload.dueAt <= dueAt) return;
  const looks = upload.looks + (isDue ? 1 : 0);
  // Before anything else: a file that kills whoever looks at it is not looked at without end.
  const isMine = (await writeUpload(deps.table, { ...upload, looks, dueAt }, { version })) !== null;
  if (!isMine || !isDue) return;
  const reject = (reason: string) => settle(deps, upload, { status: "rejected", at: now, reason });
  if (looks > MAX_LOOKS) {
    deps.log.error({ uploadId: upload.id, looks }, "an upload could not be checked and was given up");
    return reject("The file could not be checked. Send it again as a new upload.");
  }
  const found = await checkUpload(deps, ref);
  if (found === "waiting" && now >= closesAt(upload)) await reject("No file was sent in time.");
}

/** Time in which nobody looked is none in which nothing was sent. */
function withoutAbsence(upload: Upload, lateMs: number): Upload {
  return lateMs > LATEST_LOOK_MS ? { ...upload, expiresAt: upload.expiresAt + lateMs } : upload;
}

function nextLook(upload: Upload, now: number): number {
  const next = now + Math.max(SHORTEST_PAUSE_MS, now - upload.createdAt);
  return now < closesAt(upload) ? Math.min(next, closesAt(upload)) : next;
}

/** The file goes at once, and the item when nothing can come any more. Whoever deleted the upload may have died right behind its mark. */
async function removeDeleted(deps: UploadDeps, upload: Upload): Promise<void> {
  const ref = { userId: upload.userId, uploadId: upload.id };
  await giveUploadBack(deps, ref);
  await deps.store.delete(placeOf(upload));
  await deps.store.delete(tempUploadKey(ref.userId, ref.uploadId));
  const stored = await readStored(deps.table, ref);
  if (!stored) return;
  const { version } = stored;
  if (deps.clock.now() >= closesAt(upload)) await removeUpload(deps.table, ref, version);
  else await writeUpload(deps.table, { ...stored.upload, filename: "", dueAt: closesAt(upload) }, { version });
}

/** When nothing can come any more, once; a rejected upload goes altogether a day later. */
async function clearAway(deps: UploadDeps, upload: Upload, version: number): Promise<void> {
  const now = deps.clock.now();
  const { userId, id: uploadId, outcome } = upload;
  if (!outcome || now < closesAt(upload)) return;
  // Whoever made it final may have died right behind that.
  await giveRoomUp(deps, { userId, uploadId });
  await deps.store.delete(tempUploadKey(userId, uploadId));
  if (outcome.status === "ready") {
    await writeUpload(deps.table, { ...upload, dueAt: null }, { version });
    return;
  }
  await deps.store.delete(placeOf(upload));
  const goesAt = outcome.at + REJECTED_FOR_MS;
  if (now < goesAt) await writeUpload(deps.table, { ...upload, dueAt: goesAt }, { version });
  else await removeUpload(deps.table, { userId, uploadId }, version);
}
