// HeadObject, and what S3 says of an object in our words.
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { contentTypeOfKey, tempPrefix } from "../../media/keys.ts";
import type { ObjectInfo } from "../../ports/object-store.ts";
import { answeredAt, ask, type S3Wire } from "./client.ts";
import { isAbsent } from "./errors.ts";

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
  if (!output.ETag) throw new Error(`the store does not say which object ${key} is now`);
  return { key, size, etag: bareEtag(output.ETag), modifiedAt: answeredAt(output) };
}

/** Lists and copies leave out the quotes on some stores. */
export function bareEtag(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}

/** Headers have whole seconds; lists and copies may say more of the same time. */
export function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

/** A year, the longest that is of use (RFC 9111): what lies under a permanent key never changes. */
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";

/** What goes with every object that is written, from its key alone. */
export function headersOf(key: string): { ContentType: string; CacheControl: string } {
  return {
    ContentType: contentTypeOfKey(key),
    CacheControl: key.startsWith(tempPrefix) ? "private, no-store" : CACHE_FOR_EVER,
  };
}
