// Copying within the bucket: the store does it, the bytes never come here.
import type OSS from "ali-oss";
import { AppError } from "../../errors/app-error.ts";
import type { CopyOutcome, ObjectInfo } from "../../ports/object-store.ts";
import { copyRefused, MAX_GROUNDLESS } from "../copy-refused.ts";
import { aclHeaders, contentHeaders, forbidOverwrite, infoOfHeaders, type PublicObjects } from "./object-headers.ts";
import { abandon } from "./put-in-parts.ts";
import { isCode, nullIfTrulyAbsent, type OssPatience, type OssRequest } from "./requests.ts";

export interface CopyContext {
  request: OssRequest;
  patience: OssPatience;
  bucket: string;
  publicObjects: PublicObjects;
  /** Above this, in parts of so many bytes. */
  maxCopyBytes: number;
}

interface Copy {
  from: string;
  to: string;
  ifMatch: string;
}

export async function copyObject(context: CopyContext, copy: Copy): Promise<CopyOutcome> {
  const { request, maxCopyBytes } = context;
  const source = await headObject(request, copy.from);
  if (!source) return { state: "source_missing" };
  if (source.etag !== copy.ifMatch) return { state: "source_changed" };
  for (let groundless = 1; ; groundless++) {
    const isInParts = source.size > maxCopyBytes;
    const refusal = await (isInParts ? copyInParts(context, copy, source.size) : copyWhole(context, copy));
    const outcome = await outcomeOf(request, copy, refusal);
    if (outcome) return outcome;
    if (refusal === null) {
      throw new AppError("unavailable", { cause: new Error("what was copied was deleted at the same time") });
    }
    if (groundless === MAX_GROUNDLESS) throw copyRefused(copy.from, copy.to, refusal);
  }
}

/** What is so by now: a refusal alone does not say who was faster. Null when nobody was. */
async function outcomeOf(request: OssRequest, copy: Copy, refusal: Error | null): Promise<CopyOutcome | null> {
  const there = await glimpseObject(request, copy.to);
  if (there) return { state: refusal === null ? "copied" : "exists", info: there };
  if (refusal === null) return null;
  const source = await headObject(request, copy.from);
  if (!source) return { state: "source_missing" };
  return source.etag === copy.ifMatch ? null : { state: "source_changed" };
}

/** Null when there is no object. Throws when the bucket is missing. */
export async function headObject(request: OssRequest, key: string): Promise<ObjectInfo | null> {
  const found = await request((client) => client.head(key).catch((error) => nullIfTrulyAbsent(client, key, error)));
  return found && infoOfHeaders(key, found.res.headers);
}

/** A quick look: null also when the bucket is missing, for whoever finds that out by what he does next. */
export async function glimpseObject(request: OssRequest, key: string): Promise<ObjectInfo | null> {
  const found = await request((client) =>
    client.head(key).catch((error) => (isCode(error, "NoSuchKey") ? null : nullIfTrulyAbsent(client, key, error))),
  );
  return found && infoOfHeaders(key, found.res.headers);
}

/** CopyObject. The copy gets the headers of its own key; to the SDK, If-Match means the source's ETag. */
async function copyWhole({ request, patience, publicObjects }: CopyContext, copy: Copy): Promise<Error | null> {
  return refusalOf(() =>
    request(async (client) => {
      const headers = {
        "If-Match": `"${copy.ifMatch}"`,
        ...contentHeaders(copy.to),
        ...aclHeaders(copy.to, publicObjects),
        ...forbidOverwrite(true),
      };
      await client.copy(copy.to, copy.from, { headers, timeout: patience.transferTimeoutMs });
    }),
  );
}

/** UploadPartCopy: each part is taken only from the source that is meant. */
async function copyInParts(context: CopyContext, copy: Copy, size: number): Promise<Error | null> {
  const { request, patience, publicObjects } = context;
  const { from, to, ifMatch } = copy;
  const headers = { ...contentHeaders(to), ...forbidOverwrite(true) };
  let uploadId: string | null = null;
  const refusal = await refusalOf(async () => {
    const started = await request((client) => client.initMultipartUpload(to, { headers }));
    uploadId = started.uploadId;
    const tags = await copyParts(context, { from, to, ifMatch, size, uploadId });
    await request((client) =>
      client.completeMultipartUpload(to, started.uploadId, tags, {
        headers: { ...aclHeaders(to, publicObjects), ...forbidOverwrite(true) },
        timeout: patience.transferTimeoutMs,
      }),
    );
  }).catch(async (error) => {
    if (uploadId !== null) await abandon(request, to, uploadId);
    throw error;
  });
  if (refusal !== null && uploadId !== null) await abandon(request, to, uploadId);
  return refusal;
}

async function copyParts(
  { request, patience, bucket, maxCopyBytes }: CopyContext,
  { from, to, ifMatch, size, uploadId }: Copy & { size: number; uploadId: string },
): Promise<{ number: number; etag: string }[]> {
  const source = { sourceKey: from, sourceBucketName: bucket };
  const tags: { number: number; etag: string }[] = [];
  for (let start = 0; start < size; start += maxCopyBytes) {
    const number = tags.length + 1;
    const range = `${start}-${Math.min(start + maxCopyBytes, size) - 1}`;
    const copyPart = (client: OSS) =>
      client.uploadPartCopy(to, uploadId, number, range, source, {
        headers: { "x-oss-copy-source-if-match": `"${ifMatch}"` },
        timeout: patience.transferTimeoutMs,
      });
    tags.push({ number, etag: (await request(copyPart)).etag });
  }
  return tags;
}

/** A condition that did not hold, or no source; other refusals are errors. Null when it was copied. */
async function refusalOf(copying: () => Promise<void>): Promise<Error | null> {
  try {
    await copying();
    return null;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : null;
    const isRefusal = refusalCodes.some((code) => isCode(cause, code));
    if (isRefusal && cause instanceof Error) return cause;
    throw error;
  }
}

const refusalCodes = ["FileAlreadyExists", "NoSuchKey", "PreconditionFailed"];
