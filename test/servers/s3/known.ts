// What may be sent with each operation, as its page says: https://docs.aws.amazon.com/AmazonS3/latest/API/API_{operation}.html, "Request
// Syntax" and "Request Parameters". Anything else is answered 400: an adapter must not send what nobody documents.
import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "./refusal.ts";
import type { S3Abilities } from "./vendors.ts";

interface Known {
  query?: readonly string[];
  headers?: readonly string[];
}

/** API_CommonRequestHeaders, RFC 9110, and what every client of the SDK says of itself. */
const commonHeaders = [
  ...[
    "host",
    "authorization",
    "connection",
    "user-agent",
    "accept",
    "accept-language",
    "accept-encoding",
    "sec-fetch-mode",
  ],
  ...["content-length", "content-type", "transfer-encoding", "date", "expect", "cache-control", "pragma"],
  ...["x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent"],
  ...["amz-sdk-invocation-id", "amz-sdk-request"],
];

/** Query authentication; `x-id` is the SDK's own name for the operation. */
const commonQuery = [
  ...[
    "x-id",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
  ],
  ...["X-Amz-Security-Token", "X-Amz-Content-Sha256", "x-amz-user-agent"],
];

const sums = [
  "content-md5",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-checksum-crc32",
  "x-amz-trailer",
  "x-amz-decoded-content-length",
  "content-encoding",
];
const copySource = ["x-amz-copy-source", "x-amz-copy-source-if-match"];

const operations: Readonly<Record<string, Known>> = {
  PutObject: { headers: ["if-none-match", ...sums] },
  GetObject: { query: ["response-content-disposition"], headers: ["range"] },
  HeadObject: {},
  DeleteObject: {},
  CopyObject: { headers: [...copySource, "x-amz-metadata-directive", "if-none-match"] },
  CreateMultipartUpload: { query: ["uploads"] },
  UploadPart: { query: ["partNumber", "uploadId"], headers: sums },
  UploadPartCopy: { query: ["partNumber", "uploadId"], headers: [...copySource, "x-amz-copy-source-range"] },
  CompleteMultipartUpload: { query: ["uploadId"], headers: ["if-none-match"] },
  AbortMultipartUpload: { query: ["uploadId"] },
  ListParts: { query: ["uploadId", "max-parts", "part-number-marker"] },
  ListMultipartUploads: { query: ["uploads", "prefix"] },
  ListObjectsV2: { query: ["list-type", "prefix", "max-keys", "start-after", "continuation-token"] },
  DeleteObjects: { query: ["delete"], headers: sums },
  PostObject: { headers: ["origin", "referer"] },
  CreateBucket: {},
  HeadBucket: {},
  PutBucketLifecycleConfiguration: { query: ["lifecycle"], headers: sums },
  GetBucketLifecycleConfiguration: { query: ["lifecycle"] },
  PutBucketCors: { query: ["cors"], headers: sums },
  GetBucketCors: { query: ["cors"] },
  PutBucketPolicy: { query: ["policy"], headers: sums },
  GetBucketPolicy: { query: ["policy"] },
  PutPublicAccessBlock: { query: ["publicAccessBlock"], headers: sums },
};

export function refuseUnknown(
  operation: string,
  query: URLSearchParams,
  headers: IncomingHttpHeaders,
  abilities: S3Abilities,
): void {
  const known = operations[operation];
  if (!known) throw new Refusal(405, "MethodNotAllowed", `there is no ${operation}`);
  for (const name of query.keys()) {
    if (!commonQuery.includes(name) && !known.query?.includes(name)) throw unknown(operation, name);
  }
  const vendors = operation === "CopyObject" && abilities.conditionalCopy ? [abilities.conditionalCopy] : [];
  for (const name of Object.keys(headers)) {
    if (!commonHeaders.includes(name) && !known.headers?.includes(name) && !vendors.includes(name)) {
      throw unknown(operation, name);
    }
    if (!abilities.newChecksums && /^x-amz-(sdk-)?checksum-|^x-amz-(trailer|decoded)/.test(name)) {
      throw new Refusal(501, "NotImplemented", `${name} is not implemented`);
    }
  }
}

function unknown(operation: string, name: string): Refusal {
  return new Refusal(400, "InvalidArgument", `${operation} has no ${name}`);
}
