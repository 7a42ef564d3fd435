// Uploads in parts, each operation as its page describes it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_{operation}.html.

import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { save } from "./body.ts";
import { chosenParts, findUpload, joinParts, newPath, place, removeUpload, setPart } from "./bucket.ts";
import { Refusal } from "./refusal.ts";
import { bodyOf, isConditional, type Operation, objectOf, one, send, sendXml, sourceOf, textOf } from "./wire.ts";

export const uploadOperations: Readonly<Record<string, Operation>> = {
  CreateMultipartUpload(_land, call) {
    const { "content-type": contentType = "binary/octet-stream", "cache-control": cacheControl = "" } =
      call.request.headers;
    const upload = { id: randomUUID(), key: call.key, contentType, cacheControl, parts: new Map() };
    call.bucket.uploads.set(upload.id, upload);
    const body = `<Bucket>${call.bucket.name}</Bucket><Key>${call.key}</Key><UploadId>${upload.id}</UploadId>`;
    sendXml(call, "InitiateMultipartUploadResult", body);
  },

  async UploadPart(land, call) {
    const upload = findUpload(call.bucket, call.query.get("uploadId"), call.key);
    const saved = await save(bodyOf(land, call), newPath(land.directory), call.payload);
    findUpload(call.bucket, upload.id, call.key);
    const part = setPart(upload, Number(call.query.get("partNumber")), saved);
    send(call, 200, { etag: `"${part.etag}"` });
  },

  async UploadPartCopy(land, call) {
    const upload = findUpload(call.bucket, call.query.get("uploadId"), call.key);
    const source = sourceOf(land, call);
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(one(call.request.headers["x-amz-copy-source-range"])) ?? [];
    if (end === undefined || Number(end) >= source.size)
      throw new Refusal(400, "InvalidArgument", "the range is not within the source");
    const stream = createReadStream(source.path, { start: Number(start), end: Number(end) });
    const saved = await save(stream, newPath(land.directory), "UNSIGNED-PAYLOAD");
    const part = setPart(upload, Number(call.query.get("partNumber")), saved);
    sendXml(
      call,
      "CopyPartResult",
      `<ETag>&quot;${part.etag}&quot;</ETag><LastModified>${new Date(land.now()).toISOString()}</LastModified>`,
    );
  },

  async CompleteMultipartUpload(land, call) {
    const ifAbsent = isConditional(call, "if-none-match", land.abilities.conditionalComplete);
    const document = await textOf(land, call);
    const upload = findUpload(call.bucket, call.query.get("uploadId"), call.key);
    const chosen = [...document.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = ""]) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: /<ETag>(?:&quot;|")?([^<&"]+)/.exec(part)?.[1] ?? "",
    }));
    const parts = chosenParts(upload, chosen, land.minPartBytes, land.abilities.equalParts);
    const path = newPath(land.directory);
    const joined = await joinParts(parts, path);
    findUpload(call.bucket, upload.id, call.key);
    const headers = { "content-type": upload.contentType, "cache-control": upload.cacheControl };
    const object = objectOf(land, call.key, headers, { path, ...joined });
    place(call.bucket, object, ifAbsent);
    removeUpload(call.bucket, upload);
    sendXml(call, "CompleteMultipartUploadResult", `<Key>${call.key}</Key><ETag>&quot;${object.etag}&quot;</ETag>`);
    land.created("CompleteMultipartUpload", call.bucket, object);
  },

  AbortMultipartUpload(_land, call) {
    removeUpload(call.bucket, findUpload(call.bucket, call.query.get("uploadId"), call.key));
    send(call, 204);
  },

  ListParts(_land, call) {
    const upload = findUpload(call.bucket, call.query.get("uploadId"), call.key);
    const parts = [...upload.parts].sort(([a], [b]) => a - b);
    const xml = parts.map(
      ([n, { size, etag }]) =>
        `<Part><PartNumber>${n}</PartNumber><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size></Part>`,
    );
    sendXml(call, "ListPartsResult", `<IsTruncated>false</IsTruncated>${xml.join("")}`);
  },

  ListMultipartUploads(_land, call) {
    const xml = [...call.bucket.uploads.values()].map(
      ({ key, id }) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`,
    );
    sendXml(call, "ListMultipartUploadsResult", `<IsTruncated>false</IsTruncated>${xml.join("")}`);
  },
};
