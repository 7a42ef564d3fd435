// What lies in the server's bucket. Bytes lie in files that are never changed nor removed, so that who reads goes on with what they have.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { StoreDefect } from "../store-defects.ts";
import { OssFault } from "./fault.ts";

export interface Bytes {
  path: string;
  size: number;
  /** Upper-case hexadecimal. */
  md5: string;
}

export interface OssObject extends Bytes {
  key: string;
  etag: string;
  contentType: string;
  cacheControl: string | undefined;
  /** `default`: the bucket's. */
  acl: string;
  meta: Record<string, string>;
  modifiedAt: number;
}

export interface Upload {
  id: string;
  key: string;
  headers: Record<string, string | undefined>;
  parts: Map<number, Bytes>;
}

export class Bucket {
  readonly directory: string;
  readonly objects = new Map<string, OssObject>();
  readonly uploads = new Map<string, Upload>();
  /** What is done wrong here; may be changed at any time. */
  readonly defects = new Set<StoreDefect>();
  /** Keys that DeleteMultipleObjects leaves; may be changed at any time. */
  readonly left = new Set<string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  async keep(source: AsyncIterable<Uint8Array>): Promise<Bytes> {
    const path = join(this.directory, randomUUID());
    const hash = createHash("md5");
    let size = 0;
    async function* counted() {
      for await (const chunk of source) {
        hash.update(chunk);
        size += chunk.byteLength;
        yield chunk;
      }
    }
    await pipeline(counted, createWriteStream(path));
    return { path, size, md5: hash.digest("hex").toUpperCase() };
  }

  /** "x-oss-forbid-overwrite": 409 FileAlreadyExists. Looks and writes in one step. */
  place(object: OssObject, isOverwriteForbidden: boolean): void {
    if (isOverwriteForbidden && this.objects.has(object.key)) throw new OssFault(409, "FileAlreadyExists");
    this.objects.set(object.key, object);
  }

  object(key: string): OssObject {
    const object = this.objects.get(key);
    if (!object) throw new OssFault(404, "NoSuchKey", "The specified key does not exist.");
    return object;
  }

  upload(id: string | undefined, key: string): Upload {
    const upload = this.uploads.get(id ?? "");
    if (!upload || upload.key !== key) throw new OssFault(404, "NoSuchUpload");
    return upload;
  }

  /** Keys behind `after` in the order of their bytes. */
  keys(prefix: string, after: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  }
}

export async function* bytesOf({ path }: Bytes, start: number, end: number): AsyncGenerator<Uint8Array> {
  if (end >= start) yield* createReadStream(path, { start, end });
}

export async function* joined(parts: Bytes[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* bytesOf(part, 0, part.size - 1);
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
