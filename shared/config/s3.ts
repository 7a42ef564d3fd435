// The settings of the object store where it is S3 or speaks its language: what may be written, and what has to be for which store.
import type { ConfigProblem } from "./config-error.ts";
import { matching, trimmed, type Values } from "./setting.ts";

/** `s3` is Amazon's own; each of the others is that vendor's. */
export const s3Providers = ["s3", "r2", "minio", "cos", "qiniu"] as const;

export type S3Provider = (typeof s3Providers)[number];

export interface S3Config {
  readonly provider: S3Provider;
  readonly bucket: string;
  /** Undefined: the vendor's only one. */
  readonly region: string | undefined;
  /** Absolute, without the bucket; undefined: the region's. */
  readonly endpoint: string | undefined;
  /** Undefined: searched for as Amazon's SDK does, from `AWS_…` to the machine's role. */
  readonly credentials: S3Secret | undefined;
}

export interface S3Secret {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

const secret = trimmed().optional();

export const s3Variables = {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; those of the other vendors are narrower.
  S3_BUCKET: matching(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must be the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
  ).optional(),
  S3_REGION: matching(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be a region, such as eu-central-1").optional(),
  S3_ENDPOINT: trimmed(isOrigin, "must be an http(s) URL without a path, such as https://s3.example.com:9000")
    .transform((text) => text.replace(/\/+$/, ""))
    .optional(),
  S3_ACCESS_KEY_ID: secret,
  S3_SECRET_ACCESS_KEY: secret,
  S3_SESSION_TOKEN: secret,
};

type Given = Readonly<Record<string, string | undefined>>;
type S3Settings = Values<typeof s3Variables>;

const what = {
  S3_BUCKET: "the name of the bucket",
  S3_REGION: "the bucket's region",
  S3_ENDPOINT: "where the store is reached, without the bucket",
  S3_ACCESS_KEY_ID: "the key of somebody who may use the bucket",
  S3_SECRET_ACCESS_KEY: "the secret of that key",
};

type Required = keyof typeof what;

const keys: Required[] = ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"];

/** R2 has one region, MinIO one unless it was told otherwise; both have another endpoint for every operator. */
const required: Readonly<Record<S3Provider, readonly Required[]>> = {
  s3: ["S3_BUCKET", "S3_REGION"],
  r2: ["S3_BUCKET", "S3_ENDPOINT", ...keys],
  minio: ["S3_BUCKET", "S3_ENDPOINT", ...keys],
  cos: ["S3_BUCKET", "S3_REGION", ...keys],
  qiniu: ["S3_BUCKET", "S3_REGION", ...keys],
};

/** Nothing is served without a signature at these stores' own endpoints. */
const needCdn: readonly string[] = ["r2", "qiniu"];

/** What lacks or contradicts when such a store is named; nothing when none is. */
export function s3Problems(given: Given): ConfigProblem[] {
  const provider = s3Provider(given.STORAGE_PROVIDER?.trim());
  if (!provider) return [];
  const isGiven = (variable: string) => Boolean(given[variable]?.trim());
  const missing = required[provider]
    .filter((variable) => !isGiven(variable))
    .map((variable) => problem(variable, `is required with STORAGE_PROVIDER=${provider}: ${what[variable]}`));
  const half = keys
    .filter((variable) => !required[provider].includes(variable) && !isGiven(variable) && keys.some(isGiven))
    .map((variable) =>
      problem(variable, "is required with the other half of the key; leave both away for AWS_… or a role"),
    );
  const isUnreachable = given.STORE_ACCESS?.trim() !== "private" && needCdn.includes(provider) && !isGiven("CDN_URL");
  const cdn = `is required with STORAGE_PROVIDER=${provider}, unless STORE_ACCESS=private: where the bucket is read by everybody`;
  return [...missing, ...half, ...(isUnreachable ? [problem("CDN_URL", cdn)] : [])];
}

/** Null unless such a store is named, with everything that it needs. */
export function s3ConfigOf(set: S3Settings & { STORAGE_PROVIDER: string }): S3Config | null {
  const provider = s3Provider(set.STORAGE_PROVIDER);
  if (!provider || !set.S3_BUCKET) return null;
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, S3_SESSION_TOKEN: sessionToken } = set;
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
  return { provider, bucket: set.S3_BUCKET, region: set.S3_REGION, endpoint: set.S3_ENDPOINT, credentials };
}

function s3Provider(text: string | undefined): S3Provider | undefined {
  return s3Providers.find((provider) => provider === text);
}

function problem(variable: string, message: string): ConfigProblem {
  return { variable, message };
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return !url.username && !url.password && url.pathname === "/" && !/[?#]/.test(text);
}
