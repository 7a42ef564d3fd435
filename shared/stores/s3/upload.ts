// Uploads in parts: none of it can be seen before it is completed, and nothing of it stays otherwise.
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";
import type { ObjectInfo } from "../../ports/object-store.ts";
import { ask, type S3Wire } from "./client.ts";
import { isRefusedByCondition, statusOf } from "./errors.ts";
import { glimpseObject, infoOfWritten } from "./head.ts";
import { headersOf } from "./object-headers.ts";

/** An upload in parts that was begun; none of it can be seen before it is completed. */
export interface Upload {
  wire: S3Wire;
  key: string;
  uploadId: string;
}

/** Begins an upload, and removes its parts unless `act` completes it: null and whatever is thrown are not completed. */
export async function withUpload<T>(wire: S3Wire, key: string, act: (upload: Upload) => Promise<T | null>) {
  const create = new CreateMultipartUploadCommand({ Bucket: wire.bucket, Key: key, ...headersOf(key) });
  // Not aborted by anybody: an upload whose id nobody knows could only be found by the bucket's lifecycle rule.
  const { UploadId = "" } = await ask(wire, (options) => wire.client.send(create, options));
  const upload = { wire, key, uploadId: UploadId };
  let isCompleted = false;
  try {
    const result = await act(upload);
    isCompleted = result !== null;
    return result;
  } finally {
    if (!isCompleted) await abortUpload(upload);
  }
}

/** AbortMultipartUpload. What stays although nobody wants it is removed by the bucket's lifecycle rule. */
async function abortUpload({ wire, key, uploadId }: Upload): Promise<void> {
  const command = new AbortMultipartUploadCommand({ Bucket: wire.bucket, Key: key, UploadId: uploadId });
  await ask(wire, (options) => wire.client.send(command, options)).catch(() => undefined);
}

/** UploadPart. */
export async function uploadPart(
  { wire, key, uploadId }: Upload,
  number: number,
  bytes: Uint8Array,
  { signal, sizes }: { signal: AbortSignal | undefined; sizes: number[] },
): Promise<CompletedPart> {
  sizes.push(bytes.byteLength);
  const command = new UploadPartCommand({
    ...{ Bucket: wire.bucket, Key: key, UploadId: uploadId, PartNumber: number },
    ...{ Body: bytes, ContentLength: bytes.byteLength },
  });
  const { ETag } = await ask(wire, (options) => wire.client.send(command, options), { signal });
  return { PartNumber: number, ETag };
}

/** CompleteMultipartUpload. Null when the key is taken. Nobody can abort it: how it ended would not be known. */
export async function completeUpload(
  { wire, key, uploadId }: Upload,
  parts: CompletedPart[],
  { size, ifAbsent }: { size: number; ifAbsent: boolean },
): Promise<ObjectInfo | null> {
  const { hasConditionalComplete } = wire.preset;
  if (ifAbsent && !hasConditionalComplete && (await glimpseObject(wire, key))) return null;
  const command = new CompleteMultipartUploadCommand({
    ...{ Bucket: wire.bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts: parts } },
    ...(ifAbsent && hasConditionalComplete ? { IfNoneMatch: "*" } : {}),
  });
  const refused = (error: unknown) => {
    if (isRefusedByCondition(error)) return "taken";
    return statusOf(error) === 404 ? "gone" : undefined;
  };
  const output = await ask(wire, (options) => wire.client.send(command, options), { refused });
  if (typeof output !== "string") return infoOfWritten(key, size, output);
  const there = await glimpseObject(wire, key);
  // An answer was lost, and the upload is completed already.
  if (output === "gone" && there?.size === size && there.etag.endsWith(`-${parts.length}`)) return there;
  if (output === "taken" && there) return null;
  // After a conflict with an object that is gone again, all parts would have to be sent anew.
  throw new AppError("unavailable", { cause: new Error(`the upload of ${key} could not be completed: ${output}`) });
}
