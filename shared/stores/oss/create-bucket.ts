// Makes the bucket that the store needs, or brings one that is there to what the store needs. Doing it twice changes nothing more.
import type OSS from "ali-oss";
import { AppError } from "../../errors/app-error.ts";
import { tempPrefix } from "../../media/keys.ts";
import { type SetUpStep, type SetUpTold, takeSteps } from "../../ports/set-up.ts";
import { connect } from "./connection.ts";
import type { OssBucket, OssCredentials } from "./place.ts";
import { defaultPatience, isCode, type OssPatience, type OssRequest, requestsOf } from "./requests.ts";

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

/**
 * Throws `conflict` when the name is somebody else's, or the bucket keeps versions: then nothing more is done. Else throws at the end when a
 * step failed; the others are done all the same.
 */
export async function createOssBucket(options: CreateOssBucketOptions, told: SetUpTold): Promise<void> {
  const patience = { ...defaultPatience, ...options.patience };
  const connection = connect(options, options.credentials, patience);
  try {
    await takeSteps(stepsOf(requestsOf(connection, patience), options), told);
  } finally {
    connection.cut();
  }
}

function stepsOf(request: OssRequest, { bucket, corsOrigins }: CreateOssBucketOptions): SetUpStep[] {
  return [
    {
      name: `the bucket ${bucket}`,
      async act() {
        await request((client) => putBucket(client, bucket));
        return `The bucket ${bucket} is there. Who may read it was not changed; a new one is private.`;
      },
    },
    {
      name: "that it keeps no versions",
      async act() {
        await request((client) => requireNoVersions(client as OSS & ReadsVersioning, bucket));
        return "It keeps no versions.";
      },
    },
    {
      name: "the expiry of temporary files",
      async act() {
        // PutBucketLifecycle. Rules may lie over each other as long as they do different things ("Overlap for same action type").
        const rules = lifecycleRules() as unknown as OSS.LifecycleRule[];
        await request((client) => client.putBucketLifecycle(bucket, rules));
        return `What lies under ${tempPrefix} is removed after ${TEMP_DAYS} days, and an upload that never ended after ${UNFINISHED_DAYS}.`;
      },
    },
    {
      name: "uploads from pages (CORS)",
      async act() {
        if (corsOrigins.length > 0) await request((client) => client.putBucketCORS(bucket, corsRules(corsOrigins)));
        return corsSentence(corsOrigins);
      },
    },
  ];
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
