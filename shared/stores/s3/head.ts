// HeadObject, and what S3 says of an object in our words.
import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";
import type { ObjectInfo } from "../../ports/object-store.ts";
import { answeredAt, ask, type S3Wire } from "./client.ts";
import { isAbsent, isWordless, statusOf } from "./errors.ts";
import { bareEtag, wholeSeconds, writtenInfo } from "./object-headers.ts";

/** Null when there is no object. Throws when the bucket is missing. */
export async function headObject(wire: S3Wire, key: string): Promise<ObjectInfo | null> {
  const head = await sendHead(wire, key);
  return head === "absent" || head === "refused" ? lookWithWords(wire, key) : infoOfHead(key, head);
}

/** A quick look: null also when the bucket is missing, for whoever finds that out by what he does next. */
export async function glimpseObject(wire: S3Wire, key: string, signal?: AbortSignal): Promise<ObjectInfo | null> {
  const head = await sendHead(wire, key, signal);
  if (head === "refused") return lookWithWords(wire, key, signal);
  return head === "absent" ? null : infoOfHead(key, head);
}

async function sendHead(wire: S3Wire, key: string, signal?: AbortSignal) {
  const command = new HeadObjectCommand({ Bucket: wire.bucket, Key: key });
  const refused = (error: unknown) => {
    if (statusOf(error) === 404) return "absent";
    return isWordless(error) ? "refused" : undefined;
  };
  return ask(wire, (options) => wire.client.send(command, options), { signal, refused });
}

/** A HEAD is refused without a word. A GET of one byte needs the same right, and its refusal says why; null when there is no object. */
async function lookWithWords(wire: S3Wire, key: string, signal?: AbortSignal): Promise<ObjectInfo | null> {
  const command = new GetObjectCommand({ Bucket: wire.bucket, Key: key, Range: "bytes=0-0" });
  const refused = (error: unknown) => {
    if (isAbsent(error)) return null;
    // InvalidRange: it is there, and empty.
    return statusOf(error) === 416 ? ("there" as const) : undefined;
  };
  const found = await ask(wire, (options) => wire.client.send(command, options), { signal, refused });
  if (found === null) return null;
  if (found !== "there") (found.Body as { destroy?(): void } | undefined)?.destroy?.();
  // By now it is there, or the credentials are good.
  const head = await sendHead(wire, key, signal);
  if (head === "absent") return null;
  if (head === "refused") throw new AppError("unavailable", { cause: new Error(`the store refuses a look at ${key}`) });
  return infoOfHead(key, head);
}

function infoOfHead(key: string, head: HeadObjectCommandOutput): ObjectInfo {
  return infoOf(key, { ...head, Size: head.ContentLength });
}

interface Described {
  Size?: number | undefined;
  ETag?: string | undefined;
  LastModified?: Date | undefined;
}

/** Throws when the store leaves something out: what was not said cannot be compared. */
export function infoOf(key: string, { Size, ETag, LastModified }: Described): ObjectInfo {
  if (Size === undefined || !ETag || !LastModified) throw new Error(`the store describes ${key} only in part`);
  return { key, size: Size, etag: bareEtag(ETag), modifiedAt: wholeSeconds(LastModified.getTime()) };
}

/** What an answer to a write says, which is its ETag; the time is that of the answer. */
export function infoOfWritten(key: string, size: number, output: { ETag?: string | undefined }): ObjectInfo {
  return writtenInfo(key, size, { etag: output.ETag, answeredAt: answeredAt(output) });
}
