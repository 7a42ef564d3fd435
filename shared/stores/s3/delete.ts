// Removing objects, one or many.
import { DeleteObjectCommand, DeleteObjectsCommand, type DeleteObjectsCommandOutput } from "@aws-sdk/client-s3";
import type { NotDeleted } from "../../ports/object-store.ts";
import { deleteInBatches } from "../delete-many.ts";
import { ask, type S3Wire } from "./client.ts";
import { isAbsent, statusOf } from "./errors.ts";

/** DeleteObjects: "up to 1000 keys" (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html). */
const MAX_KEYS = 1000;

/** DeleteObject: "204 No Content" whether there was one or not; some stores answer 404 instead. */
export async function deleteObject(wire: S3Wire, key: string): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: wire.bucket, Key: key });
  const refused = (error: unknown) => (isAbsent(error) ? null : undefined);
  await ask(wire, (options) => wire.client.send(command, options), { refused });
}

export function deleteObjects(wire: S3Wire, keys: readonly string[]): Promise<NotDeleted[]> {
  return deleteInBatches(keys, {
    most: MAX_KEYS,
    deleteBatch: (batch) => deleteBatch(wire, batch),
    deleteOne: (key) => deleteObject(wire, key),
  });
}

/** DeleteObjects, quiet: "only keys where the delete operation encountered an error" are answered. */
async function deleteBatch(wire: S3Wire, keys: readonly string[]): Promise<readonly string[]> {
  const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  const command = new DeleteObjectsCommand({ Bucket: wire.bucket, Delete });
  const refused = (error: unknown) => (isUnknown(error) ? ("unknown" as const) : undefined);
  const answer = await ask<DeleteObjectsCommandOutput, "unknown">(
    wire,
    (options) => wire.client.send(command, options),
    { refused },
  );
  return answer === "unknown" ? keys : (answer.Errors ?? []).flatMap(leftKey);
}

/** What is not there cannot be left; some stores say so. */
function leftKey({ Key, Code }: { Key?: string | undefined; Code?: string | undefined }): string[] {
  return Key === undefined || Code === "NoSuchKey" ? [] : [Key];
}

/** NotImplemented, MethodNotAllowed: a store without batches. */
function isUnknown(error: unknown): boolean {
  const status = statusOf(error);
  return status === 501 || status === 405;
}
