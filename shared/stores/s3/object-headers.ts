// What goes with an object from its key, and what the store says of it in our words.
import { contentTypeOfKey, tempPrefix } from "../../media/keys.ts";
import type { ObjectInfo } from "../../ports/object-store.ts";

/** A year, the longest that is of use (RFC 9111): what lies under a permanent key never changes. */
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";

/** What goes with every object that is written, from its key alone. */
export function headersOf(key: string): { ContentType: string; CacheControl: string } {
  return {
    ContentType: contentTypeOfKey(key),
    CacheControl: key.startsWith(tempPrefix) ? "private, no-store" : CACHE_FOR_EVER,
  };
}

/** From the answer to a write, which says the ETag; `answeredAt` is the store's clock, epoch milliseconds. */
export function writtenInfo(
  key: string,
  size: number,
  { etag, answeredAt }: { etag: string | null | undefined; answeredAt: number },
): ObjectInfo {
  if (!etag) throw new Error(`the store does not say which object ${key} is now`);
  return { key, size, etag: bareEtag(etag), modifiedAt: answeredAt };
}

/** Lists and copies leave out the quotes on some stores. */
export function bareEtag(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}

/** Headers have whole seconds; lists and copies may say more of the same time. */
export function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
