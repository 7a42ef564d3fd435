// Opening the whole runtime in one process, as one machine has it: every port with the adapter that the configuration names.
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Log } from "../ports/log.ts";
import type { ObjectInfo, ObjectStore } from "../ports/object-store.ts";
import type { Provider } from "../ports/provider.ts";
import type { Table } from "../ports/table.ts";
import { createImportProvider } from "../providers/import.ts";
import { createSketchProvider } from "../providers/sketch/provider.ts";
import { openFolderStore } from "../stores/folder.ts";
import { createUploadLooks } from "../uploads/look-when-asked.ts";
import { openOssStore } from "./adapters/oss.ts";
import { openS3Store } from "./adapters/s3.ts";
import { openTable } from "./adapters/table.ts";
import { openVendors } from "./adapters/vendors.ts";
import { composeCore, composeJobs, composeRequests, metricsOf, readTrustedHosts, secretsOf } from "./compose.ts";
import { announcing } from "./local/announcing-store.ts";
import { readOrCreateJwtSecret } from "./local/jwt-secret.ts";
import { makeFolder } from "./local/make-folder.ts";
import { uploadPath, uploadSecretOf } from "./local/upload-server.ts";
import { deliverSoon, wireWebhooks } from "./outgoing-webhooks.ts";
import { realClock } from "./real.ts";
import { lookForDeliveryRuntime, type Runtime } from "./runtime.ts";
import { createLog } from "./telling/log.ts";

export interface RuntimeOptions {
  /** Where the API is reached from outside, without a path. */
  publicUrl: string;
  /** Hears of each object that was made; never of one that was made by another process. */
  onCreated?: (info: ObjectInfo) => void;
  /** Further providers. */
  providers?: readonly Provider[];
}

/** Opens everything; SQLite and a folder below DATA_DIR unless the clouds' are named. Throws what is wrong with them, by name. */
export async function openRuntime(config: Config, options: RuntimeOptions): Promise<Runtime> {
  await makeFolder(config.dataDir);
  const jwtSecret = config.jwtSecret ?? (await readOrCreateJwtSecret(config.dataDir));
  const log = createLog({ level: config.logLevel, clock: realClock, secrets: secretsOf(config, jwtSecret) });
  readTrustedHosts(config);
  const table = await openTable(config);
  try {
    const store = await openStore(config, jwtSecret, options);
    const providers = [...(options.providers ?? []), ...(await openVendors(config.vendors))];
    return compose(config, { table, store, log, jwtSecret, providers });
  } catch (error) {
    await table.close();
    throw error;
  }
}

interface Ports {
  table: Table;
  store: ObjectStore;
  log: Log;
  jwtSecret: string;
  providers: readonly Provider[];
}

function compose(config: Config, { table, store, log, jwtSecret, providers: others }: Ports): Runtime {
  const core = composeCore(config, { table, log, metrics: metricsOf(config) });
  const { lanes, announceEnding, ...webhooks } = wireWebhooks(readTrustedHosts(config), lookForDeliveryRuntime);
  const sketch = createSketchProvider({ ffmpegPath: config.ffmpegPath });
  const providers = [...others, sketch, createImportProvider({ store })];
  const shared = { store, providers, announceEnding };
  const deliveries = { ...core, ...webhooks, store, lanes };
  return {
    ...composeRequests(config, core, {
      ...{ ...shared, jwtSecret, lookForUpload: createUploadLooks({ ...core, store }) },
      deliverSoon: (key) => deliverSoon(deliveries, key),
    }),
    ...composeJobs(config, core, { ...shared, jwtSecret, stayMs: STAY_MS, tickParallel: TICK_PARALLEL }),
    ...deliveries,
    async close() {
      await lanes.close();
      await table.close();
    },
  };
}

/** One machine costs the same whether it waits or not: the longest that is allowed. */
const STAY_MS = 60_000;
const TICK_PARALLEL = 32;

async function openStore(config: Config, jwtSecret: string, options: RuntimeOptions): Promise<ObjectStore> {
  const { publicUrl, onCreated } = options;
  if (config.oss) return heard(await openOssStore(config, config.oss), onCreated);
  if (config.s3) return heard(await openS3Store(config, config.s3), onCreated);
  return openFolderStore({
    directory: join(config.dataDir, "objects"),
    baseUrl: `${publicUrl}${uploadPath}`,
    uploadSecret: uploadSecretOf(jwtSecret),
    ...(onCreated ? { onCreated } : {}),
  });
}

function heard(store: ObjectStore, onCreated: RuntimeOptions["onCreated"]): ObjectStore {
  return onCreated ? announcing(store, onCreated) : store;
}
