// The store in S3, or in one that speaks its language; its adapter is loaded only when somebody asks for it.
import type { Config } from "../../config/config.ts";
import type { S3Config } from "../../config/s3.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import { s3OptionsOf } from "./s3-options.ts";

/** The vendor's SDK is large. */
export async function openS3Store(config: Config, s3: S3Config): Promise<ObjectStore> {
  const { createS3Store } = await import("../../stores/s3/store.ts");
  return createS3Store(s3OptionsOf(config, s3));
}
