// Buckets, what lies in them and how they are set, each operation as its page describes it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_{operation}.html.

import { createHash } from "node:crypto";
import { createBucket, discard } from "./bucket.ts";
import { escapeXml, Refusal } from "./refusal.ts";
import { iso, type Operation, type S3Call, type S3Land, send, sendXml, textOf } from "./wire.ts";

export const bucketOperations: Readonly<Record<string, Operation>> = {
  ListObjectsV2(land, call) {
    const { query } = call;
    const after = readToken(query.get("continuation-token")) ?? query.get("start-after") ?? "";
    const limit = Math.min(land.pageSize(), Number(query.get("max-keys") ?? 1000), 1000);
    const prefix = query.get("prefix") ?? "";
    const behind = Buffer.from(after);
    const found = [...call.bucket.objects.values()]
      .map((object) => ({ object, bytes: Buffer.from(object.key) }))
      .filter(({ object, bytes }) => object.key.startsWith(prefix) && Buffer.compare(bytes, behind) > 0)
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    const page = found.slice(0, limit).map(({ object }) => object);
    const isTruncated = found.length > page.length;
    const contents = page.map(
      (object) =>
        `<Contents><Key>${escapeXml(object.key)}</Key><LastModified>${iso(object)}</LastModified><ETag>&quot;${object.etag}&quot;</ETag><Size>${object.size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
    const next = isTruncated ? `<NextContinuationToken>${tokenOf(page.at(-1)?.key ?? "")}</NextContinuationToken>` : "";
    sendXml(
      call,
      "ListBucketResult",
      `<IsTruncated>${isTruncated}</IsTruncated><KeyCount>${page.length}</KeyCount>${next}${contents.join("")}`,
    );
  },

  async DeleteObjects(land, call) {
    const document = await summedText(land, call);
    const keys = [...document.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
    if (keys.length === 0 || keys.length > 1000) throw new Refusal(400, "MalformedXML", "1 to 1000 keys");
    const isQuiet = document.includes("<Quiet>true</Quiet>");
    const results = keys.map((key) => {
      const left = land.left.get(key);
      if (left) return `<Error><Key>${key}</Key><Code>${left}</Code><Message>${left}</Message></Error>`;
      discard(call.bucket, key);
      return isQuiet ? "" : `<Deleted><Key>${key}</Key></Deleted>`;
    });
    sendXml(call, "DeleteResult", results.join(""));
  },

  async CreateBucket(land, call) {
    await textOf(land, call);
    const name = call.bucket.name;
    if (land.buckets.has(name)) throw new Refusal(409, "BucketAlreadyOwnedByYou", "you already own it");
    land.buckets.set(name, createBucket(name));
    send(call, 200, { location: `/${name}` });
  },

  HeadBucket: (_land, call) => send(call, 200),

  PutBucketLifecycleConfiguration: setting("lifecycle"),

  PutBucketCors: setting("cors"),

  PutBucketPolicy: setting("policy"),

  PutPublicAccessBlock: setting("publicAccessBlock"),

  GetBucketLifecycleConfiguration: showSetting("lifecycle", "NoSuchLifecycleConfiguration"),

  GetBucketCors: showSetting("cors", "NoSuchCORSConfiguration"),

  GetBucketPolicy: showSetting("policy", "NoSuchBucketPolicy"),
};

function setting(name: string): Operation {
  return async (land, call) => {
    const isPolicy = name === "policy" || name === "publicAccessBlock";
    if (isPolicy && !land.abilities.bucketPolicies)
      throw new Refusal(501, "NotImplemented", "there are no bucket policies");
    call.bucket.settings.set(name, await summedText(land, call));
    send(call, name === "policy" ? 204 : 200);
  };
}

function showSetting(name: string, absent: string): Operation {
  return (_land, call) => {
    const document = call.bucket.settings.get(name);
    if (document === undefined) throw new Refusal(404, absent);
    call.response.writeHead(200, { "content-type": "application/xml" }).end(document);
  };
}

/** "Content-MD5 or a checksum is required"; the CRCs are not looked at. */
async function summedText(land: S3Land, call: S3Call): Promise<string> {
  const text = await textOf(land, call);
  const { "content-md5": md5, "x-amz-checksum-crc32": crc32 } = call.request.headers;
  if (md5 === undefined && crc32 === undefined)
    throw new Refusal(400, "InvalidRequest", "Missing required header for this request: Content-MD5");
  const isSame = md5 === undefined || createHash("md5").update(text).digest("base64") === md5;
  if (!isSame) throw new Refusal(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
  return text;
}

function tokenOf(key: string): string {
  return Buffer.from(`after ${key}`).toString("base64");
}

function readToken(token: string | null): string | null {
  if (token === null) return null;
  const text = Buffer.from(token, "base64").toString();
  if (!text.startsWith("after "))
    throw new Refusal(400, "InvalidArgument", "The continuation token provided is incorrect");
  return text.slice("after ".length);
}
