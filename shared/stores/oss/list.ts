// Listing the keys of the bucket.
import type OSS from "ali-oss";
import { AppError } from "../../errors/app-error.ts";
import type { ObjectInfo } from "../../ports/object-store.ts";
import { plainEtag } from "./object-headers.ts";
import type { OssRequest } from "./requests.ts";

/** ListObjectsV2, `max-keys`. */
const MAX_KEYS = 1000;

interface Page {
  objects: ObjectInfo[];
  isLast: boolean;
}

export async function listObjects(
  request: OssRequest,
  { prefix, limit, after }: { prefix: string; limit: number; after: string },
): Promise<Page> {
  const objects: ObjectInfo[] = [];
  for (;;) {
    const behind = objects.at(-1)?.key ?? after;
    const page = await listPage(request, { prefix, limit: limit - objects.length, after: behind });
    objects.push(...page.objects);
    if (page.isLast || objects.length >= limit) return { objects, isLast: page.isLast };
  }
}

/** ListObjectsV2. Each page begins behind the last key that was seen: there is no token that could end. */
async function listPage(
  request: OssRequest,
  { prefix, limit, after }: { prefix: string; limit: number; after: string },
): Promise<Page> {
  const query: OSS.ListV2ObjectsQuery = {
    "max-keys": Math.min(limit, MAX_KEYS),
    ...(prefix === "" ? {} : { prefix }),
    ...(after === "" ? {} : { "start-after": after }),
  };
  const { objects, isTruncated } = await request((client) => client.listV2({ ...query }));
  const found = (objects ?? []).map(({ name, size, etag, lastModified }) => {
    return { key: name, size, etag: plainEtag(etag), modifiedAt: Date.parse(lastModified) };
  });
  if (isTruncated && found.length === 0) {
    throw new AppError("unavailable", { message: "A page of the bucket's listing was empty and not the last." });
  }
  return { objects: found, isLast: !isTruncated };
}
