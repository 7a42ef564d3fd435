// Copies within the bucket: of exactly the bytes that were checked, to a key that is free.
import { type CompletedPart, CopyObjectCommand, UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";
import type { CopyOutcome, ObjectInfo } from "../../ports/object-store.ts";
import { copyRefused, MAX_GROUNDLESS } from "../copy-refused.ts";
import { ask, type S3Wire } from "./client.ts";
import { isAbsent, isConflict, isRefusedByCondition } from "./errors.ts";
import { glimpseObject, headObject } from "./head.ts";
import { bareEtag, headersOf, wholeSeconds } from "./object-headers.ts";
import { completeUpload, type Upload, withUpload } from "./upload.ts";

/** Parts of one copy that the store works on at the same time. */
const PARTS_AT_ONCE = 4;

/** Others who write there at the same time. */
const MAX_CONFLICTS = 20;

/** With what the store refused. */
type Refused = { error: unknown };

interface Copy {
  from: string;
  to: string;
  ifMatch: string;
}

export async function copyObject(
  wire: S3Wire,
  from: string,
  to: string,
  { ifMatch, partBytes }: { ifMatch: string; partBytes: number },
): Promise<CopyOutcome> {
  const copy = { from, to, ifMatch };
  const source = await headObject(wire, from);
  if (!source) return { state: "source_missing" };
  if (source.etag !== ifMatch) return { state: "source_changed" };
  // Two who both see nothing may both copy, where the store has no condition: the same bytes, for the source is pinned.
  const there = wire.preset.conditionalCopy === null ? await glimpseObject(wire, to) : null;
  if (there) return { state: "exists", info: there };
  for (let [conflicts, groundless] = [0, 0]; conflicts < MAX_CONFLICTS; conflicts++) {
    const made =
      source.size > partBytes ? await copyInParts(wire, copy, source, partBytes) : await copyWhole(wire, copy, source);
    if (!("error" in made)) return { state: "copied", info: made };
    const outcome = await whyNot(wire, copy);
    if (outcome) return outcome;
    if (!isConflict(made.error) && ++groundless === MAX_GROUNDLESS) throw copyRefused(from, to, made.error);
  }
  throw new AppError("unavailable", { cause: new Error(`others write ${to}`) });
}

/** S3 answers 412 for either condition, and says in no reliable way which. Null when both hold by now. */
async function whyNot(wire: S3Wire, { from, to, ifMatch }: Copy): Promise<CopyOutcome | null> {
  const [there, source] = await Promise.all([glimpseObject(wire, to), headObject(wire, from)]);
  if (there) return { state: "exists", info: there };
  if (!source) return { state: "source_missing" };
  return source.etag === ifMatch ? null : { state: "source_changed" };
}

/** CopyObject. */
async function copyWhole(wire: S3Wire, copy: Copy, source: ObjectInfo): Promise<ObjectInfo | Refused> {
  const { conditionalCopy } = wire.preset;
  const command = new CopyObjectCommand({
    ...{ Bucket: wire.bucket, Key: copy.to, ...sourceOf(wire, copy) },
    // The type comes from the key, not from what somebody sent.
    ...{ MetadataDirective: "REPLACE", ...headersOf(copy.to) },
  });
  if (conditionalCopy) addHeader(command, conditionalCopy, "*");
  const output = await ask(wire, (options) => wire.client.send(command, options), { refused: asRefused });
  if ("error" in output) return output;
  const { ETag, LastModified } = output.CopyObjectResult ?? {};
  if (!ETag || !LastModified) throw new AppError("unavailable", { cause: new Error("a copy was not described") });
  return { key: copy.to, size: source.size, etag: bareEtag(ETag), modifiedAt: wholeSeconds(LastModified.getTime()) };
}

/** UploadPartCopy, a few parts at a time, each pinned to the same source. */
async function copyInParts(
  wire: S3Wire,
  copy: Copy,
  { size }: ObjectInfo,
  partBytes: number,
): Promise<ObjectInfo | Refused> {
  let refusal: Refused = { error: new Error("the parts of the copy were not put together") };
  const ranges = Array.from({ length: Math.ceil(size / partBytes) }, (_, n) => ({
    number: n + 1,
    range: `bytes=${n * partBytes}-${Math.min(size, (n + 1) * partBytes) - 1}`,
  }));
  const made = await withUpload(wire, copy.to, async (upload) => {
    const parts: CompletedPart[] = [];
    for (let n = 0; n < ranges.length; n += PARTS_AT_ONCE) {
      const some = ranges.slice(n, n + PARTS_AT_ONCE);
      const copied = await allOf(some.map((part) => copyPart(upload, copy, part)));
      for (const part of copied) {
        if ("error" in part) refusal = part;
        else parts.push(part);
      }
      if (parts.length < n + some.length) return null;
    }
    return completeUpload(upload, parts, { size, ifAbsent: true });
  });
  return made ?? refusal;
}

async function copyPart(
  { wire, key, uploadId }: Upload,
  copy: Copy,
  { number, range }: { number: number; range: string },
): Promise<CompletedPart | Refused> {
  const command = new UploadPartCopyCommand({
    ...{ Bucket: wire.bucket, Key: key, UploadId: uploadId, PartNumber: number },
    ...{ ...sourceOf(wire, copy), CopySourceRange: range },
  });
  const output = await ask(wire, (options) => wire.client.send(command, options), { refused: asRefused });
  return "error" in output ? output : { PartNumber: number, ETag: output.CopyPartResult?.ETag };
}

/** Keys have no character that would have to be encoded. */
function sourceOf({ bucket }: S3Wire, { from, ifMatch }: Copy) {
  return { CopySource: `${bucket}/${from}`, CopySourceIfMatch: `"${ifMatch}"` };
}

/** A condition that did not hold, or no source; other refusals are errors. */
function asRefused(error: unknown): Refused | undefined {
  return isRefusedByCondition(error) || isAbsent(error) ? { error } : undefined;
}

/** Waits for all of them, so that none is under way when the upload is given up, and then throws what the first one threw. */
async function allOf<T>(all: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(all);
  return Promise.all(all);
}

function addHeader(command: CopyObjectCommand, name: string, value: string): void {
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers[name] = value;
      return next(args);
    },
    { step: "build" },
  );
}
