// What lies in one bucket: objects and uploads in parts, each in a file of its own that is never changed. An object appears in one turn of
// the event loop, so that conditions are decided when it does.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Saved, save } from "./body.ts";
import { Refusal } from "./refusal.ts";

export interface S3Object {
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** Whole seconds, as epoch milliseconds. */
  modifiedAt: number;
  contentType: string;
  cacheControl: string;
  path: string;
}

export interface S3Part {
  size: number;
  etag: string;
  path: string;
}

export interface S3Upload {
  id: string;
  key: string;
  contentType: string;
  cacheControl: string;
  parts: Map<number, S3Part>;
}

export interface S3Bucket {
  name: string;
  objects: Map<string, S3Object>;
  uploads: Map<string, S3Upload>;
  /** Documents as they were put: lifecycle, cors, policy, publicAccessBlock. */
  settings: Map<string, string>;
}

export function createBucket(name: string): S3Bucket {
  return { name, objects: new Map(), uploads: new Map(), settings: new Map() };
}

export function newPath(directory: string): string {
  return join(directory, randomUUID());
}

/** Throws a Refusal when there has to be none. */
export function place(bucket: S3Bucket, object: S3Object, ifAbsent: boolean): void {
  const old = bucket.objects.get(object.key);
  if (old && ifAbsent)
    throw new Refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  bucket.objects.set(object.key, object);
  // Whoever has opened it reads on.
  if (old) void rm(old.path, { force: true });
}

export function discard(bucket: S3Bucket, key: string): void {
  const old = bucket.objects.get(key);
  bucket.objects.delete(key);
  if (old) void rm(old.path, { force: true });
}

export function findUpload(bucket: S3Bucket, id: string | null, key: string): S3Upload {
  const upload = bucket.uploads.get(id ?? "");
  if (upload?.key !== key) throw new Refusal(404, "NoSuchUpload", "The specified upload does not exist.");
  return upload;
}

export function setPart(upload: S3Upload, number: number, { path, size, md5 }: Saved): S3Part {
  if (!(number >= 1 && number <= 10_000))
    throw new Refusal(400, "InvalidArgument", "Part number must be between 1 and 10000");
  const old = upload.parts.get(number);
  if (old) void rm(old.path, { force: true });
  const part = { path, size, etag: md5 };
  upload.parts.set(number, part);
  return part;
}

export function removeUpload(bucket: S3Bucket, upload: S3Upload): void {
  bucket.uploads.delete(upload.id);
  for (const { path } of upload.parts.values()) void rm(path, { force: true });
}

/** "each part must be at least 5 MB in size, except the last part": EntityTooSmall. `minBytes`: tests have smaller ones. */
export function chosenParts(
  upload: S3Upload,
  chosen: readonly { number: number; etag: string }[],
  minBytes: number,
  areEqual: boolean,
): S3Part[] {
  if (chosen.length === 0) throw new Refusal(400, "MalformedXML", "no parts");
  const parts = chosen.map(({ number, etag }, n) => {
    const part = upload.parts.get(number);
    if (part?.etag !== etag) throw new Refusal(400, "InvalidPart", `part ${number} could not be found`);
    if (n > 0 && number <= (chosen[n - 1]?.number ?? 0))
      throw new Refusal(400, "InvalidPartOrder", "the parts are not in order");
    return part;
  });
  const butLast = parts.slice(0, -1);
  if (butLast.some(({ size }) => size < minBytes)) throw new Refusal(400, "EntityTooSmall", "a part is too small");
  // "All non-trailing parts must have the same length" (https://developers.cloudflare.com/r2/objects/multipart-objects/).
  if (areEqual && butLast.some(({ size }) => size !== parts[0]?.size))
    throw new Refusal(400, "InvalidPart", "parts differ in size");
  return parts;
}

/** The bytes of all parts as one file, and the ETag of such an object: the MD5 of the MD5s, and how many they are. */
export async function joinParts(parts: readonly S3Part[], path: string): Promise<{ size: number; etag: string }> {
  async function* all() {
    for (const part of parts) yield* createReadStream(part.path);
  }
  const { size } = await save(all(), path, "UNSIGNED-PAYLOAD");
  const sums = createHash("md5");
  for (const { etag } of parts) sums.update(Buffer.from(etag, "hex"));
  return { size, etag: `${sums.digest("hex")}-${parts.length}` };
}
