// Forms that are posted straight to the bucket: PostObject with a policy and a signature of version 4.
import type OSS from "ali-oss";
import type { SignedUpload, UploadRequest } from "../../ports/object-store.ts";
import { bucketUrl, type OssBucket, type OssCredentials, signedRegion } from "./connection.ts";
import { aclHeaders, forbidOverwrite } from "./object-headers.ts";

/** In the SDK, and not in its types. */
interface SignsForms {
  signPostObjectPolicyV4(policy: object, date: Date): string;
}

/**
 * PostObject, "policy": each condition has to hold, and the bytes of the file have to be as many as content-length-range says. The
 * signature is over the policy alone, so each field stands in it.
 */
export function signForm(
  place: OssBucket,
  client: OSS,
  { accessKeyId, securityToken }: OssCredentials,
  request: UploadRequest,
): SignedUpload {
  const { key, contentType, size, expiresAt } = request;
  const date = new Date();
  const time = date.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const fields = {
    key,
    "Content-Type": contentType,
    ...forbidOverwrite(true),
    ...aclHeaders(key, "default"),
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
    "x-oss-credential": `${accessKeyId}/${time.slice(0, 8)}/${signedRegion(place.region)}/oss/aliyun_v4_request`,
    "x-oss-date": time,
    ...(securityToken === undefined ? {} : { "x-oss-security-token": securityToken }),
  };
  const policy = {
    expiration: new Date(expiresAt).toISOString(),
    conditions: [
      { bucket: place.bucket },
      ["content-length-range", size, size],
      ...Object.entries(fields).map(([name, value]) => ["eq", `$${name.toLowerCase()}`, value]),
    ],
  };
  const signature = (client as OSS & SignsForms).signPostObjectPolicyV4(policy, date);
  const encoded = Buffer.from(JSON.stringify(policy)).toString("base64");
  return {
    method: "POST",
    url: bucketUrl(place),
    fields: { ...fields, policy: encoded, "x-oss-signature": signature },
  };
}
