// npm run create-bucket: the bucket that the configuration names, with everything that the product needs of it. Doing it again changes nothing.
// Exit code 0: done; 1: it could not be done, and why.
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { AppError } from "../shared/errors/app-error.ts";
import { ossOptionsOf } from "../shared/runtime/adapters/oss-options.ts";
import { s3OptionsOf } from "../shared/runtime/adapters/s3-options.ts";

try {
  // No token is made here: on a machine that only runs scripts the server's secret need not be.
  const config = readConfig({ ...processEnvironment(), NODE_ENV: undefined, JWT_SECRET: undefined });
  for (const line of await createBucket(config)) console.log(line);
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}

/** A sentence for each thing that was done. The adapter of a store is loaded only when it is the one. */
async function createBucket(config: Config): Promise<string[]> {
  const { corsOrigins, s3, oss } = config;
  if (s3) {
    const { setUpS3Bucket } = await import("../shared/stores/s3/bucket.ts");
    return setUpS3Bucket({ ...s3OptionsOf(config, s3), corsOrigins });
  }
  if (oss) {
    const { createOssBucket } = await import("../shared/stores/oss/create-bucket.ts");
    return createOssBucket({ ...ossOptionsOf(config, oss), corsOrigins });
  }
  throw new Error("STORAGE_PROVIDER names no store with buckets; there is nothing to be made.");
}

/** The store's own words say what to change: a right that lacks, a name that is taken. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isStore = error instanceof AppError && error.cause instanceof Error;
  return isStore
    ? `The store refused: ${(error.cause as Error).name}: ${(error.cause as Error).message}`
    : error.message;
}
