// What each store that this server plays can do. What a store is not documented to do, it refuses here: an adapter may not lean on it.
import type { S3PresetName } from "../../../shared/stores/s3/presets.ts";

export interface S3Abilities {
  /** How the bucket may be named. */
  addressing: readonly ("path" | "virtual")[];
  /** `If-None-Match: *` of PutObject. */
  conditionalPut: boolean;
  /** `If-None-Match: *` of CompleteMultipartUpload. */
  conditionalComplete: boolean;
  /** The header by which CopyObject spares its destination. */
  conditionalCopy: string | null;
  /** Uploads by HTML forms with a policy. */
  forms: boolean;
  /** Bodies as aws-chunked, and the checksums that come with them. */
  newChecksums: boolean;
  bucketPolicies: boolean;
  /** All parts of an upload but the last have one size. */
  equalParts: boolean;
}

/** Sources: `shared/stores/s3/presets.ts`, line by line. */
export const vendors: Readonly<Record<S3PresetName, S3Abilities>> = {
  aws: {
    addressing: ["virtual", "path"],
    conditionalPut: true,
    conditionalComplete: true,
    conditionalCopy: "if-none-match",
    forms: true,
    newChecksums: true,
    bucketPolicies: true,
    equalParts: false,
  },
  r2: {
    addressing: ["virtual", "path"],
    conditionalPut: true,
    conditionalComplete: false,
    conditionalCopy: "cf-copy-destination-if-none-match",
    forms: false,
    newChecksums: false,
    bucketPolicies: false,
    equalParts: true,
  },
  minio: {
    addressing: ["path"],
    conditionalPut: true,
    conditionalComplete: false,
    conditionalCopy: null,
    forms: true,
    newChecksums: true,
    bucketPolicies: true,
    equalParts: false,
  },
  cos: {
    addressing: ["virtual"],
    conditionalPut: false,
    conditionalComplete: false,
    conditionalCopy: null,
    forms: true,
    newChecksums: false,
    bucketPolicies: false,
    equalParts: false,
  },
  qiniu: {
    addressing: ["virtual", "path"],
    conditionalPut: false,
    conditionalComplete: false,
    conditionalCopy: null,
    forms: true,
    newChecksums: false,
    bucketPolicies: false,
    equalParts: false,
  },
};
