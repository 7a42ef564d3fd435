// How the proof of a store is asked for in S3's language.
import type { Provable } from "../proof.ts";
import { headersOf } from "./object-headers.ts";
import type { S3Preset } from "./presets.ts";
import { appErrorOf, isFinal, refusalIn } from "./refusal.ts";
import { type S3Signer, signRequest, signUpload } from "./signing.ts";

/** Somebody waits for the answer. */
export const RETRY_DELAY_MS = 100;

export function provableOf(signer: S3Signer, preset: S3Preset, retryDelayMs: number): Provable {
  const { hasConditionalPut, conditionalCopy, uploads } = preset;
  return {
    place: () => signer.bucketUrl(),
    sign: (request) => signRequest(signer, request),
    headersOf(key) {
      const { ContentType, CacheControl } = headersOf(key);
      return { "Content-Type": ContentType, "Cache-Control": CacheControl };
    },
    putIfAbsent: hasConditionalPut ? { "If-None-Match": "*" } : null,
    copyIfAbsent: conditionalCopy === null ? null : { [conditionalCopy]: "*" },
    copyFrom: (key, etag) => ({
      "x-amz-copy-source": `${signer.bucket}/${key}`,
      "x-amz-copy-source-if-match": etag,
      "x-amz-metadata-directive": "REPLACE",
    }),
    signUpload: (request) => signUpload(signer, request),
    repeatsUploads: uploads === "form",
    isFinal: (refusal) => isFinal(refusalIn(refusal)),
    retryDelayMs,
    explain: (error) => appErrorOf(refusalIn(error), error),
  };
}
