// Opening what one deployed function needs: its part of the runtime, over the adapters that its bundle carries.
import { type Config, type Environment, readConfig } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CoreDeps } from "../../jobs/deps.ts";
import type { Mailing } from "../../mail/deps.ts";
import type { Log } from "../../ports/log.ts";
import type { Metrics } from "../../ports/metrics.ts";
import type { ObjectStore, RequestStore } from "../../ports/object-store.ts";
import type { OfferedProvider, Provider } from "../../ports/provider.ts";
import type { Table } from "../../ports/table.ts";
import { createProductionAccounts } from "../../productions/money/accounts.ts";
import type { Tell } from "../../sockets/gateway/tell.ts";
import { putDelivery } from "../../webhooks/delivery.ts";
import { callbackBaseOf, callbackUrlMaker } from "../callbacks.ts";
import { composeCore, composeJobs, composeRequests, metricsOf, readTrustedHosts } from "../composing/compose.ts";
import { secretsOf } from "../composing/secrets.ts";
import { wireWebhooks } from "../outgoing-webhooks.ts";
import { realClock } from "../real.ts";
import { type JobRuntime, useDeliveryRuntime, useFilesRuntime, useJobRuntime, useRequestRuntime } from "../runtime.ts";
import { createLog } from "../telling/log.ts";
import { warnOfEndings } from "../telling/model-endings.ts";
import { type AliyunRole, noRole } from "./aliyun-role.ts";
import { noModeration } from "./no-moderation.ts";

/** An adapter that a bundle carries. */
export interface Carried<T> {
  /** Which setting it is for, such as `dynamodb`. */
  name: string;
  open(config: Config, role: AliyunRole): T | Promise<T>;
}

export interface Adapters<Store> {
  table: Carried<Table>;
  store: Carried<Store>;
}

/** A function's process before its first call. */
export interface Prepared {
  config: Config;
  log: Log;
  metrics: Metrics;
  /**
   * Opens the runtime of its kind and makes it the one of this process; once it is open, it answers at once. Throws AppError `unavailable`
   * when the table or the store cannot be used; the next call tries again.
   */
  open(): Promise<void>;
}

/** Reaches out for nothing. Throws ConfigError. `role`: whose keys are used where the settings have none. */
export type Prepare = (environment: Environment, role?: AliyunRole) => Prepared;

/** For functions that answer requests. `offers`: the providers, as far as a request needs to know them. */
export function forRequests(
  adapters: Adapters<RequestStore>,
  offers: (config: Config) => () => readonly OfferedProvider[],
): Prepare {
  return opening(
    adapters,
    offers,
    (offered) => (config, core, store, jwtSecret) =>
      useRequestRuntime(
        composeRequests(config, core, {
          ...{ store, jwtSecret, providers: offered() },
          announceEnding: putDelivery,
          callbackBase: callbackBaseOf(config),
          // An instance may freeze with its answer: the timer delivers within a minute.
          deliverSoon: () => {},
          mailSoon: () => {},
          // The store's event has it looked at, by a function that may read files.
          lookForUpload: async () => {},
        }),
      ),
  );
}

/** For functions that keep objects or clear them away. */
export function forFiles(adapters: Adapters<ObjectStore>): Prepare {
  return opening(
    adapters,
    nothingElse,
    () => (_config, core, store) =>
      // Whoever keeps the last file of a node ends its job.
      useFilesRuntime({ ...core, store, nodes: createProductionAccounts({ ...core, store }) }),
  );
}

/** For the timer that delivers webhooks and mails. */
export function forDeliveries(
  adapters: Adapters<RequestStore>,
  mailingOf: (config: Config) => Mailing | null,
): Prepare {
  return opening(adapters, nothingElse, () => (config, core, store, jwtSecret) => {
    const { lanes, showEnded, postWebhook } = wireWebhooks(readTrustedHosts(config), () => null);
    useDeliveryRuntime({ ...core, store, lanes, showEnded, postWebhook, jwtSecret, mail: mailingOf(config) });
  });
}

/** For functions that advance jobs. */
export function forJobs(
  adapters: Adapters<ObjectStore>,
  providers: (config: Config) => (store: ObjectStore) => readonly Provider[],
  moderation: (config: Config) => JobRuntime["moderation"] = noModeration,
  tellOf: (config: Config) => Tell | undefined = () => undefined,
): Prepare {
  const read = (config: Config) => ({ made: providers(config), moderating: moderation(config) });
  return opening(adapters, read, ({ made, moderating }) => (config, core, store, jwtSecret) => {
    const all = made(store);
    // Functions that take requests are many, and would only say the same.
    warnOfEndings(core.log, all, realClock.now());
    useJobRuntime(
      composeJobs(config, core, {
        ...{ store, jwtSecret, providers: all, moderation: moderating, stayMs: STAY_MS, tickParallel: TICK_PARALLEL },
        announceEnding: putDelivery,
        tell: tellOf(config),
        callbackUrl: callbackUrlMaker(callbackBaseOf(config), jwtSecret),
      }),
    );
  });
}

/** An instance that waits is paid for as one that works: long enough for what a provider makes while one looks on, no longer. */
const STAY_MS = 20_000;

/** What poll-tasks has memory for, should all of them move files. */
const TICK_PARALLEL = 6;

const nothingElse = () => undefined;

/** `read`: looks at the settings when the process starts, so that what is wrong with them ends it, by name. */
function opening<Store, Read>(
  { table, store }: Adapters<Store>,
  read: (config: Config) => Read,
  using: (read: Read) => (config: Config, core: CoreDeps, store: Store, jwtSecret: string) => void,
): Prepare {
  return (environment, role = noRole) => {
    const config = readConfig(environment);
    requireCarried(config, { table, store });
    const use = using(read(config));
    const jwtSecret = config.jwtSecret ?? "";
    const log = createLog({ level: config.logLevel, clock: realClock, secrets: secretsOf(config, jwtSecret) });
    const metrics = metricsOf(config);
    const open = async () => {
      const core = composeCore(config, { table: await table.open(config, role), log, metrics });
      use(config, core, await store.open(config, role), jwtSecret);
    };
    return { config, log, metrics, open: onceIfItSucceeds(open) };
  };
}

/** A bundle holds the adapters that it was built with, and no others. */
function requireCarried(config: Config, { table, store }: Adapters<unknown>): void {
  const problems = [
    { variable: "TABLE_PROVIDER", wanted: config.table.provider, carried: table.name },
    { variable: "STORAGE_PROVIDER", wanted: config.storage, carried: store.name },
  ].flatMap(({ variable, wanted, carried }) => {
    if (wanted === carried) return [];
    const message = `is ${wanted}, and this was built for ${carried}. Build again with ${variable}=${wanted}`;
    return [{ variable, message }];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Throws `unavailable` when the signal aborts before: an answer that says so is better than none. The opening goes on for those that come next. */
export async function inPatience(opening: Promise<void>, signal: AbortSignal): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    const refuse = () => reject(new AppError("unavailable", { cause: signal.reason }));
    if (signal.aborted) refuse();
    signal.addEventListener("abort", refuse, { once: true });
  });
  await Promise.race([opening, late]);
}

function onceIfItSucceeds(open: () => Promise<void>): () => Promise<void> {
  let opening: Promise<void> | null = null;
  return async () => {
    try {
      opening ??= open();
      await opening;
    } catch (error) {
      opening = null;
      throw error instanceof AppError ? error : new AppError("unavailable", { cause: error });
    }
  };
}
