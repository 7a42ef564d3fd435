// What is signed for S3: our own requests, and what may be done without credentials, which is reading one object and sending one file.
import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { attachment } from "../../media/download-name.ts";
import { isPublicKey } from "../../media/keys.ts";
import type { SignedUpload, UploadRequest } from "../../ports/object-store.ts";
import type { SignedRequest } from "../fetching.ts";
import { basicTime, chainedHmac } from "../version-4.ts";
import type { S3Credentials } from "./client.ts";
import type { S3Preset } from "./presets.ts";

const HOUR_S = 3600;

/** Within a period a key has one URL, so that a browser that has the picture already does not load it again. */
const PERIOD_S = 600;

/** Who signs, and for which bucket. */
export interface S3Signer {
  bucket: string;
  uploads: S3Preset["uploads"];
  /** Without a slash at its end. */
  bucketUrl(): Promise<string>;
  region(): Promise<string>;
  /** Those of the moment. */
  credentials(): Promise<S3Credentials>;
  /** How far the store's clock is ahead of this machine's, in milliseconds. */
  clockOffsetMs(): number;
}

interface Access {
  access: "public" | "private";
  publicUrl?: string | undefined;
}

/** Only what lies under a public key is public in a public store. */
export async function urlOf(signer: S3Signer, { access, publicUrl }: Access, key: string): Promise<string> {
  if (access === "private" || !isPublicKey(key)) return signedUrl(signer, key);
  return `${(publicUrl ?? (await signer.bucketUrl())).replace(/\/+$/, "")}/${key}`;
}

/** "GetObject, response-content-disposition": only a signed request may say how it is answered. */
export function downloadUrlOf(signer: S3Signer, key: string, name: string): Promise<string> {
  return signedUrl(signer, key, attachment(name, key));
}

/** Good for an hour or a little more; not beyond the life of temporary credentials. */
async function signedUrl(signer: S3Signer, key: string, disposition?: string): Promise<string> {
  const beginsAt = Math.floor(storeTime(signer) / (PERIOD_S * 1000)) * PERIOD_S * 1000;
  return presign(signer, { method: "GET", key, beginsAt, seconds: HOUR_S + PERIOD_S, disposition });
}

export async function signUpload(signer: S3Signer, request: UploadRequest): Promise<SignedUpload> {
  return signer.uploads === "put" ? signPut(signer, request) : signForm(signer, request);
}

/** The size is signed too, and the sender's HTTP library says it by itself. */
async function signPut(signer: S3Signer, { key, contentType, size, expiresAt }: UploadRequest): Promise<SignedUpload> {
  const headers = { "Content-Type": contentType, "If-None-Match": "*" };
  const end = Math.floor((expiresAt + signer.clockOffsetMs()) / 1000);
  // "X-Amz-Expires: The minimum value you can set is 1": what is over already began earlier.
  const begin = Math.min(Math.floor(storeTime(signer) / 1000), end - 1);
  const url = await presign(signer, {
    ...{ method: "PUT", key, headers: { ...headers, "Content-Length": String(size) } },
    ...{ beginsAt: begin * 1000, seconds: end - begin },
  });
  return { method: "PUT", url, headers };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html. It cannot ask for a free key. */
async function signForm(signer: S3Signer, request: UploadRequest): Promise<SignedUpload> {
  const { key, contentType, size, expiresAt } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = await signer.credentials();
  const time = basicTime(storeTime(signer));
  const scope = [time.slice(0, 8), await signer.region(), "s3", "aws4_request"];
  const fields = {
    key,
    "Content-Type": contentType,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": [accessKeyId, ...scope].join("/"),
    "X-Amz-Date": time,
    ...(sessionToken && { "X-Amz-Security-Token": sessionToken }),
  };
  const policy = {
    expiration: new Date(expiresAt + signer.clockOffsetMs()).toISOString(),
    conditions: [
      // The policy names it; the bucket that is posted to is not the form's to say.
      { bucket: signer.bucket },
      ["content-length-range", size, size],
      ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ],
  };
  const encoded = Buffer.from(JSON.stringify(policy)).toString("base64");
  const signature = chainedHmac(`AWS4${secretAccessKey}`, scope, encoded);
  const url = new URL(await signer.bucketUrl()).href;
  return { method: "POST", url, fields: { ...fields, Policy: encoded, "X-Amz-Signature": signature } };
}

interface Presigned {
  method: string;
  key: string;
  /** Have to come along exactly so. */
  headers?: Record<string, string>;
  /** Epoch milliseconds by the store's clock. */
  beginsAt: number;
  seconds: number;
  disposition?: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html. */
async function presign(signer: S3Signer, asked: Presigned): Promise<string> {
  const { method, key, headers = {}, beginsAt, seconds, disposition } = asked;
  const answered = disposition === undefined ? "" : `&response-content-disposition=${encodeURIComponent(disposition)}`;
  const url = `${await signer.bucketUrl()}/${key}?X-Amz-Expires=${seconds}${answered}`;
  const given = { ...(await commonOf(signer)), method, url, headers, datetime: basicTime(beginsAt), signQuery: true };
  return strictly((await new AwsV4Signer(given).sign()).url);
}

/** As it was signed: "URI-encode … space as %20", where a URL of the platform writes a plus, which not every store reads as a space. */
function strictly({ origin, pathname, searchParams }: URL): string {
  const encoded = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
  return `${origin}${pathname}?${query}`;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html. What arrives otherwise than it was signed is refused. */
export async function signRequest(
  signer: S3Signer,
  { method, key, headers, body }: Omit<SignedRequest, "url"> & { key: string },
): Promise<SignedRequest> {
  const sum = createHash("sha256")
    .update(body ?? "")
    .digest("hex");
  const { url, headers: signed } = await new AwsV4Signer({
    ...(await commonOf(signer)),
    ...{ method, url: `${await signer.bucketUrl()}/${key}`, headers: { ...headers, "X-Amz-Content-Sha256": sum } },
    datetime: basicTime(storeTime(signer)),
  }).sign();
  return { method, url: url.href, headers: Object.fromEntries(signed), body };
}

async function commonOf(signer: S3Signer) {
  const { accessKeyId, secretAccessKey, sessionToken } = await signer.credentials();
  const secret = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  // All of them: Content-Type and Content-Length would be left out otherwise, and an upload could have any.
  return { ...secret, service: "s3", region: await signer.region(), allHeaders: true };
}

function storeTime(signer: S3Signer): number {
  return Date.now() + signer.clockOffsetMs();
}
