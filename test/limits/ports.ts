// What limits stand on, for tests: real SQLite in a folder of its own, a clock moved by hand, and how often the table was asked.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LimitPorts } from "../../shared/limits/request-limit.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { Table } from "../../shared/ports/table.ts";
import { realIds } from "../../shared/runtime/real.ts";
import { createLog } from "../../shared/runtime/telling/log.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { HandClock } from "../jobs/hand-clock.ts";

export interface Ports extends LimitPorts {
  clock: HandClock;
  /** How often each method of the table was called. */
  calls: Record<"get" | "put", number>;
  /** All that was logged, line by line. */
  lines: string[];
  /** The same table as another instance sees it, perhaps with another clock or a table that fails. */
  with(changed: { clock?: Clock; table?: Table }): LimitPorts;
  pass(ms: number): void;
  close(): Promise<void>;
}

export async function openPorts(): Promise<Ports> {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-limits-"));
  const sqlite = await openSqliteTable({ path: join(folder, "table.sqlite") });
  const calls = { get: 0, put: 0 };
  const table: Table = {
    ...sqlite,
    get(...args) {
      calls.get += 1;
      return sqlite.get(...args);
    },
    put(...args) {
      calls.put += 1;
      return sqlite.put(...args);
    },
  };
  const clock = new HandClock();
  const lines: string[] = [];
  const log = createLog({ level: "debug", clock, secrets: [], destination: { write: (line) => lines.push(line) } });
  const ports = { table, clock, ids: realIds, log };
  return {
    ...ports,
    calls,
    lines,
    with: (changed) => ({ ...ports, ...changed }),
    pass: (ms) => clock.moveTo(clock.now() + ms),
    async close() {
      await sqlite.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A table that answers nothing but errors. */
export function broken(table: Table): Table {
  const fail = () => Promise.reject(new Error("the table is away"));
  return { ...table, get: fail, put: fail };
}

/** A table that never answers. */
export function silent(table: Table): Table {
  const wait = () => new Promise<never>(() => {});
  return { ...table, get: wait, put: wait };
}
