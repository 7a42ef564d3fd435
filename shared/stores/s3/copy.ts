// Copies within the bucket: of exactly the bytes that were checked, to a key that is free.
import { type CompletedPart, CopyObjectCommand, UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";
import type { CopyOutcome, ObjectInfo } from "../../ports/object-store.ts";
import { ask, type S3Wire } from "./client.ts";
import { isAbsent, isRefusedByCondition } from "./errors.ts";
import { headObject } from "./head.ts";
import { bareEtag, headersOf, wholeSeconds } from "./object-headers.ts";
import { completeUpload, type Upload, withUpload } from "./upload.ts";

/** Parts of one copy that the store works on at the same time. */
const PARTS_AT_ONCE = 4;

const MAX_CONFLICTS = 20;

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
  const there = wire.preset.conditionalCopy === null ? await headObject(wire, to) : null;
  if (there) return { state: "exists", info: there };
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
    const made =
      source.size > partBytes ? await copyInParts(wire, copy, source, partBytes) : await copyWhole(wire, copy, source);
    if (typeof made !== "string") return { state: "copied", info: made };
    const outcome = await whyNot(wire, copy);
    if (outcome) return outcome;
  }
  throw new AppError("unavailable", { cause: new Error(`others write ${to}`) });
}

/** S3 answers 412 for either condition, and says in no reliable way which. Null when both hold by now. */
async function whyNot(wire: S3Wire, { from, to, ifMatch }: Copy): Promise<CopyOutcome | null> {
  const [there, source] = await Promise.all([headObject(wire, to), headObject(wire, from)]);
  if (there) return { state: "exists", info: there };
  if (!source) return { state: "source_missing" };
  return source.etag === ifMatch ? null : { state: "source_changed" };
}

/** CopyObject. `refused` when a condition did not hold. */
async function copyWhole(wire: S3Wire, copy: Copy, source: ObjectInfo): Promise<ObjectInfo | "refused"> {
  const { conditionalCopy } = wire.preset;
  const command = new CopyObjectCommand({
    ...{ Bucket: wire.bucket, Key: copy.to, ...sourceOf(wire, copy) },
    // The type comes from the key, not from what somebody sent.
    ...{ MetadataDirective: "REPLACE", ...headersOf(copy.to) },
  });
  if (conditionalCopy) addHeader(command, conditionalCopy, "*");
  const output = await ask(wire, (options) => wire.client.send(command, options), { refused: isRefusal });
  if (output === "refused") return output;
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
): Promise<ObjectInfo | "refused"> {
  const ranges = Array.from({ length: Math.ceil(size / partBytes) }, (_, n) => ({
    number: n + 1,
    range: `bytes=${n * partBytes}-${Math.min(size, (n + 1) * partBytes) - 1}`,
  }));
  const made = await withUpload(wire, copy.to, async (upload) => {
    const parts: CompletedPart[] = [];
    for (let n = 0; n < ranges.length; n += PARTS_AT_ONCE) {
      const some = ranges.slice(n, n + PARTS_AT_ONCE);
      const copied = await allOf(some.map((part) => copyPart(upload, copy, part)));
      if (copied.includes("refused")) return null;
      parts.push(...copied.filter((part) => part !== "refused"));
    }
    return completeUpload(upload, parts, { size, ifAbsent: true });
  });
  return made ?? "refused";
}

async function copyPart(
  { wire, key, uploadId }: Upload,
  copy: Copy,
  { number, range }: { number: number; range: string },
): Promise<CompletedPart | "refused"> {
  const command = new UploadPartCopyCommand({
    ...{ Bucket: wire.bucket, Key: key, UploadId: uploadId, PartNumber: number },
    ...{ ...sourceOf(wire, copy), CopySourceRange: range },
  });
  const output = await ask(wire, (options) => wire.client.send(command, options), { refused: isRefusal });
  return output === "refused" ? output : { PartNumber: number, ETag: output.CopyPartResult?.ETag };
}

/** Keys have no character that would have to be encoded. */
function sourceOf({ bucket }: S3Wire, { from, ifMatch }: Copy) {
  return { CopySource: `${bucket}/${from}`, CopySourceIfMatch: `"${ifMatch}"` };
}

function isRefusal(error: unknown): "refused" | undefined {
  return isRefusedByCondition(error) || isAbsent(error) ? "refused" : undefined;
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
