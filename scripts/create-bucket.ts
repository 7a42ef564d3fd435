// npm run create-bucket: the bucket that the configuration names, with everything that the product needs of it. Doing it again changes nothing.
// Each step is told as it is done, on stdout; what could not be done, and why, on stderr. Exit code 0: done; 1: a step failed, and the others were
// taken all the same. What a store does not know at all and the product can do without is told, and is no failure.
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { wordsOf } from "../shared/errors/words-of.ts";
import type { SetUpTold } from "../shared/ports/set-up.ts";
import { ossOptionsOf } from "../shared/runtime/adapters/oss-options.ts";
import { s3OptionsOf } from "../shared/runtime/adapters/s3-options.ts";
import { answerHelp } from "./help.ts";
import { toldSetUp } from "./told-set-up.ts";

answerHelp(
  "Makes the configured bucket, with all that the product needs of it; run again, it completes it.",
  "  npm run create-bucket [-- --json]",
);

const told = toldSetUp(process.argv.slice(2));
try {
  // No token is made here: on a machine that only runs scripts the server's secret need not be.
  const config = readConfig({ ...processEnvironment(), NODE_ENV: undefined, JWT_SECRET: undefined });
  await createBucket(config, told);
  told.end(config.s3?.bucket ?? config.oss?.bucket ?? null, null);
} catch (error) {
  told.end(null, describe(error));
  process.exitCode = 1;
}

/** The adapter of a store is loaded only when it is the one. */
async function createBucket(config: Config, told: SetUpTold): Promise<void> {
  const { corsOrigins, s3, oss } = config;
  if (s3) {
    const { setUpS3Bucket } = await import("../shared/stores/s3/bucket.ts");
    await setUpS3Bucket({ ...s3OptionsOf(config, s3), corsOrigins }, told);
  } else if (oss) {
    const { createOssBucket } = await import("../shared/stores/oss/create-bucket.ts");
    await createOssBucket({ ...ossOptionsOf(config, oss), corsOrigins }, told);
  } else throw new Error("STORAGE_PROVIDER names no store with buckets; there is nothing to be made.");
}

/** The store's own words say what to change: a right that lacks, a name that is taken. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const words = wordsOf(error);
  return words === null || error.message.includes(words) ? error.message : `${error.message} The store said: ${words}`;
}
