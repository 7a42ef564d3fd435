// What S3 and the stores that speak its language can do. Each line that differs from S3 says where that is written;
// "unverified" is what no documentation at hand says: there the adapter assumes the weaker, which works with both.

export type S3PresetName = "aws" | "r2" | "minio" | "cos" | "qiniu";

export interface S3Preset {
  /** Where the bucket's name stands: in front of the host, or first in the path. */
  addressing: "virtual" | "path";
  /** Null: the SDK knows. Undefined: every operator has another one, and has to say it. */
  endpoint: ((region: string) => string) | null | undefined;
  /** What is signed for when the operator does not say; null: he has to. */
  region: string | null;
  /** `If-None-Match: *` of PutObject decides who was first. Without it the key is looked at before and after. */
  hasConditionalPut: boolean;
  /** The same of CompleteMultipartUpload. */
  hasConditionalComplete: boolean;
  /** The header of CopyObject that spares what lies at the destination; null: the destination is looked at before. */
  conditionalCopy: string | null;
  /**
   * `put`: a signed PUT over the size, the type and `If-None-Match: *`, which keeps every promise of a signed upload.
   * `form`: a POST policy, for stores whose PUT is not conditional; a second file replaces the first for as long as the form is good.
   */
  uploads: "put" | "form";
  /** Requests whose body must be summed carry Content-MD5, not one of the newer checksums. */
  sumsWithMd5: boolean;
  /** Objects can be made readable for everybody at the endpoint itself; otherwise a public store needs a URL of its own. */
  isPublicAtEndpoint: boolean;
  /** Bucket policies say which keys are public. */
  hasBucketPolicy: boolean;
}

export const s3Presets: Readonly<Record<S3PresetName, S3Preset>> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: PutObject, CompleteMultipartUpload, CopyObject.
  aws: {
    addressing: "virtual",
    endpoint: null,
    region: null,
    hasConditionalPut: true,
    hasConditionalComplete: true,
    conditionalCopy: "if-none-match",
    uploads: "put",
    sumsWithMd5: false,
    isPublicAtEndpoint: true,
    hasBucketPolicy: true,
  },

  // https://developers.cloudflare.com/r2/api/s3/api/ and …/extensions/ ("Conditional operations in PutObject", "… in CopyObject for the
  // destination object"); that CompleteMultipartUpload is conditional is unverified. No forms: …/presigned-urls/ ("Supported HTTP methods").
  // Its tables have no bucket policies, and no x-amz-sdk-checksum-algorithm. Public only by a domain or r2.dev: …/r2/buckets/public-buckets/.
  r2: {
    addressing: "path",
    endpoint: undefined,
    region: "auto",
    hasConditionalPut: true,
    hasConditionalComplete: false,
    conditionalCopy: "cf-copy-destination-if-none-match",
    uploads: "put",
    sumsWithMd5: true,
    isPublicAtEndpoint: false,
    hasBucketPolicy: false,
  },

  // Conditional puts: https://github.com/minio/minio/issues/20346; of CompleteMultipartUpload and CopyObject: unverified. Its buckets are
  // reached by path unless the operator gave it a domain. us-east-1 unless the server was told otherwise (MINIO_SITE_REGION).
  minio: {
    addressing: "path",
    endpoint: undefined,
    region: "us-east-1",
    hasConditionalPut: true,
    hasConditionalComplete: false,
    conditionalCopy: null,
    uploads: "put",
    sumsWithMd5: false,
    isPublicAtEndpoint: true,
    hasBucketPolicy: true,
  },

  // Path style has ended: https://www.tencentcloud.com/document/product/436/57456. Overwriting is forbidden by x-cos-forbid-overwrite, a
  // header of its own API (…/436/7749); that it, or If-None-Match, is heeded in requests signed as S3's is unverified. Only Content-MD5 is
  // heeded, no newer checksum: https://github.com/milvus-io/milvus-storage/pull/500. Policies are written in another language (…/436/30580).
  cos: {
    addressing: "virtual",
    endpoint: (region) => `https://cos.${region}.myqcloud.com`,
    region: null,
    hasConditionalPut: false,
    hasConditionalComplete: false,
    conditionalCopy: null,
    uploads: "form",
    sumsWithMd5: true,
    isPublicAtEndpoint: true,
    hasBucketPolicy: false,
  },

  // Endpoints, both styles, and that nothing is served without a signature: Qiniu's page on its S3 compatibility
  // (https://developer.qiniu.com/kodo/4088/s3-access-domainname). Conditional puts, forms and policies by this API: unverified.
  qiniu: {
    addressing: "path",
    endpoint: (region) => `https://s3.${region}.qiniucs.com`,
    region: null,
    hasConditionalPut: false,
    hasConditionalComplete: false,
    conditionalCopy: null,
    uploads: "form",
    sumsWithMd5: true,
    isPublicAtEndpoint: false,
    hasBucketPolicy: false,
  },
};
