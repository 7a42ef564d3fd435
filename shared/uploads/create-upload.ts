// Announcing a file: its slot, then its item, then what lets it be sent straight to the store.
import { tempUploadKey } from "../media/keys.ts";
import type { SignedUpload } from "../ports/object-store.ts";
import { giveSlotBack, takeSlot } from "./slots.ts";
import { closesAt, type Upload, type UploadRequestDeps, type UploadType, writeUpload } from "./upload.ts";

const LIFETIME_MS = 15 * 60_000;
/** Should the event of its arrival be lost, the timer finds it by then. */
const FIRST_LOOK_MS = 30_000;

export interface NewUpload {
  userId: string;
  filename: string;
  contentType: UploadType;
  /** Bytes. */
  size: number;
}

export interface CreatedUpload {
  upload: Upload;
  key: string;
  signed: SignedUpload;
}

/** `rate_limited` when too many of the user's uploads are pending. The item stands before anybody can send anything. */
export async function createUpload(deps: UploadRequestDeps, announced: NewUpload): Promise<CreatedUpload> {
  const now = deps.clock.now();
  const upload: Upload = {
    ...announced,
    id: deps.ids.uuid(),
    createdAt: now,
    expiresAt: now + LIFETIME_MS,
    outcome: null,
    looks: 0,
    dueAt: now + FIRST_LOOK_MS,
  };
  const { id, userId, contentType, size, expiresAt } = upload;
  await takeSlot(deps, userId, { uploadId: id, until: closesAt(upload) });
  try {
    const key = tempUploadKey(userId, id);
    const signed = await deps.store.signUpload({ key, contentType, size, expiresAt });
    await writeUpload(deps.table, upload, "absent");
    return { upload, key, signed };
  } catch (error) {
    await giveSlotBack(deps, userId, id).catch(() => {});
    throw error;
  }
}
