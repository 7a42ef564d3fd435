import type { ChangeAccount } from "../credits/changes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { CallContext, Provider, Source } from "../ports/provider.ts";
import type { Table } from "../ports/table.ts";

/** What the steps of a job need. Given by the runtime; tests drive each by hand. */
export interface JobDeps {
  table: Table;
  store: ObjectStore;
  clock: Clock;
  ids: Ids;
  log: Log;
  changeAccount: ChangeAccount;
  providers: ReadonlyMap<string, Provider>;
  /** Fetches a source of kind `url`. Throws AppError `fetch_refused`, `fetch_failed` or `invalid_output`. */
  fetchSource(
    source: Source & { kind: "url" },
    context: CallContext,
  ): Promise<{ body: AsyncIterable<Uint8Array>; contentLength: number | null }>;
  settings: JobSettings;
}

export interface JobSettings {
  leaseMs: number;
  maxOutputBytes: number;
  maxActiveJobs: number;
  tempTtlMs: number;
}
