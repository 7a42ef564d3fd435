// The bucket as this product needs it. Each setting is put as a whole: doing it again changes nothing.
import {
  type BucketLifecycleConfiguration,
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { tempPrefix } from "../../media/keys.ts";
import { NotSupported, type SetUpStep, type SetUpTold, takeSteps } from "../../ports/set-up.ts";
import { ask, connect, type S3Connection, type S3Wire } from "./client.ts";
import { codeOf, statusOf } from "./errors.ts";

/** A job may be unfinished for a week, and its temp objects with it; the purge looks at what a job needs, this rule does not. */
const TEMP_DAYS = 10;
/** A lifecycle rule counts whole days. */
const UNFINISHED_UPLOAD_DAYS = 1;

export interface S3BucketOptions extends S3Connection {
  access: "public" | "private";
  /** Origins of pages that send files straight to the bucket; none: no rule is put. */
  corsOrigins: readonly string[];
}

/** Makes the bucket unless it is there, and sets what it needs. Throws at the end when a step failed; the others are done all the same. */
export async function setUpS3Bucket(options: S3BucketOptions, told: SetUpTold): Promise<void> {
  const wire = connect(options);
  const { region, corsOrigins, access } = options;
  const steps: SetUpStep[] = [
    { name: `the bucket ${wire.bucket}`, act: () => createBucket(wire, region) },
    { name: "the expiry of temporary files", isOptional: true, act: () => expireTemp(wire) },
    ...(corsOrigins.length > 0 ? [corsStep(wire, corsOrigins)] : []),
    ...(access === "public" ? [{ name: "public reading", act: () => makePublic(wire) }] : []),
  ];
  try {
    await takeSteps(steps, told);
  } finally {
    wire.client.destroy();
  }
}

/** Optional: MinIO has no rules for a bucket, and lets every page in. */
function corsStep(wire: S3Wire, origins: readonly string[]): SetUpStep {
  return { name: "uploads from pages (CORS)", isOptional: true, act: () => allowOrigins(wire, origins) };
}

/** Throws NotSupported when the store does not know what is set. */
async function set(wire: S3Wire, send: Parameters<typeof ask>[1]): Promise<void> {
  const refused = (error: unknown) => {
    if (isUnknown(error)) throw new NotSupported(`${codeOf(error)}: ${(error as Error).message}`, { cause: error });
    return undefined;
  };
  await ask(wire, send, { refused });
}

/** NotImplemented, MethodNotAllowed. */
function isUnknown(error: unknown): boolean {
  const status = statusOf(error);
  return status === 501 || status === 405;
}

/** CreateBucket. In us-east-1 there is no constraint: "If you don't specify a Region, the bucket is created in us-east-1"; R2 has none either. */
async function createBucket(wire: S3Wire, region: string | undefined): Promise<string> {
  const LocationConstraint = wire.preset.region === null && region !== "us-east-1" ? region : undefined;
  const command = new CreateBucketCommand({
    Bucket: wire.bucket,
    ...(LocationConstraint && {
      CreateBucketConfiguration: { LocationConstraint: LocationConstraint as "eu-central-1" },
    }),
  });
  const isThere = (error: unknown) => (codeOf(error) === "BucketAlreadyOwnedByYou" ? "there" : undefined);
  const made = await ask(wire, (sending) => wire.client.send(command, sending), { refused: isThere });
  return made === "there" ? `The bucket ${wire.bucket} is there already.` : `The bucket ${wire.bucket} was made.`;
}

/** PutBucketLifecycleConfiguration. */
async function expireTemp(wire: S3Wire): Promise<string> {
  const configuration: BucketLifecycleConfiguration = {
    Rules: [
      { ID: "temp", Status: "Enabled", Filter: { Prefix: tempPrefix }, Expiration: { Days: TEMP_DAYS } },
      {
        ...{ ID: "unfinished-uploads", Status: "Enabled", Filter: { Prefix: "" } },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: UNFINISHED_UPLOAD_DAYS },
      },
    ],
  };
  const command = new PutBucketLifecycleConfigurationCommand({
    Bucket: wire.bucket,
    LifecycleConfiguration: configuration,
  });
  await set(wire, (sending) => wire.client.send(command, sending));
  return `Objects under ${tempPrefix} expire after ${TEMP_DAYS} days, unfinished uploads after one.`;
}

/** PutBucketCors. Signed PUTs come with If-None-Match and Content-Type. */
async function allowOrigins(wire: S3Wire, origins: readonly string[]): Promise<string> {
  const rule = {
    AllowedOrigins: [...origins],
    AllowedMethods: ["GET", "HEAD", "PUT", "POST"],
    AllowedHeaders: ["*"],
    ExposeHeaders: ["ETag"],
    MaxAgeSeconds: 3600,
  };
  const command = new PutBucketCorsCommand({ Bucket: wire.bucket, CORSConfiguration: { CORSRules: [rule] } });
  await set(wire, (sending) => wire.client.send(command, sending));
  return `Pages of ${origins.join(", ")} may send and read files.`;
}

/** PutPublicAccessBlock and PutBucketPolicy: everybody may read finished files, uploads and projects' pictures, and nothing else. */
async function makePublic(wire: S3Wire): Promise<string> {
  if (!wire.preset.hasBucketPolicy) {
    return `By hand: make users/*/jobs/*, users/*/uploads/* and users/*/projects/* in ${wire.bucket} readable, and nothing else; this store takes no policies here.`;
  }
  await allowPolicy(wire);
  const resource = (place: string) => `arn:aws:s3:::${wire.bucket}/users/*/${place}/*`;
  const statement = {
    ...{ Sid: "FinishedFiles", Effect: "Allow", Principal: "*", Action: "s3:GetObject" },
    Resource: [resource("jobs"), resource("uploads"), resource("projects")],
  };
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const command = new PutBucketPolicyCommand({ Bucket: wire.bucket, Policy: policy });
  await set(wire, (sending) => wire.client.send(command, sending));
  return "Everybody may read users/*/jobs/*, users/*/uploads/* and users/*/projects/*.";
}

/** "S3 Block Public Access settings … are enabled by default for all new buckets" and reject such a policy. ACLs stay blocked. MinIO has none. */
async function allowPolicy(wire: S3Wire): Promise<void> {
  const command = new PutPublicAccessBlockCommand({
    Bucket: wire.bucket,
    PublicAccessBlockConfiguration: {
      ...{ BlockPublicAcls: true, IgnorePublicAcls: true },
      ...{ BlockPublicPolicy: false, RestrictPublicBuckets: false },
    },
  });
  const refused = (error: unknown) => (isUnknown(error) ? null : undefined);
  await ask(wire, (sending) => wire.client.send(command, sending), { refused });
}
