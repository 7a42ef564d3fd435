// Objects, each operation as its page describes it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_{operation}.html.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { save } from "./body.ts";
import { discard, newPath, place, type S3Object } from "./bucket.ts";
import { Refusal } from "./refusal.ts";
import { bodyOf, isConditional, iso, type Operation, objectOf, type S3Call, send, sendXml, sourceOf } from "./wire.ts";

export const objectOperations: Readonly<Record<string, Operation>> = {
  async PutObject(land, call) {
    const ifAbsent = isConditional(call, "if-none-match", land.abilities.conditionalPut);
    const saved = await save(bodyOf(land, call), newPath(land.directory), call.payload);
    const object = objectOf(land, call.key, call.request.headers, { ...saved, etag: saved.md5 });
    const isUpload = call.query.has("X-Amz-Signature");
    const isForgotten = land.defects.has(isUpload ? "replaces by uploads" : "replaces by puts");
    place(call.bucket, object, ifAbsent && !isForgotten);
    send(call, 200, { etag: `"${object.etag}"` });
    land.created("Put", call.bucket, object);
  },

  async GetObject(_land, call) {
    const object = find(call);
    const range = rangeOf(call.request.headers.range, object.size);
    const [start, end] = range ?? [0, object.size - 1];
    const file = await open(object.path);
    const length = end - start + 1;
    const disposition = call.query.get("response-content-disposition");
    // "You must sign the request": "they cannot be used with an unsigned (anonymous) request".
    if (disposition && !call.query.has("X-Amz-Signature"))
      throw new Refusal(400, "InvalidRequest", "Request specific response headers cannot be used for anonymous GET");
    call.response.writeHead(range ? 206 : 200, {
      ...headersOf(object),
      "content-length": length,
      ...(disposition && { "content-disposition": disposition }),
      ...(range ? { "content-range": `bytes ${start}-${end}/${object.size}` } : {}),
    });
    const sent = call.half ? Math.floor(length / 2) : length;
    const source = sent === 0 ? [] : file.createReadStream({ start, end: start + sent - 1, autoClose: false });
    try {
      await pipeline(source, call.response, { end: !call.half });
    } finally {
      await file.close();
      if (call.half === "half") call.response.destroy();
    }
  },

  HeadObject(_land, call) {
    const object = find(call);
    send(call, 200, { ...headersOf(object), "content-length": String(object.size) });
  },

  DeleteObject(_land, call) {
    discard(call.bucket, call.key);
    send(call, 204);
  },

  async CopyObject(land, call) {
    const { conditionalCopy } = land.abilities;
    const source = sourceOf(land, call);
    const path = newPath(land.directory);
    await copyFile(source.path, path);
    const sum = await md5OfFile(path);
    const headers =
      call.request.headers["x-amz-metadata-directive"] === "REPLACE" ? call.request.headers : asHeaders(source);
    const object = objectOf(land, call.key, headers, { path, size: source.size, etag: sum });
    const ifAbsent = conditionalCopy !== null && call.request.headers[conditionalCopy] === "*";
    place(call.bucket, object, ifAbsent && !land.defects.has("replaces by copies"));
    sendXml(
      call,
      "CopyObjectResult",
      `<ETag>&quot;${object.etag}&quot;</ETag><LastModified>${iso(object)}</LastModified>`,
    );
    land.created("Copy", call.bucket, object);
  },
};

/** Undefined without a range. "416 InvalidRange" for one that begins behind the end. */
function rangeOf(header: string | undefined, size: number): [number, number] | undefined {
  if (header === undefined) return undefined;
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  if (end === undefined) throw new Refusal(400, "InvalidArgument", "this range is not understood");
  if (Number(start) >= size) throw new Refusal(416, "InvalidRange", "The requested range is not satisfiable");
  return [Number(start), Math.min(Number(end), size - 1)];
}

async function md5OfFile(path: string): Promise<string> {
  const sum = createHash("md5");
  for await (const chunk of createReadStream(path)) sum.update(chunk);
  return sum.digest("hex");
}

function asHeaders({ contentType, cacheControl }: S3Object) {
  return { "content-type": contentType, "cache-control": cacheControl };
}

function headersOf(object: S3Object): Record<string, string> {
  return {
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.modifiedAt).toUTCString(),
    "content-type": object.contentType,
    "accept-ranges": "bytes",
    ...(object.cacheControl ? { "cache-control": object.cacheControl } : {}),
  };
}

function find({ bucket, key }: S3Call): S3Object {
  const object = bucket.objects.get(key);
  if (!object) throw new Refusal(404, "NoSuchKey", "The specified key does not exist.");
  return object;
}
