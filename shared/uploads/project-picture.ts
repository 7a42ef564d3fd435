// A picture that a project has for itself: a copy of an upload or an output, so that neither's deletion takes it away. It is an upload that
// came by itself: room for it, then its item, then the file; who dies in between leaves what the timer brings to an end.
import { createHash } from "node:crypto";
import { withUpload } from "../credits/storage.ts";
import { AppError } from "../errors/app-error.ts";
import type { ItemKey, Table } from "../ports/table.ts";
import type { AnnouncingDeps } from "./create-upload.ts";
import { deleteUpload } from "./delete-upload.ts";
import { giveRoomUp } from "./room.ts";
import {
  closesAt,
  placeOf,
  readStored,
  refOf,
  type Upload,
  type UploadedFile,
  type UploadRef,
  type UploadType,
  uploadKeyOf,
  uploadOf,
  writeUpload,
} from "./upload.ts";

/** It takes seconds: whatever is not there by then never comes. */
const LIFETIME_MS = 60_000;
const FIRST_LOOK_MS = 30_000;

export interface Picture {
  userId: string;
  projectId: string;
  /** Of a still picture that was examined when it was kept the first time. */
  bytes: Uint8Array;
  contentType: UploadType;
  /** Pixels, as shown. */
  width: number;
  height: number;
}

/** Where the project has the picture. The same picture is kept once. `storage_full` when it does not fit; repeating it is safe. */
export async function keepPicture(deps: AnnouncingDeps, picture: Picture): Promise<UploadedFile> {
  const { userId, projectId, bytes } = picture;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const ref = { userId, uploadId: idOf(projectId, sha256) };
  const known = await readReady(deps.table, ref);
  if (known) return known;
  await deps.countStorage(deps, userId);
  await takeRoom(deps, ref, bytes.byteLength);
  const upload = await writePending(deps, ref, picture, sha256);
  const key = placeOf(upload);
  await deps.store.put(key, bytes);
  const { contentType, width, height } = picture;
  const file = { key, size: bytes.byteLength, contentType, sha256, width, height };
  await writeReady(deps, ref, file);
  await giveRoomUp(deps, ref);
  return file;
}

/** Marks every picture of the project as deleted; the timer removes them. Answers how many there still were. */
export async function deletePictures(
  deps: Pick<AnnouncingDeps, "table" | "clock" | "changeAccount">,
  { userId, projectId }: { userId: string; projectId: string },
): Promise<number> {
  let deleted = 0;
  for await (const ref of picturesOf(deps.table, userId, projectId)) {
    await deleteUpload(deps, ref, projectId).catch(unlessGone);
    deleted++;
  }
  return deleted;
}

/** Begins as the project's id does, by which all of them are found; and is the same for the same picture. */
function idOf(projectId: string, sha256: string): string {
  const hash = createHash("sha256").update(`${projectId} ${sha256}`).digest("hex");
  return `${projectId.slice(0, 13)}-7${hex(hash, 0, 3)}-8${hex(hash, 3, 6)}-${hex(hash, 6, 18)}`;
}

const hex = (hash: string, from: number, to: number) => hash.slice(from, to);

async function* picturesOf(table: Table, userId: string, projectId: string): AsyncGenerator<UploadRef> {
  const { partition, sort: prefix } = uploadKeyOf({ userId, uploadId: `${projectId.slice(0, 13)}-7` });
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ partition, prefix, order: "ascending", limit: 100, after });
    for (const item of page.items) {
      const { project, deletion } = uploadOf(item);
      if (project?.id === projectId && !deletion) yield refOf(item as ItemKey);
    }
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
}

async function readReady(table: Table, ref: UploadRef): Promise<UploadedFile | null> {
  const upload = (await readStored(table, ref))?.upload;
  if (upload?.deletion) throw new AppError("not_found");
  return upload?.outcome?.status === "ready" ? upload.outcome.file : null;
}

/** Unless the picture was kept by somebody else meanwhile: then it counts already. */
async function takeRoom(deps: AnnouncingDeps, ref: UploadRef, bytes: number): Promise<void> {
  await deps.changeAccount(ref.userId, {
    read: () => readReady(deps.table, ref),
    apply(account, ready) {
      if (ready) return { account, result: undefined };
      const now = deps.clock.now();
      const room = { id: ref.uploadId, bytes, until: now + LIFETIME_MS };
      return { account: withUpload(account, room, deps.settings.maxStoredBytes, now), result: undefined };
    },
  });
}

/** One that was rejected because its file did not come begins anew. */
async function writePending(
  deps: AnnouncingDeps,
  ref: UploadRef,
  { projectId, bytes, contentType }: Picture,
  sha256: string,
): Promise<Upload> {
  const now = deps.clock.now();
  const pending: Upload = {
    ...{ id: ref.uploadId, userId: ref.userId, filename: "", contentType, size: bytes.byteLength, createdAt: now },
    ...{ expiresAt: now + LIFETIME_MS, outcome: null, looks: 0, dueAt: now + FIRST_LOOK_MS },
    project: { id: projectId, sha256 },
  };
  for (;;) {
    const stored = await readStored(deps.table, ref);
    if (stored?.upload.deletion) throw new AppError("not_found");
    if (stored && stored.upload.outcome?.status !== "rejected") return stored.upload;
    const condition = stored ? { version: stored.version } : "absent";
    if ((await writeUpload(deps.table, pending, condition)) !== null) return pending;
  }
}

async function writeReady(deps: AnnouncingDeps, ref: UploadRef, file: UploadedFile): Promise<void> {
  for (;;) {
    const stored = await readStored(deps.table, ref);
    if (!stored || stored.upload.deletion) throw new AppError("not_found");
    if (stored.upload.outcome?.status === "ready") return;
    const now = deps.clock.now();
    // It has come too late for the timer, which has said so: somebody else's turn is over, and this one's begins anew.
    if (stored.upload.outcome) throw new AppError("unavailable", { retryAfterMs: 1000 });
    const outcome = { status: "ready", at: now, file } as const;
    const ready: Upload = { ...stored.upload, outcome, dueAt: Math.max(closesAt(stored.upload), now) };
    if ((await writeUpload(deps.table, ready, { version: stored.version })) !== null) return;
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof AppError && error.type === "not_found")) throw error;
}
