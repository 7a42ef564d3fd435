// The operations of OSS that are served, each with the parameters and headers that its page names: anything else is refused.
import { createHash, randomUUID } from "node:crypto";
import { type Bucket, type Bytes, bytesOf, joined, type OssObject, textOf, type Upload } from "./bucket.ts";
import { OssFault, xml } from "./fault.ts";
import type { SignedRequest } from "./signature.ts";

export interface Call extends SignedRequest {
  bucketContent: Bucket;
  name: string;
  now: number;
  pageSize: number;
  body: AsyncIterable<Uint8Array>;
  created(operation: string, object: OssObject): void;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | { length: number; chunks: AsyncIterable<Uint8Array> };
}

interface Operation {
  name: string;
  query: readonly string[];
  headers: readonly string[];
  /** Takes the call, once it is known to be allowed. */
  serve(call: Call): Promise<Answer>;
}

const objectHeaders = ["content-type", "cache-control", "x-oss-forbid-overwrite", "x-oss-meta-*"];

const operations = {
  PutObject: {
    query: [],
    headers: [...objectHeaders, "content-md5", "x-oss-object-acl"],
    async serve(call) {
      const bytes = await receive(call);
      const object = objectOf(call.key, bytes, call.headers, `${bytes.md5}`, call.now);
      return put(call, "PutObject", object);
    },
  },
  CopyObject: {
    query: [],
    // The SDK repeats each header of the copy as x-oss-copy-source-<name>, and its own way to say if-match is If-Match.
    headers: [...objectHeaders, "if-match", "x-oss-object-acl", "x-oss-metadata-directive", "x-oss-copy-source*"],
    async serve(call) {
      const source = sourceOf(call);
      const isReplaced = call.headers["x-oss-metadata-directive"] === "REPLACE";
      const copy = isReplaced
        ? objectOf(call.key, source, call.headers, source.etag, call.now)
        : { ...source, key: call.key, modifiedAt: call.now };
      await put(call, "CopyObject", copy);
      const LastModified = new Date(seconds(call.now)).toISOString();
      return { status: 200, body: xml("CopyObjectResult", { ETag: quoted(copy.etag), LastModified }) };
    },
  },
  InitiateMultipartUpload: {
    query: ["uploads"],
    headers: objectHeaders,
    async serve({ bucketContent, key, headers, name }) {
      refuseTaken(bucketContent, key, headers);
      const upload: Upload = { id: randomUUID(), key, headers, parts: new Map() };
      bucketContent.uploads.set(upload.id, upload);
      const UploadId = upload.id;
      return { status: 200, body: xml("InitiateMultipartUploadResult", { Bucket: name, Key: key, UploadId }) };
    },
  },
  UploadPart: {
    query: ["partNumber", "uploadId"],
    headers: ["content-type", "content-md5"],
    async serve(call) {
      const number = partNumberOf(call);
      const upload = () => call.bucketContent.upload(call.query.get("uploadId"), call.key);
      upload();
      const bytes = await receive(call);
      upload().parts.set(number, bytes);
      return { status: 200, headers: { etag: quoted(bytes.md5) } };
    },
  },
  UploadPartCopy: {
    query: ["partNumber", "uploadId"],
    headers: ["content-type", "x-oss-copy-source", "x-oss-copy-source-range", "x-oss-copy-source-if-match"],
    async serve(call) {
      const number = partNumberOf(call);
      const upload = call.bucketContent.upload(call.query.get("uploadId"), call.key);
      const source = sourceOf(call);
      const range = /^bytes=(\d+)-(\d+)$/.exec(call.headers["x-oss-copy-source-range"] ?? "");
      if (!range || Number(range[2]) >= source.size) throw new OssFault(400, "InvalidArgument", "range");
      const bytes = await call.bucketContent.keep(bytesOf(source, Number(range[1]), Number(range[2])));
      upload.parts.set(number, bytes);
      const body = xml("CopyPartResult", { ETag: quoted(bytes.md5) });
      return { status: 200, headers: { etag: quoted(bytes.md5) }, body };
    },
  },
  CompleteMultipartUpload: {
    query: ["uploadId"],
    headers: ["content-type", "content-md5", "x-oss-forbid-overwrite", "x-oss-object-acl"],
    async serve(call) {
      const { bucketContent, key, headers } = call;
      const text = await textOf(call.body);
      const upload = bucketContent.upload(call.query.get("uploadId"), key);
      refuseTaken(bucketContent, key, headers);
      const parts = partsNamed(text, upload);
      const bytes = await bucketContent.keep(joined(parts));
      bucketContent.upload(upload.id, key);
      const etag = `${createHash("md5")
        .update(parts.map(({ md5 }) => md5).join(""))
        .digest("hex")
        .toUpperCase()}-${parts.length}`;
      const merged = { ...upload.headers, "x-oss-object-acl": headers["x-oss-object-acl"] };
      const object = objectOf(key, bytes, merged, etag, call.now);
      const answer = await put(call, "CompleteMultipartUpload", object);
      bucketContent.uploads.delete(upload.id);
      return { ...answer, body: xml("CompleteMultipartUploadResult", { Key: key, ETag: quoted(etag) }) };
    },
  },
  AbortMultipartUpload: {
    query: ["uploadId"],
    headers: ["content-type"],
    async serve({ bucketContent, key, query }) {
      bucketContent.uploads.delete(bucketContent.upload(query.get("uploadId"), key).id);
      return { status: 204 };
    },
  },
  GetObject: {
    query: ["x-oss-*", "response-content-disposition"],
    headers: ["content-type", "range", "x-oss-range-behavior"],
    async serve({ bucketContent, key, headers, query }) {
      const disposition = query.get("response-content-disposition");
      // "Anonymous access does not support response-*": it would let anybody make pages of what others keep.
      if (disposition !== undefined && !query.has("x-oss-signature")) throw new OssFault(400, "InvalidRequest");
      const object = bucketContent.object(key);
      const { start, end, isPart } = rangeOf(headers, object.size);
      const length = end - start + 1;
      const contentRange = isPart ? { "content-range": `bytes ${start}-${end}/${object.size}` } : {};
      const body = { length, chunks: bytesOf(object, start, end) };
      return {
        status: isPart ? 206 : 200,
        headers: { ...headersOf(object), ...contentRange, ...(disposition && { "content-disposition": disposition }) },
        body,
      };
    },
  },
  HeadObject: {
    query: [],
    headers: ["content-type"],
    async serve({ bucketContent, key }) {
      const object = bucketContent.object(key);
      return { status: 200, headers: { ...headersOf(object), "content-length": String(object.size) } };
    },
  },
  DeleteObject: {
    query: [],
    headers: ["content-type"],
    // 204 whether there was an object or not.
    async serve({ bucketContent, key }) {
      bucketContent.objects.delete(key);
      return { status: 204 };
    },
  },
  DeleteMultipleObjects: {
    query: ["delete"],
    headers: ["content-type", "content-md5"],
    async serve({ bucketContent, headers, body }) {
      const text = await textOf(body);
      const md5 = createHash("md5").update(text).digest("base64");
      if (headers["content-md5"] === undefined) throw new OssFault(400, "MissingArgument", "Content-MD5");
      if (headers["content-md5"] !== md5) throw new OssFault(400, "InvalidDigest");
      const keys = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
      if (keys.length === 0 || keys.length > 1000) throw new OssFault(400, "MalformedXML", "1 to 1,000 objects");
      const gone = keys.filter((key) => !bucketContent.left.has(key));
      for (const key of gone) bucketContent.objects.delete(key);
      const isQuiet = text.includes("<Quiet>true</Quiet>");
      const named = isQuiet ? [] : gone.map((key) => `<Deleted><Key>${key}</Key></Deleted>`);
      return { status: 200, body: xml("DeleteResult", {}, named.join("")) };
    },
  },
  ListObjectsV2: {
    query: ["list-type", "prefix", "start-after", "max-keys"],
    headers: ["content-type"],
    async serve({ bucketContent, query, name, pageSize }) {
      const maxKeys = Number(query.get("max-keys") ?? 100);
      if (!(maxKeys >= 1 && maxKeys <= 1000)) throw new OssFault(400, "InvalidArgument", "max-keys");
      const prefix = query.get("prefix") ?? "";
      const keys = bucketContent.keys(prefix, query.get("start-after") ?? "");
      const shown = keys.slice(0, Math.min(maxKeys, pageSize));
      const IsTruncated = shown.length < keys.length;
      const token: Record<string, string> = IsTruncated ? { NextContinuationToken: randomUUID() } : {};
      const contents = shown.map((key) => listed(bucketContent.object(key)));
      const elements = { Name: name, Prefix: prefix, MaxKeys: maxKeys, KeyCount: shown.length, IsTruncated, ...token };
      return { status: 200, body: xml("ListBucketResult", elements, contents.join("")) };
    },
  },
} satisfies Record<string, Omit<Operation, "name">>;

export type OperationName = keyof typeof operations;

/** By method and parameters, as the pages of the operations show them. Throws for what is not served, and for what no page names. */
export function operationOf(request: SignedRequest): Operation {
  const name = nameOf(request);
  if (name === null) throw new OssFault(400, "InvalidArgument", "This is no operation that is known here.");
  const operation: Omit<Operation, "name"> = operations[name];
  for (const parameter of request.query.keys()) {
    if (!isNamed(parameter, operation.query)) throw new OssFault(400, "InvalidArgument", parameter);
  }
  const common = ["x-oss-date", "x-oss-content-sha256", "x-oss-security-token", "content-length", "authorization"];
  const transport = ["host", "connection", "user-agent", "accept", "accept-*", "sec-fetch-mode", "transfer-encoding"];
  for (const header of Object.keys(request.headers)) {
    const isKnown = isNamed(header, operation.headers) || isNamed(header, [...common, ...transport]);
    if (!isKnown) throw new OssFault(400, "InvalidArgument", `${name} has no header ${header}.`);
  }
  return { name, ...operation };
}

function nameOf({ method, key, query, headers }: SignedRequest): OperationName | null {
  if (key === "") return bucketOperation(method, query);
  const isCopy = headers["x-oss-copy-source"] !== undefined;
  const isUpload = query.has("uploadId");
  if (method === "GET") return "GetObject";
  if (method === "HEAD") return "HeadObject";
  if (method === "DELETE") return isUpload ? "AbortMultipartUpload" : "DeleteObject";
  if (method === "POST" && isUpload) return "CompleteMultipartUpload";
  if (method === "POST" && query.has("uploads")) return "InitiateMultipartUpload";
  if (method !== "PUT") return null;
  if (isUpload) return isCopy ? "UploadPartCopy" : "UploadPart";
  return isCopy ? "CopyObject" : "PutObject";
}

function bucketOperation(method: string, query: SignedRequest["query"]): OperationName | null {
  if (method === "POST" && query.has("delete")) return "DeleteMultipleObjects";
  return method === "GET" && query.get("list-type") === "2" ? "ListObjectsV2" : null;
}

function isNamed(name: string, names: readonly string[]): boolean {
  return names.some((known) => (known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : name === known));
}

async function receive({ bucketContent, body, headers }: Call): Promise<Bytes> {
  const bytes = await bucketContent.keep(body);
  const md5 = headers["content-md5"];
  // "Content-MD5": what arrived otherwise is refused.
  if (md5 !== undefined && Buffer.from(md5, "base64").toString("hex").toUpperCase() !== bytes.md5) {
    throw new OssFault(400, "InvalidDigest");
  }
  return bytes;
}

async function put(call: Call, operation: string, object: OssObject): Promise<Answer> {
  const defect = operation === "CopyObject" ? "replaces by copies" : "replaces by puts";
  const isForbidden = call.headers["x-oss-forbid-overwrite"] === "true" && !call.bucketContent.defects.has(defect);
  call.bucketContent.place(object, isForbidden);
  call.created(operation, object);
  return { status: 200, headers: { etag: quoted(object.etag) } };
}

function refuseTaken({ objects }: Bucket, key: string, headers: SignedRequest["headers"]): void {
  if (headers["x-oss-forbid-overwrite"] === "true" && objects.has(key)) throw new OssFault(409, "FileAlreadyExists");
}

/** "x-oss-copy-source": /bucket/key, the key encoded; with if-match, 412 unless the source still has that ETag. */
function sourceOf({ headers, bucketContent, name }: Call): OssObject {
  const [, bucket, key = ""] = /^\/([^/]+)\/(.+)$/.exec(headers["x-oss-copy-source"] ?? "") ?? [];
  if (bucket !== name) throw new OssFault(400, "InvalidArgument", "x-oss-copy-source");
  const source = bucketContent.object(decodeURIComponent(key));
  const ifMatch = headers["x-oss-copy-source-if-match"];
  if (bucketContent.defects.has("copies any source")) return source;
  if (ifMatch !== undefined && ifMatch !== quoted(source.etag)) throw new OssFault(412, "PreconditionFailed");
  return source;
}

function partNumberOf({ query }: Call): number {
  const number = Number(query.get("partNumber"));
  if (!(Number.isInteger(number) && number >= 1 && number <= 10_000)) throw new OssFault(400, "InvalidArgument");
  return number;
}

/** "CompleteMultipartUpload": numbers ascend, ETags are those of the parts, and all but the last have at least 100 KB. */
function partsNamed(text: string, upload: Upload): Bytes[] {
  const named = [...text.matchAll(/<PartNumber>(\d+)<\/PartNumber>\s*<ETag>"?([0-9A-F]{32})"?<\/ETag>/g)];
  if (named.length === 0) throw new OssFault(400, "MalformedXML");
  const numbers = named.map(([, number]) => Number(number));
  if (numbers.some((number, n) => number <= (numbers[n - 1] ?? 0))) throw new OssFault(400, "InvalidPartOrder");
  return named.map(([, number, etag], n) => {
    const part = upload.parts.get(Number(number));
    if (!part || part.md5 !== etag) throw new OssFault(400, "InvalidPart");
    if (n < named.length - 1 && part.size < 100 * 1024) throw new OssFault(400, "EntityTooSmall");
    return part;
  });
}

export function objectOf(
  key: string,
  { path, size, md5 }: Bytes,
  headers: SignedRequest["headers"],
  etag: string,
  now: number,
): OssObject {
  const meta = Object.entries(headers).filter(([name]) => name.startsWith("x-oss-meta-"));
  return {
    key,
    path,
    size,
    md5,
    etag,
    contentType: headers["content-type"] ?? "application/octet-stream",
    cacheControl: headers["cache-control"],
    acl: headers["x-oss-object-acl"] ?? "default",
    meta: Object.fromEntries(meta.map(([name, value]) => [name, value ?? ""])),
    modifiedAt: now,
  };
}

/** "x-oss-range-behavior": without `standard`, a range that does not lie within the object is ignored. */
function rangeOf(headers: SignedRequest["headers"], size: number): { start: number; end: number; isPart: boolean } {
  const whole = { start: 0, end: size - 1, isPart: false };
  const match = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "");
  if (!match) return whole;
  const [start, end] = [Number(match[1]), Number(match[2])];
  if (start <= end && end < size) return { start, end, isPart: true };
  if (headers["x-oss-range-behavior"] !== "standard") return whole;
  if (start >= size) throw new OssFault(416, "InvalidRange");
  return { start, end: size - 1, isPart: true };
}

function headersOf({ etag, contentType, cacheControl, meta, modifiedAt }: OssObject): Record<string, string> {
  return {
    etag: quoted(etag),
    "content-type": contentType,
    "last-modified": new Date(modifiedAt).toUTCString(),
    ...(cacheControl === undefined ? {} : { "cache-control": cacheControl }),
    ...meta,
  };
}

function listed({ key, etag, size, modifiedAt }: OssObject): string {
  const LastModified = new Date(seconds(modifiedAt)).toISOString();
  return xml("Contents", { Key: key, LastModified, ETag: quoted(etag), Type: "Normal", Size: size }).replace(
    /^.*\n/,
    "",
  );
}

function quoted(etag: string): string {
  return `"${etag}"`;
}

/** OSS keeps the time of an object in whole seconds. */
function seconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
