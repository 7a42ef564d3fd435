// One run of the purge over a bucket in the place of a cloud's, by a process that does nothing else.
import { join } from "node:path";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import type { Log } from "../../shared/ports/log.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { realClock } from "../../shared/runtime/real.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { useLocalhostNames } from "../../test/servers/s3/localhost-names.ts";
import { answering } from "../answering.ts";
import { ownCpuSeconds, peakMemory } from "../proc.ts";

export interface Purge {
  cloud: "s3" | "oss";
  /** For the table. */
  folder: string;
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secret: string;
}

export interface Purged {
  deleted: number;
  kept: number;
  /** Questions to the table. */
  reads: number;
  /** Processor time of this process. */
  cpuSeconds: number;
  /** The most memory that it ever had, the adapter and the vendor's SDK included; and the most before the purge. */
  peakBytes: number;
  loadedBytes: number;
}

const open: Record<Purge["cloud"], (purge: Purge) => Promise<ObjectStore>> = {
  async s3({ accessKeyId, secret, ...place }) {
    useLocalhostNames();
    const { createS3Store } = await import("../../shared/stores/s3/store.ts");
    const credentials = async () => ({ accessKeyId, secretAccessKey: secret });
    return createS3Store({ ...place, preset: "aws", access: "private", credentials });
  },
  async oss({ accessKeyId, secret, ...place }) {
    const { createOssStore } = await import("../../shared/stores/oss/store.ts");
    const credentials = async () => ({ accessKeyId, accessKeySecret: secret });
    return createOssStore({ ...place, isPathStyle: true, access: "private", credentials });
  },
};

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

answering(async (purge: Purge): Promise<Purged> => {
  const table = await openSqliteTable({ path: join(purge.folder, "table.sqlite") });
  let reads = 0;
  const get: typeof table.get = (key) => {
    reads += 1;
    return table.get(key);
  };
  const settings = { leaseMs: 0, maxOutputBytes: 0, maxActiveJobs: 0, maxActiveFreeJobs: 0, maxStoredBytes: 0 };
  const deps = {
    ...{ table: { ...table, get }, store: await open[purge.cloud](purge), clock: realClock, log: silent },
    settings: { ...settings, tempTtlMs: 0, dryRunTtlMs: 0, refusalsPerHour: 0, productionParallel: 8 },
  };
  const [cpuBefore, loadedBytes] = [ownCpuSeconds(), peakMemory("self")];
  const purged = await purgeTemp(deps, new AbortController().signal);
  await table.close();
  return { ...purged, reads, cpuSeconds: ownCpuSeconds() - cpuBefore, peakBytes: peakMemory("self"), loadedBytes };
});
