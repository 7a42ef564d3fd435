// Forms that are posted straight to the bucket: PostObject with a policy and a signature of version 4.
import type { SignedUpload, UploadRequest } from "../../ports/object-store.ts";
import { aclHeaders, forbidOverwrite } from "./object-headers.ts";
import { bucketUrl } from "./place.ts";
import { explained } from "./requests.ts";
import { formFields, signPolicy } from "./signature.ts";
import type { OssReadable } from "./urls.ts";

/**
 * PostObject, "policy": each condition has to hold, and the bytes of the file have to be as many as content-length-range says. The
 * signature is over the policy alone, so each field stands in it.
 */
export async function signForm(place: OssReadable, request: UploadRequest): Promise<SignedUpload> {
  const { key, contentType, size, expiresAt } = request;
  const signing = { place, credentials: await explained(place.credentials), at: Date.now() };
  const fields = {
    key,
    "Content-Type": contentType,
    ...forbidOverwrite(true),
    ...aclHeaders(key, "default"),
    ...formFields(signing),
  };
  const policy = {
    expiration: new Date(expiresAt).toISOString(),
    conditions: [
      { bucket: place.bucket },
      ["content-length-range", size, size],
      ...Object.entries(fields).map(([name, value]) => ["eq", `$${name.toLowerCase()}`, value]),
    ],
  };
  const encoded = Buffer.from(JSON.stringify(policy)).toString("base64");
  return {
    method: "POST",
    url: bucketUrl(place),
    fields: { ...fields, policy: encoded, "x-oss-signature": signPolicy(signing, encoded) },
  };
}
