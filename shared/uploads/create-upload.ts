// Announcing a file: room for it, then its item, then what lets it be sent straight to the store.
import { withUpload } from "../credits/storage.ts";
import { tempUploadKey } from "../media/keys.ts";
import type { SignedUpload } from "../ports/object-store.ts";
import { giveRoomUp } from "./room.ts";
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

export interface AnnouncingDeps extends UploadRequestDeps {
  settings: { maxStoredBytes: number };
  /** Sees to it that the account says what the user's files take. */
  countStorage(deps: Pick<UploadRequestDeps, "table" | "changeAccount">, userId: string): Promise<void>;
}

export interface CreatedUpload {
  upload: Upload;
  key: string;
  signed: SignedUpload;
}

/**
 * `rate_limited` when too many of the user's uploads are pending, `storage_full` when the file does not fit beside what the user has. The
 * item stands before anybody can send anything.
 */
export async function createUpload(deps: AnnouncingDeps, announced: NewUpload): Promise<CreatedUpload> {
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
  await takeRoom(deps, upload);
  try {
    const key = tempUploadKey(userId, id);
    const signed = await deps.store.signUpload({ key, contentType, size, expiresAt });
    await writeUpload(deps.table, upload, "absent");
    return { upload, key, signed };
  } catch (error) {
    await giveRoomUp(deps, { userId, uploadId: id }).catch(() => {});
    throw error;
  }
}

/** Before the item is written: what dies in between leaves room set aside that ends by itself, and never a file without room. */
async function takeRoom(deps: AnnouncingDeps, upload: Upload): Promise<void> {
  await deps.countStorage(deps, upload.userId);
  const room = { id: upload.id, bytes: upload.size, until: closesAt(upload) };
  await deps.changeAccount(upload.userId, {
    read: async () => null,
    apply: (account) => ({
      account: withUpload(account, room, deps.settings.maxStoredBytes, deps.clock.now()),
      result: undefined,
    }),
  });
}
