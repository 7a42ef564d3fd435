// An upload: a picture that a user wants to use as an input, from the moment it is announced.

import type { ChangeAccount } from "../credits/changes.ts";
import { type ContentType, contentTypes, type Extension, projectFileKey, uploadKey } from "../media/keys.ts";
import type { Clock } from "../ports/clock.ts";
import { dueShard } from "../ports/due.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { ObjectStore, RequestStore } from "../ports/object-store.ts";
import type { Item, ItemKey, JsonObject, NewItem, Table } from "../ports/table.ts";

/** What telling of an upload needs, and announcing one. */
export interface UploadRequestDeps {
  table: Table;
  store: RequestStore;
  clock: Clock;
  ids: Ids;
  log: Log;
  changeAccount: ChangeAccount;
}

/** What looking at its bytes needs. */
export interface UploadDeps extends UploadRequestDeps {
  store: ObjectStore;
}

export interface UploadRef {
  userId: string;
  uploadId: string;
}

export const uploadTypes = ["image/jpeg", "image/png", "image/webp"] as const satisfies readonly ContentType[];
export type UploadType = (typeof uploadTypes)[number];

/** What some programs call a JPEG; a media type is written in any case, and may have parameters (RFC 9110, 8.3.1). */
const otherNames: Record<string, UploadType> = { "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg" };

/** As it is registered, where that is one of ours; otherwise in lower case and without parameters. */
export function registeredType(mediaType: string): string {
  const [plain = ""] = mediaType.toLowerCase().split(";", 1);
  const name = plain.trim();
  return otherNames[name] ?? name;
}

export const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;

/** The file as it is kept. */
export interface UploadedFile {
  key: string;
  /** Bytes. */
  size: number;
  contentType: UploadType;
  /** Hex, lower case. */
  sha256: string;
  /** Pixels, as shown. */
  width: number;
  height: number;
}

/** Times are epoch milliseconds. */
export interface Upload {
  id: string;
  userId: string;
  /** As the user has it; a label and nothing else. */
  filename: string;
  /** What was announced. */
  contentType: UploadType;
  size: number;
  createdAt: number;
  /** Sending has to begin before. */
  expiresAt: number;
  outcome: Outcome | null;
  /** How often the timer has looked, without an outcome. */
  looks: number;
  /** When the timer looks at it next; null when there is nothing left to do. */
  dueAt: number | null;
  /** It is a copy that a project has for itself: it comes and goes with that, and is nobody's upload to see. */
  project?: { id: string /** Hex, lower case. */; sha256: string };
  /** From then on the upload does not exist for its user; `isGivenBack`: the account has let go of it. */
  deletion?: { isGivenBack: boolean };
}

/** Written once, and final. */
export type Outcome =
  | { status: "ready"; at: number; file: UploadedFile }
  /** `reason`: a sentence for the user. */
  | { status: "rejected"; at: number; reason: string };

/** What was begun at the last moment may still be under way for so long. */
const SENDING_MS = 150_000;

/** From then on nothing comes any more. */
export function closesAt(upload: Upload): number {
  return upload.expiresAt + SENDING_MS;
}

/** Where the file is kept. It follows from what was announced, so that whoever looks for it finds the same place. */
export function placeOf({ userId, id, contentType, project }: Upload): string {
  const extension = extensionOf(contentType);
  if (project) return projectFileKey(userId, project.id, project.sha256, extension);
  return uploadKey(userId, id, extension);
}

export function extensionOf(contentType: UploadType): Extension {
  const extensions = Object.keys(contentTypes) as Extension[];
  return extensions.find((extension) => contentTypes[extension] === contentType) as Extension;
}

export async function readStored(table: Table, ref: UploadRef): Promise<{ upload: Upload; version: number } | null> {
  const item = await table.get(uploadKeyOf(ref));
  return item && { upload: uploadOf(item), version: item.version };
}

/** Null when the condition does not hold: somebody else was faster. */
export function writeUpload(table: Table, upload: Upload, condition: "absent" | { version: number }) {
  return table.put(itemOf(upload), condition);
}

export function removeUpload(table: Table, ref: UploadRef, version: number): Promise<boolean> {
  return table.delete(uploadKeyOf(ref), { version });
}

/** The upload whose item has this key. */
export function refOf({ partition, sort }: ItemKey): UploadRef {
  return { userId: partition.slice("user#".length), uploadId: sort.slice("upload#".length) };
}

function itemOf(upload: Upload): NewItem {
  const { userId, id: uploadId, dueAt } = upload;
  const due = dueAt === null ? undefined : { kind: "upload", shard: dueShard(userId), at: dueAt };
  return { ...uploadKeyOf({ userId, uploadId }), data: upload as unknown as JsonObject, due };
}

export function uploadKeyOf({ userId, uploadId }: UploadRef): ItemKey {
  return { partition: `user#${userId}`, sort: `upload#${uploadId}` };
}

export function uploadOf(item: Item): Upload {
  return item.data as unknown as Upload;
}
