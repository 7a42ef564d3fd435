// From a file that somebody sent to an upload that is ready or rejected. Every step may be repeated, by anybody, at the same time:
// the file is copied first and recorded second, and one conditional write of the item decides.
import { AppError } from "../errors/app-error.ts";
import { tempUploadKey } from "../media/keys.ts";
import { examine } from "./examine.ts";
import { giveRoomUp } from "./room.ts";
import {
  closesAt,
  type Outcome,
  placeOf,
  readStored,
  type Upload,
  type UploadDeps,
  type UploadRef,
  writeUpload,
} from "./upload.ts";

/**
 * - `final`: it is ready or rejected, and what lay under its temp key is gone.
 * - `waiting`: nothing has come yet.
 * - `unknown`: there is no such upload, and what lay there is gone.
 */
export type CheckOutcome = "final" | "waiting" | "unknown";

/** Another file under the same key: only stores that cannot put if absent let that happen, and hardly ever. */
const MAX_TRIES = 5;

/** Throws when the store or the table fail; then nothing is decided. */
export async function checkUpload(deps: UploadDeps, ref: UploadRef): Promise<CheckOutcome> {
  const stored = await readStored(deps.table, ref);
  if (!stored) {
    await deps.store.delete(tempUploadKey(ref.userId, ref.uploadId));
    return "unknown";
  }
  const outcome = stored.upload.outcome ?? (await findOutcome(deps, stored.upload));
  if (!outcome) return "waiting";
  await settle(deps, stored.upload, outcome);
  return "final";
}

/** Makes the upload final, unless it is, and removes what is not wanted any more. */
export async function settle(deps: UploadDeps, upload: Upload, outcome: Outcome): Promise<void> {
  const decided = await decide(deps, { userId: upload.userId, uploadId: upload.id }, outcome);
  // Before its temp object goes: that brings the next one here when this one dies.
  await giveRoomUp(deps, { userId: upload.userId, uploadId: upload.id });
  // Whoever lost against a rejection, or comes after its end, may have copied the file when nobody looked for it any more.
  if (decided?.status !== "ready") await deps.store.delete(placeOf(upload));
  await deps.store.delete(tempUploadKey(upload.userId, upload.id));
}

/** Answers what was decided, perhaps by somebody else and otherwise; null when the upload is gone, or was deleted. */
async function decide(deps: UploadDeps, ref: UploadRef, outcome: Outcome): Promise<Outcome | null> {
  for (;;) {
    const stored = await readStored(deps.table, ref);
    if (!stored || stored.upload.deletion) return null;
    if (stored.upload.outcome) return stored.upload.outcome;
    // Once more when nothing can come any more.
    const upload: Upload = { ...stored.upload, outcome, dueAt: Math.max(closesAt(stored.upload), outcome.at) };
    const condition = { version: stored.version };
    if ((await writeUpload(deps.table, upload, condition)) !== null) return outcome;
  }
}

/** What the file that lies there makes of the upload; null when there is none. */
async function findOutcome(deps: UploadDeps, upload: Upload): Promise<Outcome | null> {
  const [from, to] = [tempUploadKey(upload.userId, upload.id), placeOf(upload)];
  for (let at = from, tries = 0; tries < MAX_TRIES; tries++) {
    const stored = await deps.store.get(at);
    if (!stored && at === to) return null;
    const finding = stored && (await examine(stored, upload));
    if (finding && !finding.isGood) return { status: "rejected", at: deps.clock.now(), reason: finding.reason };
    const copied = finding && at === from ? await deps.store.copy(from, to, { ifMatch: stored.info.etag }) : null;
    if (finding && (at === to || copied?.state === "copied")) {
      return { status: "ready", at: deps.clock.now(), file: { key: to, ...finding.file } };
    }
    // Somebody else has copied, or is done with it all: what lies there counts.
    if (copied?.state !== "source_changed") at = to;
  }
  throw new AppError("unavailable", { message: "The file of an upload changes all the time." });
}
