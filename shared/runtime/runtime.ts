// The composition root: every port with the adapter that the configuration names. Functions ask for it; nothing else does.
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config-error.ts";
import { createAccountChanges } from "../credits/changes.ts";
import type { HttpDeps } from "../http/deps.ts";
import type { JobDeps } from "../jobs/deps.ts";
import type { GenerationSettings } from "../jobs/submit-generation.ts";
import { createGate, type Gate } from "../limits/gate.ts";
import { createRequestLimit } from "../limits/request-limit.ts";
import { fetchForeign } from "../media/fetch.ts";
import { parseTrustedHosts, type TrustedHosts } from "../media/foreign-url.ts";
import type { ObjectInfo, ObjectStore } from "../ports/object-store.ts";
import type { Provider } from "../ports/provider.ts";
import { createImportProvider } from "../providers/import.ts";
import { createSketchProvider } from "../providers/sketch/provider.ts";
import { openFolderStore } from "../stores/folder.ts";
import { forgetUser } from "../users/delete-user.ts";
import type { WebhookDeps } from "../webhooks/deps.ts";
import { announcing } from "./announcing-store.ts";
import { readOrCreateJwtSecret } from "./jwt-secret.ts";
import { createLog } from "./log.ts";
import { makeFolder } from "./make-folder.ts";
import { openOssStore } from "./oss.ts";
import { wireWebhooks } from "./outgoing-webhooks.ts";
import { realClock, realIds } from "./real.ts";
import { openS3Store } from "./s3.ts";
import { openTable, secretsOfTable } from "./table.ts";
import { uploadPath, uploadSecretOf } from "./upload-server.ts";

export interface Runtime extends HttpDeps, JobDeps, WebhookDeps {
  config: Config;
  generation: GenerationSettings;
  loginGate: Gate;
  /** How long run-job stays with a job whose next step is not due yet. */
  stayMs: number;
  close(): Promise<void>;
}

let current: Runtime | null = null;

/** The runtime of this process. */
export function runtime(): Runtime {
  if (!current) throw new Error("no runtime was opened in this process");
  return current;
}

/** Makes a runtime the one of this process. */
export function useRuntime(opened: Runtime): void {
  current = opened;
}

export interface RuntimeOptions {
  /** Where the API is reached from outside, without a path. */
  publicUrl: string;
  /** Hears of each object that was made; never of one that was made by another process. */
  onCreated?: (info: ObjectInfo) => void;
  /** Further providers. */
  providers?: readonly Provider[];
}

/** Opens everything on one machine: SQLite and a folder below DATA_DIR. Throws what is wrong with them, by name. */
export async function openRuntime(config: Config, options: RuntimeOptions): Promise<Runtime> {
  await makeFolder(config.dataDir);
  const jwtSecret = config.jwtSecret ?? (await readOrCreateJwtSecret(config.dataDir));
  const log = createLog({ level: config.logLevel, clock: realClock, secrets: secretsOf(config, jwtSecret) });
  const trustedHosts = readTrustedHosts(config.trustedHosts);
  const table = await openTable(config);
  const store = await openStore(config, jwtSecret, options).catch(async (error) => {
    await table.close();
    throw error;
  });
  const ports = { table, store, log, clock: realClock, ids: realIds };
  const providers = providersById(config, store, options.providers ?? []);
  try {
    requireDefaults(config, providers);
  } catch (error) {
    await table.close();
    throw error;
  }
  const webhooks = wireWebhooks(trustedHosts, () => current);
  return {
    ...ports,
    config,
    jwtSecret,
    changeAccount: createAccountChanges(ports),
    requestLimit: createRequestLimit(config.rateLimitPerMinute),
    loginGate: createGate(),
    providers,
    fetchSource: (source, { signal }) =>
      fetchForeign(source.url, {
        trusted: trustedHosts,
        limits: { maxBytes: config.maxOutputBytes },
        headers: source.headers,
        signal,
      }),
    settings: {
      leaseMs: config.leaseMs,
      maxOutputBytes: config.maxOutputBytes,
      maxActiveJobs: config.maxActiveJobs,
      tempTtlMs: config.tempTtlMs,
    },
    generation: {
      prices: config.prices,
      isDryRun: config.isDryRun,
      defaultProvider: config.defaultProvider,
      deadlineMs: config.deadlineMs,
      trustedHosts,
    },
    stayMs: STAY_MS,
    ...webhooks,
    forgetUser,
    async close() {
      await webhooks.lanes.close();
      await table.close();
    },
  };
}

function readTrustedHosts(text: string): TrustedHosts {
  try {
    return parseTrustedHosts(text);
  } catch {
    const message = "must be a list of host or host:port, divided by commas, without http://";
    throw new ConfigError([{ variable: "TRUSTED_HOSTS", message }]);
  }
}

/** A default that generates nothing would refuse every request that leaves the choice to it; `import` only keeps what exists. */
function requireDefaults(config: Config, providers: ReadonlyMap<string, Provider>): void {
  const problems = (["image", "video"] as const).flatMap((type) => {
    const id = config.defaultProvider[type];
    const generating = [...providers.values()].filter(
      (provider) => provider.id !== "import" && provider.models.some((model) => model.type === type),
    );
    const offers = id === null || generating.some((provider) => provider.id === id);
    const variable = type === "image" ? "DEFAULT_IMAGE_PROVIDER" : "DEFAULT_VIDEO_PROVIDER";
    return offers
      ? []
      : [
          {
            variable,
            message: `must be a provider for ${type}s: ${generating.map((provider) => provider.id).join(", ")}`,
          },
        ];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

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

function secretsOf({ oss, s3, table }: Config, jwtSecret: string): string[] {
  const { secretAccessKey = [], sessionToken = [] } = s3?.credentials ?? {};
  return [
    jwtSecret,
    oss?.accessKeySecret ?? [],
    oss?.securityToken ?? [],
    secretAccessKey,
    sessionToken,
    secretsOfTable(table),
  ].flat();
}

function heard(store: ObjectStore, onCreated: RuntimeOptions["onCreated"]): ObjectStore {
  return onCreated ? announcing(store, onCreated) : store;
}

/** One machine costs the same whether it waits or not: the longest that is allowed. */
const STAY_MS = 60_000;

function providersById(
  { ffmpegPath }: Config,
  store: ObjectStore,
  others: readonly Provider[],
): ReadonlyMap<string, Provider> {
  const providers = [...others, createSketchProvider({ ffmpegPath }), createImportProvider({ store })];
  return new Map(providers.map((provider) => [provider.id, provider]));
}
