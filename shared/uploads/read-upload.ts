// Reading uploads: by the user who has them, and by rooms that want to use the file.
import { AppError } from "../errors/app-error.ts";
import type { RequestStore } from "../ports/object-store.ts";
import type { CreatedUpload } from "./create-upload.ts";
import type { LookForUpload } from "./look-when-asked.ts";
import { readStored, type Upload, type UploadedFile, type UploadRef, type UploadRequestDeps } from "./upload.ts";

export type ReadUpload =
  | { status: "pending" }
  /** The file lies in the store for good. */
  | { status: "ready"; file: UploadedFile }
  | { status: "rejected"; reason: string };

interface AskingDeps extends Pick<UploadRequestDeps, "table"> {
  lookForUpload: LookForUpload;
}

/** Null when this user has no such upload; a rejected one is forgotten after a day, a deleted one at once. What a project has for itself is none. */
export async function readUpload(
  deps: Pick<UploadRequestDeps, "table">,
  userId: string,
  uploadId: string,
): Promise<ReadUpload | null> {
  const stored = await readStored(deps.table, { userId, uploadId });
  return stored && !stored.upload.deletion && !stored.upload.project ? statusOf(stored.upload) : null;
}

/** The same, after a look for the file when it is not known yet that it came. */
export async function askForUpload(deps: AskingDeps, userId: string, uploadId: string): Promise<ReadUpload | null> {
  const known = await readUpload(deps, userId, uploadId);
  if (known?.status !== "pending") return known;
  await deps.lookForUpload({ userId, uploadId });
  return readUpload(deps, userId, uploadId);
}

/** True while the file that lies under the upload's temp key, or that may come there, has not been checked. */
export async function isPending(
  deps: Pick<UploadRequestDeps, "table">,
  { userId, uploadId }: UploadRef,
): Promise<boolean> {
  return (await readUpload(deps, userId, uploadId))?.status === "pending";
}

/** As the API shows it. `not_found` when this user has no such upload. */
export async function publicUpload(
  deps: AskingDeps & Pick<UploadRequestDeps, "store">,
  { userId, uploadId }: UploadRef,
) {
  const read = await askForUpload(deps, userId, uploadId);
  if (!read) throw new AppError("not_found");
  return { uploadId, status: read.status, ...(await details(deps.store, read)) };
}

/** As the API answers an announcement. */
export function publicCreatedUpload({ upload, key, signed }: CreatedUpload) {
  return { uploadId: upload.id, key, upload: signed, expiresAt: new Date(upload.expiresAt).toISOString() };
}

async function details(store: RequestStore, read: ReadUpload): Promise<{ url?: string; reason?: string }> {
  if (read.status === "ready") return { url: await store.url(read.file.key) };
  return read.status === "rejected" ? { reason: read.reason } : {};
}

function statusOf({ outcome }: Upload): ReadUpload {
  if (!outcome) return { status: "pending" };
  return outcome.status === "ready" ? { status: "ready", file: outcome.file } : outcome;
}
