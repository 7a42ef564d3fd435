// The whole product in this process, on an empty folder: sockets, SQLite, files, events and timers as `npm start` has them.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import type { Declaration } from "../../shared/events/declaration.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { Provider } from "../../shared/ports/provider.ts";
import { type Local, type LocalOptions, startLocal } from "../../shared/runtime/local/local.ts";
import { callerOf, registerAt, type User } from "./user.ts";

export interface Product {
  url: string;
  dataDir: string;
  runtime: Local["runtime"];
  /** As nobody in particular; paths begin below `/api/v1`. */
  call: User["call"];
  /** A new user. */
  register(): Promise<User>;
  /** Paths of every file below `objects`, also of those that are no objects yet. */
  files(): Promise<string[]>;
  /** Stops it and starts it anew on the same folder; `between` is done while it is down. */
  restart(options?: { environment?: Record<string, string>; between?: () => Promise<void> }): Promise<void>;
  close(): Promise<void>;
}

export interface ProductOptions {
  environment?: Record<string, string>;
  providers?: readonly Provider[];
  /** Served beside the product's own functions. */
  functions?: readonly Declaration[];
  /** Makes something else of what is declared. */
  redeclare?: (declared: Declaration) => Declaration;
  /** By default the machine's. */
  clock?: Clock;
  /** What makes the studio page; absent: there is none. */
  page?: LocalOptions["page"];
}

/** Tests ask more often than people do. */
const defaults = { PORT: "0", LOG_LEVEL: "silent", RATE_LIMIT_PER_MINUTE: "0" };

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), "dream-factory-whole-"));
  const start = (environment: Record<string, string> = {}) =>
    startLocal(
      readConfig({ ...defaults, DATA_DIR: dataDir, ...options.environment, ...environment }),
      [...declarations, ...(options.functions ?? [])].map(options.redeclare ?? ((declared) => declared)),
      { providers: options.providers ?? [], clock: options.clock, ...(options.page && { page: options.page }) },
    );
  let local = await start();
  return {
    get url() {
      return local.url;
    },
    get runtime() {
      return local.runtime;
    },
    dataDir,
    call: (...request) => callerOf(() => local.url)(...request),
    register: () => registerAt(() => local.url),
    files: () => filesOf(dataDir),
    async restart({ environment, between } = {}) {
      await local.close();
      await between?.();
      local = await start(environment);
    },
    async close() {
      await local.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Folders may come and go while they are read. */
export async function filesOf(dataDir: string): Promise<string[]> {
  return (await filesBelow(join(dataDir, "objects"), "")).toSorted();
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    }),
  );
  return found.flat();
}
