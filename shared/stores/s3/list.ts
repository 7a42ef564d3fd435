// ListObjectsV2: "objects are returned sorted in ascending order", by the bytes of their keys; at most 1,000 a request, and sometimes fewer.
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html)
import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import type { ObjectInfo } from "../../ports/object-store.ts";
import { ask, type S3Wire } from "./client.ts";
import { statusOf } from "./errors.ts";
import { infoOf } from "./head.ts";

const MAX_KEYS = 1000;

interface Query {
  prefix: string;
  limit: number;
  after?: string | undefined;
}

export async function listObjects(wire: S3Wire, { prefix, limit, after = "" }: Query) {
  const objects: ObjectInfo[] = [];
  for (let token: string | undefined, isLast = false; objects.length < limit && !isLast; ) {
    const place = { token, after: objects.at(-1)?.key ?? after };
    const page = await requestPage(wire, prefix, limit - objects.length, place);
    for (const { Key = "", ...described } of page.Contents ?? []) objects.push(infoOf(Key, described));
    isLast = page.IsTruncated !== true;
    token = page.NextContinuationToken;
    if (isLast) return { objects, isLast };
  }
  return { objects, isLast: false };
}

/** A token that the store does not take any more is as good as none: the last key says as well where to go on. */
async function requestPage(
  wire: S3Wire,
  prefix: string,
  limit: number,
  { token, after }: { token: string | undefined; after: string },
): Promise<ListObjectsV2CommandOutput> {
  const request = (place: { ContinuationToken?: string; StartAfter?: string }) =>
    new ListObjectsV2Command({ Bucket: wire.bucket, Prefix: prefix, MaxKeys: Math.min(limit, MAX_KEYS), ...place });
  const first = request(after === "" ? {} : { StartAfter: after });
  if (token === undefined) return ask(wire, (options) => wire.client.send(first, options));
  const next = request({ ContinuationToken: token });
  const refused = (error: unknown) => (statusOf(error) === 400 ? ("stale" as const) : undefined);
  const page = await ask(wire, (options) => wire.client.send(next, options), { refused });
  return page === "stale" ? ask(wire, (options) => wire.client.send(first, options)) : page;
}
