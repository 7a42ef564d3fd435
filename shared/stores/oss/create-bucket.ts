// Makes the bucket that the store needs, or brings one that is there to what the store needs. Doing it twice changes nothing more.
import type OSS from "ali-oss";
import { AppError } from "../../errors/app-error.ts";
import { tempPrefix } from "../../media/keys.ts";
import { connect } from "./connection.ts";
import type { OssBucket, OssCredentials } from "./place.ts";
import { defaultPatience, isCode, type OssPatience, requestsOf } from "./requests.ts";

/**
 * The purge of temp objects takes a day and spares what an unfinished job needs, which is at most a week. So this rule only finds what
 * nobody purges any more.
 */
const TEMP_DAYS = 10;

/** No upload takes a day; what began and never ended costs as much as an object. */
const UNFINISHED_DAYS = 1;

const CORS_MAX_AGE_SECONDS = 3600;

export interface CreateOssBucketOptions extends OssBucket {
  credentials: () => Promise<OssCredentials>;
  /** Origins from which browsers send uploads and read objects; none: no browser does so from a page. */
  corsOrigins: readonly string[];
  patience?: Partial<OssPatience>;
}

/** In the SDK, and not in its types. */
interface ReadsVersioning {
  getBucketVersioning(bucket: string): Promise<{ versionStatus?: string }>;
}

/** What the SDK takes; its types know an older form. */
interface LifecycleRule {
  id: string;
  prefix: string;
  status: "Enabled";
  expiration?: { days: number };
  abortMultipartUpload?: { days: number };
}

/** A sentence for each thing that was done. Throws `conflict` when the name is somebody else's, or the bucket keeps versions; else what any request to the store throws. */
export async function createOssBucket(options: CreateOssBucketOptions): Promise<string[]> {
  const { bucket, corsOrigins, credentials } = options;
  const patience = { ...defaultPatience, ...options.patience };
  const connection = connect(options, credentials, patience);
  const request = requestsOf(connection, patience);
  try {
    await request((client) => putBucket(client, bucket));
    await request((client) => requireNoVersions(client as OSS & ReadsVersioning, bucket));
    // PutBucketLifecycle. Rules may lie over each other as long as they do different things ("Overlap for same action type").
    await request((client) => client.putBucketLifecycle(bucket, lifecycleRules() as unknown as OSS.LifecycleRule[]));
    if (corsOrigins.length > 0) await request((client) => client.putBucketCORS(bucket, corsRules(corsOrigins)));
    return [...whatWasDone(bucket), corsSentence(corsOrigins)];
  } finally {
    connection.cut();
  }
}

/** PutBucket: a new bucket is private; who owns it may say it again, and its access stays as it is. */
async function putBucket(client: OSS, bucket: string): Promise<void> {
  try {
    await client.putBucket(bucket);
  } catch (error) {
    if (!isCode(error, "BucketAlreadyExists")) throw error;
    const message = `The bucket ${bucket} belongs to somebody else. Choose another name.`;
    throw new AppError("conflict", { message, cause: error });
  }
}

/** PutObject, `x-oss-forbid-overwrite`: ignored in a bucket whose versioning is on or suspended, and then nothing is put once. */
async function requireNoVersions(client: ReadsVersioning, bucket: string): Promise<void> {
  const { versionStatus } = await client.getBucketVersioning(bucket);
  if (versionStatus !== "Enabled" && versionStatus !== "Suspended") return;
  const message = `The bucket ${bucket} keeps versions: OSS then ignores that an object must not be replaced. Take another bucket.`;
  throw new AppError("conflict", { message });
}

function lifecycleRules(): LifecycleRule[] {
  return [
    { id: "temp", prefix: tempPrefix, status: "Enabled", expiration: { days: TEMP_DAYS } },
    { id: "unfinished-uploads", prefix: "", status: "Enabled", abortMultipartUpload: { days: UNFINISHED_DAYS } },
  ];
}

function whatWasDone(bucket: string): string[] {
  return [
    `The bucket ${bucket} is there, and keeps no versions. Who may read it was not changed; a new one is private.`,
    `What lies under ${tempPrefix} is removed after ${TEMP_DAYS} days, and an upload that never ended after ${UNFINISHED_DAYS}.`,
  ];
}

function corsSentence(origins: readonly string[]): string {
  if (origins.length === 0)
    return "CORS_ORIGINS is empty: no browser may send files from a page. What was set before stays.";
  return `Browsers may send files from ${origins.join(", ")}.`;
}

/** PutBucketCors. */
function corsRules(origins: readonly string[]): OSS.CORSRule[] {
  const rule = {
    allowedOrigin: [...origins],
    allowedMethod: ["GET", "HEAD", "POST"],
    allowedHeader: "*",
    exposeHeader: ["ETag", "x-oss-request-id"],
    maxAgeSeconds: String(CORS_MAX_AGE_SECONDS),
  };
  return [rule];
}
