// Deleting an upload: from the mark on it on it does not exist for its user. Its room goes back here; the file and the item are removed by
// the timer, because answering a request gives no right to delete files.
import type { Account } from "../credits/account.ts";
import { giveBack } from "../credits/give-back.ts";
import { hasRoomFor, withoutUpload, withUsedBytes } from "../credits/storage.ts";
import { AppError } from "../errors/app-error.ts";
import { readStored, type Upload, type UploadRef, type UploadRequestDeps, uploadKeyOf, writeUpload } from "./upload.ts";

type Deps = Pick<UploadRequestDeps, "table" | "clock" | "changeAccount">;

/**
 * In whatever state it is; what arrives for it later is deleted. `not_found` also for one that is deleted already. `project`: whose own it
 * is; without, it is the user's.
 */
export async function deleteUpload(deps: Deps, ref: UploadRef, project?: string): Promise<void> {
  for (;;) {
    const stored = await readStored(deps.table, ref);
    if (!stored || stored.upload.deletion || stored.upload.project?.id !== project) throw new AppError("not_found");
    const now = deps.clock.now();
    const marked: Upload = { ...stored.upload, deletion: { isGivenBack: false }, looks: 0, dueAt: now };
    if ((await writeUpload(deps.table, marked, { version: stored.version })) !== null) break;
  }
  await giveUploadBack(deps, ref);
}

/** For an upload that is marked as deleted. Repeating it is safe; when it answers, it was done. */
export function giveUploadBack(deps: Pick<Deps, "table" | "changeAccount">, ref: UploadRef): Promise<void> {
  return giveBack<Upload>(deps, ref.userId, {
    sort: uploadKeyOf(ref).sort,
    async read() {
      const upload = (await readStored(deps.table, ref))?.upload;
      return upload?.deletion && !upload.deletion.isGivenBack ? upload : null;
    },
    take: without,
    async markDone() {
      for (;;) {
        const stored = await readStored(deps.table, ref);
        if (!stored?.upload.deletion || stored.upload.deletion.isGivenBack) return;
        const done: Upload = { ...stored.upload, deletion: { isGivenBack: true } };
        if ((await writeUpload(deps.table, done, { version: stored.version })) !== null) return;
      }
    },
  });
}

/** Room that is still set aside has never counted as used. */
function without(account: Account, { id, outcome, size }: Upload): Account {
  if (hasRoomFor(account, id)) return withoutUpload(account, id, 0);
  return outcome?.status === "ready" ? withUsedBytes(account, -size) : account;
}
