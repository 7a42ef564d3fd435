// One request as it is served, and what all operations do with it.

import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { StoreDefect } from "../store-defects.ts";
import { decodeAwsChunked } from "./body.ts";
import type { S3Bucket, S3Object } from "./bucket.ts";
import { Refusal } from "./refusal.ts";
import type { S3Abilities } from "./vendors.ts";

export interface S3Call {
  operation: string;
  request: IncomingMessage;
  response: ServerResponse;
  /** For CreateBucket, one that is not there yet. */
  bucket: S3Bucket;
  key: string;
  query: URLSearchParams;
  /** What the signature says of the body. */
  payload: string;
  /** Half of an object is sent, and then the connection is cut, or stays. */
  half: "half" | "stuck" | null;
}

export interface S3Land {
  directory: string;
  abilities: S3Abilities;
  buckets: Map<string, S3Bucket>;
  minPartBytes: number;
  defects: ReadonlySet<StoreDefect>;
  /** Keys that DeleteObjects leaves, each with the code that it answers. */
  left: ReadonlyMap<string, string>;
  now(): number;
  /** How many keys the next page has at most. */
  pageSize(): number;
  created(kind: "Put" | "Post" | "Copy" | "CompleteMultipartUpload", bucket: S3Bucket, object: S3Object): void;
}

export type Operation = (land: S3Land, call: S3Call) => Promise<void> | void;

export function objectOf(
  land: S3Land,
  key: string,
  headers: { "content-type"?: string | undefined; "cache-control"?: string | undefined },
  { path, size, etag }: { path: string; size: number; etag: string },
): S3Object {
  const modifiedAt = Math.floor(land.now() / 1000) * 1000;
  const { "content-type": contentType = "binary/octet-stream", "cache-control": cacheControl = "" } = headers;
  return { key, size, etag, modifiedAt, contentType, cacheControl, path };
}

export function sourceOf(land: S3Land, { request }: S3Call): S3Object {
  const [, bucketName = "", key = ""] =
    /^\/?([^/]+)\/(.+)$/.exec(decodeURIComponent(one(request.headers["x-amz-copy-source"]))) ?? [];
  const source = land.buckets.get(bucketName)?.objects.get(key);
  if (!source) throw new Refusal(404, "NoSuchKey", "The specified key does not exist.");
  const ifMatch = request.headers["x-amz-copy-source-if-match"];
  if (land.defects.has("copies any source")) return source;
  if (ifMatch !== undefined && ifMatch !== `"${source.etag}"`)
    throw new Refusal(412, "PreconditionFailed", "x-amz-copy-source-If-Match");
  return source;
}

/** Where there is no condition, nobody documents what becomes of the header: it is refused, as OpenStack Swift does. */
export function isConditional({ request }: S3Call, header: string, isAble: boolean): boolean {
  const given = request.headers[header];
  if (given === undefined) return false;
  if (!isAble || given !== "*")
    throw new Refusal(501, "NotImplemented", "A header you provided implies functionality that is not implemented.");
  return true;
}

export function bodyOf(land: S3Land, { request, payload }: S3Call): AsyncIterable<Uint8Array> {
  if (!payload.startsWith("STREAMING-")) return request;
  if (!land.abilities.newChecksums || payload !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    throw new Refusal(
      400,
      "InvalidArgument",
      "aws-chunked encoding is not supported with the specified x-amz-content-sha256 value.",
    );
  }
  return decodeAwsChunked(request);
}

export async function textOf(land: S3Land, call: S3Call): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyOf(land, call)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const isSigned =
    !/^[0-9a-f]{64}$/.test(call.payload) || createHash("sha256").update(bytes).digest("hex") === call.payload;
  if (!isSigned) throw new Refusal(400, "XAmzContentSHA256Mismatch");
  return bytes.toString();
}

export function send(
  { response }: { response: ServerResponse },
  status: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, headers).end();
}

export function sendXml({ response }: S3Call, root: string, body: string): void {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${root}>`;
  response.writeHead(200, { "content-type": "application/xml" }).end(xml);
}

/** A list says milliseconds, which S3 leaves at zero and MinIO does not. */
export function iso({ modifiedAt }: S3Object): string {
  return new Date(modifiedAt + 123).toISOString();
}

export function one(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}
