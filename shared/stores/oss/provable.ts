// How the proof of a store is asked for in OSS's language.
import type { Provable } from "../proof.ts";
import { aclHeaders, contentHeaders, forbidOverwrite } from "./object-headers.ts";
import { requestUrl } from "./place.ts";
import { explain, isFinal, type OssPatience } from "./requests.ts";
import { signed } from "./signed-request.ts";
import { signForm } from "./signed-upload.ts";
import { type OssReadable, publicObjectsOf } from "./urls.ts";

/** In a bucket that ever kept versions OSS ignores that an object must not be replaced: here that is found out. */
export function provableOf(place: OssReadable, { retryDelayMs }: OssPatience): Provable {
  const base = requestUrl(place);
  return {
    place: async () => base.replace(/\/$/, ""),
    sign: (request) => signed(place, request),
    headersOf: (key) => ({ ...contentHeaders(key), ...aclHeaders(key, publicObjectsOf(place)) }),
    putIfAbsent: forbidOverwrite(true),
    copyIfAbsent: forbidOverwrite(true),
    copyFrom: (key, etag) => ({
      "x-oss-copy-source": `/${place.bucket}/${key}`,
      "x-oss-copy-source-if-match": etag,
      "x-oss-metadata-directive": "REPLACE",
    }),
    // The policy alone is signed: the form is as good where requests go, which outsiders may not reach and functions do.
    signUpload: async (request) => ({ ...(await signForm(place, request)), url: base }),
    repeatsUploads: false,
    isFinal,
    explain,
    retryDelayMs,
  };
}
