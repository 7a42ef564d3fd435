// Instances that share a vendor's limits: one real SQLite table, time by hand that only passes when everybody waits for it, and callers
// who come back when they are told to.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LimitPorts } from "../../shared/limits/request-limit.ts";
import {
  type Asking,
  createVendorLimits,
  type VendorCalls,
  type VendorLimits,
} from "../../shared/limits/vendor/vendor-limits.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { ItemKey, Table } from "../../shared/ports/table.ts";
import { createLog } from "../../shared/runtime/telling/log.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { createDriver, type Driver } from "../jobs/drive.ts";
import { countedIds } from "../jobs/hand-clock.ts";
import { TestClock } from "../jobs/test-clock.ts";

export const never = new AbortController().signal;
export const starts: VendorCalls = { provider: "vendor", account: "one", operation: "start" };
export const queries: VendorCalls = { ...starts, operation: "query" };
export const keyOf = ({ provider, account, operation }: VendorCalls): ItemKey => ({
  partition: `limit#${provider}#${account}#${operation}`,
  sort: "limit",
});

export interface Call {
  user: string;
  at: number;
}

export interface VendorWorld {
  clock: TestClock;
  table: Table;
  driver: Driver;
  /** How often the table was asked. */
  asked: Record<"get" | "put", number>;
  /** The calls that were made, in their order. */
  calls: Call[];
  instance(options?: { clock?: Clock; table?: Table }): VendorLimits;
  /** Asks until there is a place, coming back whenever it is told to; answers how often it was sent away. */
  call(limits: VendorLimits, of: VendorCalls, asking?: Partial<Asking>): Promise<number>;
  /** The most calls within any second. */
  most(): number;
  close(): Promise<void>;
}

export async function vendorWorld(): Promise<VendorWorld> {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-vendor-"));
  const sqlite = await openSqliteTable({ path: join(folder, "table.sqlite") });
  const clock = new TestClock(undefined, 0);
  const driver = createDriver(clock);
  const asked = { get: 0, put: 0 };
  const counted = <T>(name: "get" | "put", act: () => Promise<T>) => {
    asked[name] += 1;
    return driver.around({ port: "table", name, args: [] }, act) as Promise<T>;
  };
  const table: Table = {
    ...sqlite,
    get: (key) => counted("get", () => sqlite.get(key)),
    put: (item, condition) => counted("put", () => sqlite.put(item, condition)),
  };
  const log = createLog({ level: "silent", clock, secrets: [], destination: { write: () => {} } });
  const calls: Call[] = [];
  let instances = 0;

  return {
    ...{ clock, table, driver, asked, calls },
    instance(options = {}) {
      const ids = countedIds((++instances).toString(16).padStart(2, "0"));
      const ports: LimitPorts = { table, clock, ids, log, ...options };
      return createVendorLimits(ports);
    },
    async call(limits, of, asking = {}) {
      const { user = "ada", signal = never } = asking;
      for (let away = 0; ; away++) {
        const place = await limits.take(of, { lane: "usual", perSecond: 10, ...asking, user, signal });
        if (place.isFree) {
          calls.push({ user, at: clock.now() });
          return away;
        }
        await clock.sleep(place.at - clock.now());
      }
    },
    most() {
      const times = calls.map(({ at }) => at).toSorted((a, b) => a - b);
      return Math.max(...times.map((from, i) => times.slice(i).filter((at) => at < from + 1000).length));
    },
    async close() {
      await sqlite.close();
      await rm(folder, { recursive: true });
    },
  };
}
