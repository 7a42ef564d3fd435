// Writing objects: at once what fits into one part, the rest as an upload in parts that appears when it is completed.
import { type CompletedPart, PutObjectCommand } from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";
import type { ObjectInfo, PutOptions } from "../../ports/object-store.ts";
import { ask, type S3Wire } from "./client.ts";
import { isConflict, statusOf } from "./errors.ts";
import { glimpseObject, infoOfWritten } from "./head.ts";
import { headersOf } from "./object-headers.ts";
import { type PartReader, readParts, release } from "./parts.ts";
import { completeUpload, uploadPart, withUpload } from "./upload.ts";

/** Puts of the same key at the same time; each conflict leaves one fewer. */
const MAX_CONFLICTS = 20;

interface S3PutOptions extends PutOptions {
  partBytes: number;
}

/**
 * A request whose answer is lost is sent again by the SDK. If the first one did its work, a condition refuses the second: null then means, as
 * always, that a whole object is there. One that is aborted or fails for good while its last byte is under way may be there afterwards, whole.
 */
export async function putObject(
  wire: S3Wire,
  key: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  { ifAbsent = false, signal, partBytes }: S3PutOptions,
): Promise<ObjectInfo | null> {
  if (body instanceof Uint8Array) return putWhole(wire, key, body, { ifAbsent, signal });
  const iterator = body[Symbol.asyncIterator]();
  try {
    signal?.throwIfAborted();
    // A long body is not read for nothing; whether the key is free is decided when the object appears.
    if (ifAbsent && (await glimpseObject(wire, key, signal))) return null;
    const parts = readParts(iterator, partBytes, signal);
    const fitsOnePart = await parts.fill();
    return fitsOnePart
      ? await putWhole(wire, key, parts.take(), { ifAbsent, signal })
      : await uploadInParts(wire, key, parts, { ifAbsent, signal });
  } finally {
    release(iterator);
  }
}

interface Conditions {
  ifAbsent: boolean;
  signal: AbortSignal | undefined;
}

/** PutObject. */
async function putWhole(
  wire: S3Wire,
  key: string,
  bytes: Uint8Array,
  { ifAbsent, signal }: Conditions,
): Promise<ObjectInfo | null> {
  if (ifAbsent && !wire.preset.hasConditionalPut) return putUnlessSeen(wire, key, bytes, signal);
  const condition = ifAbsent ? { IfNoneMatch: "*" } : {};
  for (let conflicts = 0; ; conflicts++) {
    const put = await sendPut(wire, key, bytes, condition, signal);
    if (typeof put !== "string") return put;
    if (put === "taken") return null;
    if (conflicts === MAX_CONFLICTS) throw new AppError("unavailable", { cause: new Error(`others write ${key}`) });
  }
}

/**
 * Without a condition: two who both saw nothing may both write, and the last one's object stays. Whoever finds another one in its place
 * afterwards has lost. That is harmless for our keys: they are made of a job, an attempt and an index, so that both write the same output,
 * and what is kept in the end is pinned by the ETag of what was checked.
 */
async function putUnlessSeen(wire: S3Wire, key: string, bytes: Uint8Array, signal: AbortSignal | undefined) {
  if (await glimpseObject(wire, key, signal)) return null;
  const put = await sendPut(wire, key, bytes, {}, signal);
  if (typeof put === "string") return null;
  const there = await glimpseObject(wire, key);
  return there && there.etag !== put.etag ? null : put;
}

async function sendPut(
  wire: S3Wire,
  key: string,
  bytes: Uint8Array,
  condition: { IfNoneMatch?: string },
  signal: AbortSignal | undefined,
): Promise<ObjectInfo | "taken" | "conflict"> {
  const command = new PutObjectCommand({
    ...{ Bucket: wire.bucket, Key: key, Body: bytes, ContentLength: bytes.byteLength },
    ...headersOf(key),
    ...condition,
  });
  const refused = (error: unknown) => {
    if (isConflict(error)) return "conflict";
    return condition.IfNoneMatch && statusOf(error) === 412 ? "taken" : undefined;
  };
  const output = await ask(wire, (options) => wire.client.send(command, options), { signal, refused });
  return typeof output === "string" ? output : infoOfWritten(key, bytes.byteLength, output);
}

async function uploadInParts(wire: S3Wire, key: string, parts: PartReader, { ifAbsent, signal }: Conditions) {
  return withUpload(wire, key, async (upload) => {
    const done: CompletedPart[] = [];
    const sizes: number[] = [];
    for (let isLast = false; ; isLast = await parts.fill()) {
      // In one expression: a name for the part would keep it in memory while the next one comes.
      done.push(await uploadPart(upload, done.length + 1, parts.take(), { signal, sizes }));
      if (isLast) break;
    }
    const size = sizes.reduce((sum, each) => sum + each, 0);
    signal?.throwIfAborted();
    return completeUpload(upload, done, { size, ifAbsent });
  });
}
