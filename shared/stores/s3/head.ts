// HeadObject, and what S3 says of an object in our words.
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { ObjectInfo } from "../../ports/object-store.ts";
import { answeredAt, ask, type S3Wire } from "./client.ts";
import { isAbsent } from "./errors.ts";
import { bareEtag, wholeSeconds, writtenInfo } from "./object-headers.ts";

export async function headObject(wire: S3Wire, key: string, signal?: AbortSignal): Promise<ObjectInfo | null> {
  const command = new HeadObjectCommand({ Bucket: wire.bucket, Key: key });
  const refused = (error: unknown) => (isAbsent(error) ? null : undefined);
  const head = await ask(wire, (options) => wire.client.send(command, options), { signal, refused });
  return head && infoOf(key, { ...head, Size: head.ContentLength });
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
