// The adapter in front of a server of its own, as the suites want it.
import type { S3PresetName } from "../../shared/stores/s3/presets.ts";
import { createS3Store, type S3StoreOptions } from "../../shared/stores/s3/store.ts";
import type { StatedLimits } from "../contracts/object-store.ts";
import { type S3Server, type S3ServerOptions, startS3Server, testKey } from "../servers/s3/server.ts";

/** All but AWS, and what each of them cannot hold to. */
export const otherVendors: readonly (readonly [vendor: S3PresetName, limits: StatedLimits])[] = [
  ["r2", {}],
  ["minio", { hasRaces: true }],
  ["cos", { hasRaces: true, repeatsUploads: true }],
  ["qiniu", { hasRaces: true, repeatsUploads: true }],
];

export async function openS3(
  vendor: S3PresetName,
  options: Partial<S3StoreOptions> = {},
  serverOptions: Partial<S3ServerOptions> = {},
) {
  const server = await startS3Server({ vendor, region: vendor === "r2" ? "auto" : "eu-central-1", ...serverOptions });
  const store = createS3Store({ ...connectionTo(server, vendor), access: "private", ...options });
  return {
    server,
    store,
    fetch: (url: string) => fetch(url),
    settled: server.settled,
    breakDown: server.stop,
    end: server.close,
  };
}

export function connectionTo(server: S3Server, preset: S3PresetName) {
  const { endpoint, region, bucketName: bucket } = server;
  return { preset, endpoint, region, bucket, credentials: async () => testKey };
}
