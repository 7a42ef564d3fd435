// Opening the whole runtime in one process, as one machine has it: every port with the adapter that the configuration names.
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { ObjectInfo, ObjectStore } from "../ports/object-store.ts";
import type { Provider } from "../ports/provider.ts";
import type { Table } from "../ports/table.ts";
import { createArchiveProvider } from "../providers/archive/provider.ts";
import { createAssemblyProvider } from "../providers/assembly/provider.ts";
import { createFfmpeg } from "../providers/ffmpeg/find.ts";
import { createImportProvider } from "../providers/import.ts";
import { createLibraryProvider } from "../providers/library/provider.ts";
import { createDrawers } from "../providers/sketch/drawers.ts";
import { createSketchProvider } from "../providers/sketch/provider.ts";
import { createTestProvider } from "../providers/sketch/test-provider.ts";
import { openFolderStore } from "../stores/folder.ts";
import { createUploadLooks } from "../uploads/look-when-asked.ts";
import { readManifestOf } from "./adapters/manifests.ts";
import { openModeration } from "./adapters/moderation.ts";
import { openOssStore } from "./adapters/oss.ts";
import { openS3Store } from "./adapters/s3.ts";
import { openTable } from "./adapters/table.ts";
import { openVendors } from "./adapters/vendors.ts";
import { callbackBaseOf, callbackUrlMaker } from "./callbacks.ts";
import { composeCore, composeJobs, composeRequests, metricsOf, readTrustedHosts } from "./composing/compose.ts";
import { secretsOf } from "./composing/secrets.ts";
import { announcing } from "./local/announcing-store.ts";
import { readOrCreateJwtSecret } from "./local/jwt-secret.ts";
import { makeFolder } from "./local/make-folder.ts";
import { linesForStdout } from "./local/terminal-lines.ts";
import { uploadPath, uploadSecretOf } from "./local/upload-server.ts";
import { mailSoon } from "./mail-soon.ts";
import { mailingOf } from "./mailing.ts";
import { deliverSoon, wireWebhooks } from "./outgoing-webhooks.ts";
import { realClock } from "./real.ts";
import { lookForDeliveryRuntime, type Runtime } from "./runtime.ts";
import { createLog } from "./telling/log.ts";
import { warnOfEndings } from "./telling/model-endings.ts";

export interface RuntimeOptions {
  /** Where the API is reached from outside, without a path. */
  publicUrl: string;
  /** Hears of each object that was made; never of one that was made by another process. */
  onCreated?: (info: ObjectInfo) => void;
  /** Runs a job by its ticket (`RequestDeps.handOver`). Not asked where the store is a cloud's: others may hear of tickets there. */
  onTicket?: (ticket: string) => void;
  /** Further providers; one with a vendor's id stands in its place. */
  providers?: readonly Provider[];
  /** The machine's, unless another one is given. */
  clock?: Clock | undefined;
}

/** Opens everything; SQLite and a folder below DATA_DIR unless the clouds' are named. Throws what is wrong with them, by name. */
export async function openRuntime(config: Config, options: RuntimeOptions): Promise<Runtime> {
  await makeFolder(config.dataDir);
  const jwtSecret = config.jwtSecret ?? (await readOrCreateJwtSecret(config.dataDir));
  const destination = linesForStdout();
  const secrets = secretsOf(config, jwtSecret);
  const log = createLog({ level: config.logLevel, clock: realClock, secrets, destination });
  readTrustedHosts(config);
  const table = await openTable(config);
  try {
    const store = await openStore(config, jwtSecret, options);
    const given = options.providers ?? [];
    const vendors = await openVendors(config.vendors);
    const providers = [...given, ...vendors.filter(({ id }) => !given.some((each) => each.id === id))];
    const callbackBase = callbackBaseOf({ ...config, publicUrl: options.publicUrl });
    const handOver = config.oss || config.s3 ? undefined : options.onTicket;
    const moderation = await openModeration(config);
    const ports = { table, store, log, jwtSecret, providers, moderation, callbackBase, handOver };
    return compose(config, { ...ports, clock: options.clock });
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
  moderation: Runtime["moderation"];
  callbackBase: string | null;
  handOver: RuntimeOptions["onTicket"];
  clock: Clock | undefined;
}

function compose(config: Config, ports: Ports): Runtime {
  const { table, store, log, jwtSecret, providers: others, moderation, callbackBase, handOver, clock } = ports;
  const core = composeCore(config, { table, log, metrics: metricsOf(config), clock });
  const { lanes, announceEnding, ...webhooks } = wireWebhooks(readTrustedHosts(config), lookForDeliveryRuntime);
  const ffmpeg = createFfmpeg(config.ffmpegPath);
  const drawers = createDrawers();
  const drawing = { ffmpegPath: config.ffmpegPath, draw: drawers.draw };
  const sketch = createSketchProvider(drawing);
  const tests = config.hasTestModels ? [createTestProvider({ clock: core.clock, ...drawing })] : [];
  const assembly = createAssemblyProvider({ ffmpegPath: config.ffmpegPath });
  const archive = createArchiveProvider({ store });
  const library = config.hasMusicLibrary ? [createLibraryProvider({ store })] : [];
  const providers = [...others, sketch, createImportProvider({ store }), assembly, archive, ...library, ...tests];
  warnOfEndings(log, providers, core.clock.now());
  const shared = { store, providers, announceEnding, handOver };
  const deliveries = { ...core, ...webhooks, store, lanes, jwtSecret, mail: mailingOf(config) };
  const jobs = composeJobs(config, core, {
    ...{ ...shared, jwtSecret, moderation, stayMs: STAY_MS, tickParallel: TICK_PARALLEL },
    callbackUrl: callbackUrlMaker(callbackBase, jwtSecret),
  });
  return {
    ...composeRequests(config, core, {
      ...{ ...shared, ffmpeg, jwtSecret, callbackBase, lookForUpload: createUploadLooks({ ...core, store }) },
      deliverSoon: (key) => deliverSoon(deliveries, key),
      mailSoon: (id) => mailSoon(lookForDeliveryRuntime() ?? deliveries, id),
      readManifest: readManifestOf,
    }),
    ...jobs,
    ...deliveries,
    nodes: jobs.nodes,
    async close() {
      await lanes.close();
      await drawers.close();
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
