// Signatures for what the SDK reaches: its bucket, its region, its credentials and its clock.
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { S3Wire } from "./client.ts";
import type { S3Signer } from "./signing.ts";

export function signerOf({ client, bucket, preset }: S3Wire): S3Signer {
  let known: string | undefined;
  return {
    bucket,
    uploads: preset.uploads,
    /** As the SDK would reach it, settings of the machine included: without a signature, and without a key. */
    async bucketUrl() {
      if (known === undefined) {
        const signed = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: "-" })));
        known = `${signed.origin}${signed.pathname.replace(/\/-$/, "")}`;
      }
      return known;
    },
    region: () => client.config.region(),
    credentials: () => client.config.credentials(),
    /** The SDK learns from answers how far this machine's clock is off the store's. */
    clockOffsetMs: () => client.config.systemClockOffset,
  };
}
