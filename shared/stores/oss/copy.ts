// Copying within the bucket: the store does it, the bytes never come here.
import type OSS from "ali-oss";
import { AppError } from "../../errors/app-error.ts";
import type { CopyOutcome, ObjectInfo } from "../../ports/object-store.ts";
import { aclHeaders, contentHeaders, forbidOverwrite, infoOfHeaders, type PublicObjects } from "./object-headers.ts";
import { abandon } from "./put-in-parts.ts";
import { isCode, nullIfAbsent, type OssPatience, type OssRequest } from "./requests.ts";

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
  const source = await headObject(context.request, copy.from);
  if (!source) return { state: "source_missing" };
  if (source.etag !== copy.ifMatch) return { state: "source_changed" };
  const isInParts = source.size > context.maxCopyBytes;
  const state = await (isInParts ? copyInParts(context, copy, source.size) : copyWhole(context, copy));
  if (state !== "copied" && state !== "exists") return { state };
  const info = await headObject(context.request, copy.to);
  if (!info) throw new AppError("unavailable", { message: "What was copied was deleted at the same time." });
  return { state, info };
}

export async function headObject(request: OssRequest, key: string): Promise<ObjectInfo | null> {
  const found = await request((client) => client.head(key).catch(nullIfAbsent));
  return found && infoOfHeaders(key, found.res.headers);
}

/** CopyObject. The copy gets the headers of its own key; to the SDK, If-Match means the source's ETag. */
async function copyWhole({ request, patience, publicObjects }: CopyContext, copy: Copy): Promise<CopyOutcome["state"]> {
  return settled(() =>
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
async function copyInParts(context: CopyContext, copy: Copy, size: number): Promise<CopyOutcome["state"]> {
  const { request, patience, publicObjects } = context;
  const { from, to, ifMatch } = copy;
  const headers = { ...contentHeaders(to), ...forbidOverwrite(true) };
  let uploadId: string | null = null;
  const state = await settled(async () => {
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
  if (state !== "copied" && uploadId !== null) await abandon(request, to, uploadId);
  return state;
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

async function settled(copying: () => Promise<void>): Promise<CopyOutcome["state"]> {
  try {
    await copying();
    return "copied";
  } catch (error) {
    const cause = error instanceof Error ? error.cause : null;
    if (isCode(cause, "FileAlreadyExists")) return "exists";
    if (isCode(cause, "NoSuchKey")) return "source_missing";
    if (isCode(cause, "PreconditionFailed")) return "source_changed";
    throw error;
  }
}
