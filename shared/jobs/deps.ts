import type { ChangeAccount } from "../credits/changes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { CallContext, Provider, Source } from "../ports/provider.ts";
import type { Table } from "../ports/table.ts";
import type { Outcome } from "./states.ts";

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
  /** Sees to it that whoever gave the job a webhook hears how a round has ended. Repeating it is safe. */
  announceEnding(deps: Pick<JobDeps, "table" | "clock">, ending: RoundEnding): Promise<void>;
  /** Frees the e-mail address of a user whose account is closed, and ends their tokens. Repeating it is safe. */
  forgetUser(deps: Pick<JobDeps, "table">, userId: string): Promise<void>;
  settings: JobSettings;
}

/** A round that has ended and is settled. */
export interface RoundEnding {
  userId: string;
  jobId: string;
  round: number;
  outcome: Outcome;
  /** Epoch milliseconds. */
  endedAt: number;
  /** Where it is to be told. */
  url: string;
}

export interface JobSettings {
  leaseMs: number;
  maxOutputBytes: number;
  maxActiveJobs: number;
  tempTtlMs: number;
}
