// What an object's headers say, both ways: ours from its key, and the store's about what lies there.
import { contentTypeOfKey, isPublicKey } from "../../media/keys.ts";
import type { ObjectInfo } from "../../ports/object-store.ts";

/** What lies under public keys is readable for everybody by its own right, or as the bucket's is; the rest never is. */
export type PublicObjects = "public-read" | "default";

/**
 * PutObject, `x-oss-object-acl`: an object's own access right goes before the bucket's. So the bucket can stay private, and nobody lists
 * it; and in one that is `public-read` nothing can be read but what is meant to be served. Whose key this is may need `oss:PutObjectAcl`.
 */
export function aclHeaders(key: string, publicObjects: PublicObjects): Record<string, string> {
  if (!isPublicKey(key)) return { "x-oss-object-acl": "private" };
  return publicObjects === "default" ? {} : { "x-oss-object-acl": publicObjects };
}

/** What is never written twice under one key can be kept by every cache. */
export function contentHeaders(key: string): Record<string, string> {
  const cacheControl = isPublicKey(key) ? "public, max-age=31536000, immutable" : "private, no-store";
  return { "Content-Type": contentTypeOfKey(key), "Cache-Control": cacheControl };
}

export function forbidOverwrite(isForbidden: boolean): Record<string, string> {
  return isForbidden ? { "x-oss-forbid-overwrite": "true" } : {};
}

/** From an answer of HeadObject, or of GetObject for the whole object. */
export function infoOfHeaders(key: string, headers: object, size?: number): ObjectInfo {
  const {
    etag = "",
    "content-length": length,
    "last-modified": modified = "",
  } = headers as Record<string, string | undefined>;
  return { key, size: size ?? Number(length), etag: plainEtag(etag), modifiedAt: Date.parse(modified) };
}

/** ETags come in quotes, in headers and in XML. */
export function plainEtag(etag: string): string {
  return etag.replaceAll('"', "");
}
