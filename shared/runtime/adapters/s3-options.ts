// The settings of a store that speaks S3's language, in the adapter's words.
import type { Config } from "../../config/config.ts";
import type { S3Config } from "../../config/s3.ts";
import type { S3StoreOptions } from "../../stores/s3/store.ts";

export function s3OptionsOf({ storeAccess, cdnUrl }: Config, s3: S3Config): S3StoreOptions {
  const { provider, bucket, region, endpoint, credentials } = s3;
  return {
    ...{ preset: provider === "s3" ? "aws" : provider, bucket, region, endpoint },
    ...{ access: storeAccess, publicUrl: cdnUrl ?? undefined },
    credentials: credentials && (async () => withoutUndefined(credentials)),
  };
}

function withoutUndefined({ accessKeyId, secretAccessKey, sessionToken }: NonNullable<S3Config["credentials"]>) {
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
