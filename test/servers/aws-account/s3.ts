// S3: buckets that CloudFormation makes, their objects, also in parts.
import { createHash } from "node:crypto";
import type { Answer, Asked, Service, StoredObject } from "./server.ts";
import { xml } from "./services.ts";

/** Path style, as at an address; and S3 Control, which is told apart by its header. */
export const s3: Service = {
  operation({ method, url, headers }) {
    if (headers["x-amz-account-id"]) return "GetPublicAccessBlock";
    const [, , key] = url.pathname.split("/", 3);
    const query = [...url.searchParams.keys()].filter((name) => name !== "x-id")[0];
    return [method, key ? "object" : "bucket", query].filter(Boolean).join(" ");
  },
  answer(asked, operation) {
    const { server, url } = asked;
    if (operation === "GetPublicAccessBlock") return publicAccessBlock(asked);
    const [, name = "", ...rest] = url.pathname.split("/");
    if (server.foreignBuckets.has(name))
      return s3.failure({ status: 403, code: "AccessDenied", message: "Access Denied" });
    const bucket = server.buckets.get(name);
    if (!bucket)
      return s3.failure({ status: 404, code: "NoSuchBucket", message: "The specified bucket does not exist" });
    const key = decodeURIComponent(rest.join("/"));
    return key === "" ? ofBucket(asked, operation, name, bucket) : ofObject(asked, operation, key, bucket);
  },
  failure: ({ status, code, message }) =>
    xml(status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`),
};

function publicAccessBlock({ server, headers }: Asked): Answer {
  if (headers["x-amz-account-id"] !== server.id)
    return s3.failure({ status: 403, code: "AccessDenied", message: "Access Denied" });
  if (server.publicAccessBlock.length === 0)
    return s3.failure({ status: 404, code: "NoSuchPublicAccessBlockConfiguration", message: "none" });
  const each = server.publicAccessBlock.map((name) => `<${name}>true</${name}>`).join("");
  return xml(200, `<PublicAccessBlockConfiguration>${each}</PublicAccessBlockConfiguration>`);
}

type Objects = Map<string, StoredObject>;

function ofBucket({ server, url }: Asked, operation: string, name: string, bucket: Objects): Answer {
  if (operation.startsWith("GET bucket location"))
    return xml(200, `<LocationConstraint>${server.region}</LocationConstraint>`);
  if (operation.startsWith("GET bucket")) return listed(name, bucket, url.searchParams);
  if (operation === "HEAD bucket") return { status: 200, body: "", headers: { "x-amz-bucket-region": server.region } };
  if (operation === "DELETE bucket" && bucket.size === 0) {
    server.buckets.delete(name);
    return { status: 204, body: "" };
  }
  return s3.failure({ status: 409, code: "BucketNotEmpty", message: operation });
}

/** By two, and a long list in some ten pages. */
function listed(name: string, bucket: Objects, asked: URLSearchParams): Answer {
  const all = [...bucket].filter(([key]) => key.startsWith(asked.get("prefix") ?? "")).sort();
  const start = Number(asked.get("continuation-token") ?? 0);
  const size = Math.min(Number(asked.get("max-keys") ?? 1000), Math.max(2, Math.ceil(all.length / 10)));
  const each = all.slice(start, start + size).map(([key, { bytes, modifiedAt }]) => {
    const at = modifiedAt.toISOString();
    return `<Contents><Key>${key}</Key><LastModified>${at}</LastModified><Size>${bytes.length}</Size></Contents>`;
  });
  const isMore = start + size < all.length;
  const next = isMore ? `<NextContinuationToken>${start + size}</NextContinuationToken>` : "";
  return xml(
    200,
    `<ListBucketResult><Name>${name}</Name><KeyCount>${each.length}</KeyCount><IsTruncated>${isMore}</IsTruncated>${next}${each.join("")}</ListBucketResult>`,
  );
}

function ofObject({ server, body, headers, url }: Asked, operation: string, key: string, bucket: Objects): Answer {
  const metadata = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (name.startsWith("x-amz-meta-") ? [[name, String(value)]] : [])),
  );
  const bytes = /aws-chunked/.test(String(headers["content-encoding"])) ? unchunked(body) : body;
  const upload = server.uploads.get(url.searchParams.get("uploadId") ?? "");
  if (operation === "PUT object") {
    bucket.set(key, { bytes, modifiedAt: new Date(), metadata });
    return { status: 200, body: "", headers: { etag: etagOf(bytes) } };
  }
  if (operation === "POST object uploads") {
    const id = `upload-${server.uploads.size + 1}`;
    server.uploads.set(id, { metadata, parts: new Map() });
    return xml(200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  }
  if (operation === "PUT object partNumber" && upload) {
    upload.parts.set(Number(url.searchParams.get("partNumber")), bytes);
    return { status: 200, body: "", headers: { etag: etagOf(bytes) } };
  }
  if (operation === "POST object uploadId" && upload) {
    const wanted = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number));
    const parts = wanted.map((number) => upload.parts.get(number) ?? Buffer.alloc(0));
    bucket.set(key, { bytes: Buffer.concat(parts), modifiedAt: new Date(), metadata: upload.metadata });
    return xml(200, `<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`);
  }
  const found = bucket.get(key);
  if (!/^(GET|HEAD) object$/.test(operation))
    return s3.failure({ status: 501, code: "NotImplemented", message: operation });
  if (!found) return s3.failure({ status: 404, code: "NoSuchKey", message: "The specified key does not exist." });
  const length = { "content-length": String(found.bytes.length), "last-modified": found.modifiedAt.toUTCString() };
  return { status: 200, body: found.bytes, headers: { etag: etagOf(found.bytes), ...length, ...found.metadata } };
}

function etagOf(bytes: Buffer): string {
  return `"${createHash("md5").update(bytes).digest("hex")}"`;
}

/** `{hex length}\r\n{bytes}\r\n`, up to a length of 0. */
function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.toString("latin1", at, end), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
