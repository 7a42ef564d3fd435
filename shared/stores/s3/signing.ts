// What may be done without credentials: reading one object, and sending one file.
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { isPublicKey } from "../../media/keys.ts";
import type { SignedUpload, UploadRequest } from "../../ports/object-store.ts";
import { ask, type S3Wire } from "./client.ts";

const HOUR_S = 3600;

/** Within a period a key has one URL, so that a browser that has the picture already does not load it again. */
const PERIOD_S = 600;

interface Access {
  access: "public" | "private";
  publicUrl?: string | undefined;
}

/** Only what lies under a public key is public in a public store. */
export function createUrls(wire: S3Wire, { access, publicUrl }: Access): (key: string) => Promise<string> {
  return async (key) => {
    if (access === "private" || !isPublicKey(key)) return signedUrl(wire, key);
    return `${(publicUrl ?? (await bucketUrl(wire))).replace(/\/+$/, "")}/${key}`;
  };
}

/** Good for an hour or a little more; not beyond the life of temporary credentials. */
async function signedUrl(wire: S3Wire, key: string): Promise<string> {
  const command = new GetObjectCommand({ Bucket: wire.bucket, Key: key });
  const beginsAt = Math.floor(storeTime(wire) / (PERIOD_S * 1000)) * PERIOD_S * 1000;
  return ask(wire, () =>
    getSignedUrl(wire.client, command, { signingDate: new Date(beginsAt), expiresIn: HOUR_S + PERIOD_S }),
  );
}

/** Without a signature, and without a key: as the SDK would reach it. */
async function bucketUrl(wire: S3Wire): Promise<string> {
  const signed = new URL(await getSignedUrl(wire.client, new GetObjectCommand({ Bucket: wire.bucket, Key: "-" })));
  return `${signed.origin}${signed.pathname.replace(/\/-$/, "")}`;
}

export async function signUpload(wire: S3Wire, request: UploadRequest): Promise<SignedUpload> {
  return ask(wire, () => (wire.preset.uploads === "put" ? signPut(wire, request) : signForm(wire, request)));
}

/** The size is signed too, and the sender's HTTP library says it by itself. */
async function signPut(wire: S3Wire, request: UploadRequest): Promise<SignedUpload> {
  const { key, contentType, size, expiresAt } = request;
  const command = new PutObjectCommand({
    ...{ Bucket: wire.bucket, Key: key, ContentType: contentType, ContentLength: size, IfNoneMatch: "*" },
  });
  const end = Math.floor((expiresAt + wire.client.config.systemClockOffset) / 1000);
  // "X-Amz-Expires: The minimum value you can set is 1": what is over already began earlier.
  const begin = Math.min(Math.floor(storeTime(wire) / 1000), end - 1);
  const url = await getSignedUrl(wire.client, command, {
    ...{ signingDate: new Date(begin * 1000), expiresIn: end - begin },
    // The only one of them that the SDK would leave out.
    signableHeaders: new Set(["content-type"]),
  });
  return { method: "PUT", url, headers: { "Content-Type": contentType, "If-None-Match": "*" } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html. It cannot ask for a free key. */
async function signForm(wire: S3Wire, { key, contentType, size, expiresAt }: UploadRequest): Promise<SignedUpload> {
  const { url, fields } = await createPresignedPost(wire.client, {
    ...{ Bucket: wire.bucket, Key: key, Fields: { "Content-Type": contentType } },
    Conditions: [["content-length-range", size, size]],
    // Counted from now by the store's clock.
    Expires: (expiresAt - Date.now()) / 1000,
  });
  // The policy names it; the bucket that is posted to is not the form's to say.
  const { bucket: _, ...rest } = fields;
  return { method: "POST", url, fields: rest };
}

/** The SDK learns from answers how far this machine's clock is off the store's. Epoch milliseconds. */
function storeTime({ client }: S3Wire): number {
  return Date.now() + client.config.systemClockOffset;
}
