import type { Hold } from "../credits/account.ts";
import type { ChangeAccount } from "../credits/changes.ts";
import type { AccountLimits } from "../credits/holds.ts";
import type { Labels } from "../labels/label.ts";
import type { Turns } from "../limits/turns.ts";
import type { VendorLimits } from "../limits/vendor/vendor-limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Look, Moderation } from "../ports/moderation.ts";
import type { ObjectStore, RequestStore } from "../ports/object-store.ts";
import type { CallContext, OfferedProvider, Provider, Source } from "../ports/provider.ts";
import type { Item, ItemKey, Table } from "../ports/table.ts";
import type { Thumbnails } from "../ports/thumbnail.ts";
import type { AttemptKey } from "./callbacks/attempt-token.ts";
import type { Applied, Job } from "./job.ts";
import type { Outcome } from "./states.ts";

/** What every write of a job and its account needs. */
export interface CoreDeps {
  table: Table;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Metrics;
  changeAccount: ChangeAccount;
  /** Absent where there are no productions: then no job is a node. */
  nodes?: NodeAccounts | undefined;
  settings: JobSettings;
}

/** The account that nodes are paid from: their production. Given by the room that makes productions. */
export interface NodeAccounts {
  /** Whether the job's round stands in its production, to be paid out of its budget. */
  isAdmitted(job: Job): Promise<boolean>;
  /** The job's round has ended: it goes out of its production, which takes what was captured. Repeating it is safe. */
  settle(job: Job): Promise<void>;
}

/** Throws where a node has come to a process that knows no productions. */
export function nodesOf({ nodes }: Pick<CoreDeps, "nodes">): NodeAccounts {
  if (!nodes) throw new Error("a job is a node, and there are no productions here");
  return nodes;
}

export interface ProductionKey {
  userId: string;
  productionId: string;
}

/** What is done with productions where jobs are advanced. */
export interface ProductionWork {
  /** Takes every step of it that is due now. Answers when it is due again, as `advance` does. */
  advance(
    deps: JobDeps,
    key: ProductionKey,
    options: { by: "run-job" | "tick"; signal: AbortSignal },
  ): Promise<number | null>;
  /** What run-job does with a ticket that names a production. */
  run(deps: JobDeps, key: ProductionKey, options: { stayMs: number; signal: AbortSignal }): Promise<void>;
  /** Looks at a hold of a production that has outlived its expiry. */
  reviewHold(deps: JobDeps, userId: string, hold: Hold): Promise<void>;
  /** Every tick says that it knows productions: before that nothing is started. */
  sayReady(deps: Pick<CoreDeps, "table">): Promise<void>;
  /** Of a user who is being deleted: stops what goes on, then takes from it all that its user said. */
  sweep(deps: JobDeps, item: Item): Promise<"kept" | "changed" | "waiting">;
}

/** What answering requests needs: nothing that generates, fetches or moves files. */
export interface RequestDeps extends CoreDeps {
  store: RequestStore;
  providers: ReadonlyMap<string, OfferedProvider>;
  /**
   * Where this very process runs jobs: takes a ticket as the event that its object would have been. Never throws, never waits; what it has
   * taken dies with the process, and then the timer runs the job. Absent: tickets are objects.
   */
  handOver?: ((ticket: string) => void) | undefined;
  /**
   * A job that is to be deleted is no take of its scene any more. Answers why it cannot be, in a sentence for the user: somebody counts on
   * its output; null when it can. Repeating it is safe.
   */
  releaseTake(deps: Pick<CoreDeps, "table" | "clock">, job: Job): Promise<string | null>;
  /** Sees to it that whoever gave the job a webhook hears how a round has ended. Repeating it is safe. */
  announceEnding(deps: Pick<CoreDeps, "table" | "clock">, ending: RoundEnding): Promise<void>;
}

/** What keeping an output needs. */
export interface PersistDeps extends CoreDeps {
  store: ObjectStore;
}

/** Makes the address that a vendor is given with an attempt. */
export type CallbackUrl = (provider: string, attempt: AttemptKey) => string;

/** What the steps of a job need. Given by the runtime; tests drive each by hand. */
export interface JobDeps extends RequestDeps {
  store: ObjectStore;
  providers: ReadonlyMap<string, Provider>;
  /** Absent where no vendor could reach us. */
  callbackUrl?: CallbackUrl | undefined;
  /** By user: who may have this process draw, decode or encode something now. */
  turns: Turns;
  /** Who may call a vendor now, over all instances. */
  vendorLimits: VendorLimits;
  /** Writes into files what they are; null where nothing is to be said. */
  labels: Labels | null;
  /** Looks at content before anything is made of it and before it is kept; null where nobody does. */
  moderation: ModerationDeps | null;
  /** Fetches a source of kind `url`. Throws AppError `fetch_refused`, `fetch_failed` or `invalid_output`. */
  fetchSource(
    source: Source & { kind: "url" },
    context: CallContext,
  ): Promise<{ body: AsyncIterable<Uint8Array>; contentLength: number | null }>;
  /** Makes small pictures of outputs. Absent: there are none. */
  thumbnails?: Thumbnails | undefined;
  /** Absent as `nodes` is. */
  productions?: ProductionWork | undefined;
  /** Brings the output of a completed job to what it was made for. Repeating it is safe; throws when nobody knows what came of it. */
  applyOutput(deps: Pick<JobDeps, "table" | "store" | "clock" | "log">, job: Job): Promise<Applied>;
  /** What the timer does with a project that is due. */
  lookAtProject(deps: JobDeps, key: ItemKey): Promise<void>;
  /** What the timer does with an order that is due: asks what became of it, and books what is paid. */
  lookAtOrder(deps: Omit<CoreDeps, "settings">, key: ItemKey): Promise<void>;
  /** Of a user who is being deleted: nobody shall pay the order any more; one that is paid stays. */
  sweepOrder(deps: Omit<CoreDeps, "settings">, item: Item): Promise<"kept" | "changed">;
  /** Frees the e-mail address of a user whose account is closed, and ends their tokens. Repeating it is safe. */
  forgetUser(deps: Pick<CoreDeps, "table">, userId: string): Promise<void>;
}

export interface ModerationDeps {
  service: Moderation;
  look: Look;
  /** What becomes of content without a finding: it waits for one, or passes and is flagged. */
  onFailure: "closed" | "open";
  /** What becomes of content that the service leaves to a person. */
  onReview: "block" | "allow";
}

/** A round that has ended and is settled. */
export interface RoundEnding {
  /** Absent: a job. */
  of?: "production";
  userId: string;
  /** Of a production its own id. */
  jobId: string;
  round: number;
  outcome: Outcome;
  /** Epoch milliseconds. */
  endedAt: number;
  /** Where it is to be told. */
  url: string;
}

export interface JobSettings extends AccountLimits {
  leaseMs: number;
  maxOutputBytes: number;
  tempTtlMs: number;
  /** How long a dry run is kept once it has ended; 0 for as long as its user likes. */
  dryRunTtlMs: number;
  /** After so many refusals in an hour a user has to wait; 0: never. */
  refusalsPerHour: number;
  /** Jobs of one production at the same time. */
  productionParallel: number;
}
