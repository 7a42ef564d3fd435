// The room that an account sets aside for an upload: it ends with the upload, and what was kept then counts as used.
import { withoutUpload, withUploadUntil } from "../credits/storage.ts";
import { readStored, type Upload, type UploadRef, type UploadRequestDeps } from "./upload.ts";

type RoomDeps = Pick<UploadRequestDeps, "table" | "clock" | "changeAccount">;

/** An upload that nobody could check is decided within a day and a half. */
const REVIEW_AGAIN_MS = 60 * 60_000;

/** For an upload that is final, or is not there. One that is pending keeps its room; that it is not there any more is a success. */
export async function giveRoomUp(deps: Omit<RoomDeps, "clock">, ref: UploadRef): Promise<void> {
  await deps.changeAccount(ref.userId, {
    read: async () => (await readStored(deps.table, ref))?.upload ?? null,
    apply(account, upload) {
      const isPending = upload !== null && upload.outcome === null;
      return {
        account: isPending ? account : withoutUpload(account, ref.uploadId, bytesOf(upload)),
        result: undefined,
      };
    },
  });
}

/** What the timer does with room that is set aside for longer than an upload usually takes: whoever set it aside, or ended the upload, may have died. */
export async function reviewRoom(deps: RoomDeps, ref: UploadRef): Promise<void> {
  await deps.changeAccount(ref.userId, {
    read: async () => (await readStored(deps.table, ref))?.upload ?? null,
    apply(account, upload) {
      const isPending = upload !== null && upload.outcome === null;
      const next = isPending
        ? withUploadUntil(account, ref.uploadId, deps.clock.now() + REVIEW_AGAIN_MS)
        : withoutUpload(account, ref.uploadId, bytesOf(upload));
      return { account: next, result: undefined };
    },
  });
}

function bytesOf(upload: Upload | null): number {
  return upload?.outcome?.status === "ready" ? upload.size : 0;
}
