// What is measured, as a port: rooms say that something happened or how long it took, the runtime decides where that goes.
import type { ErrorType, JobErrorType } from "../errors/catalogue.ts";
import type { DueKind } from "./due.ts";
import type { MediaKind } from "./provider.ts";

/**
 * - `JobsEnded`: a round of a job that was paid for has been decided; counted by whoever's write decided it.
 * - `JobStageTime`: how long a completed round was in each stage, through all of its attempts; those of one round add up to its `whole`.
 * - `ProviderCallTime`: a call that a provider answered or let time out.
 * - `ProviderErrors`: a call that failed, or was answered with a failure. Content that a provider refuses to make is no error of it.
 * - `OldestDueAge`: for how long the item that waits longest has been due when a tick begins; 0 when nothing is. None: no timer runs.
 * - `CreditsSettled`: credits of holds that were captured, or given back.
 * - `LedgerDrift`: a round that was paid for has ended, its hold is gone, and the account does not say where to.
 * - `EventsNotDone`: an object-created event that is to be delivered again: it came too early, or its function failed.
 * - `WebhookDeliveries`: tries of outgoing webhooks by what came of them; `dead` is given up.
 * - `ModerationVerdicts`: a check of content by what it found; `failed` when there was no finding.
 * - `ProductionsEnded`: a round of a production that was paid for is settled.
 * - `ProductionTime`: from a production's start to its film.
 * - `Orders`: orders of credits by what became of them; `takenBack` and `givenAgain`: credits of a paid one, by refunds and disputes.
 * - `Mails`: tries to send a mail by what came of them; `dead` is given up.
 * - `RequestTime`: from a request to its whole answer; there are as many requests as times.
 */
export const metricUnits = {
  JobsEnded: "Count",
  JobStageTime: "Milliseconds",
  ProviderCallTime: "Milliseconds",
  ProviderErrors: "Count",
  OldestDueAge: "Seconds",
  CreditsSettled: "Count",
  LedgerDrift: "Count",
  EventsNotDone: "Count",
  WebhookDeliveries: "Count",
  ModerationVerdicts: "Count",
  ProductionsEnded: "Count",
  ProductionTime: "Milliseconds",
  Orders: "Count",
  Mails: "Count",
  RequestTime: "Milliseconds",
} as const;

export type MetricName = keyof typeof metricUnits;

type MetricIn<Unit extends string> = {
  [Name in MetricName]: (typeof metricUnits)[Name] extends Unit ? Name : never;
}[MetricName];

/** What is told apart. Few values each, and never an id: a cloud keeps, and bills, every combination as a metric of its own. */
export interface MetricDimensions {
  JobsEnded: {
    type: MediaKind;
    provider: string;
    outcome: "completed" | "failed" | "cancelled";
    /** Only of those that have failed. */
    errorType?: JobErrorType;
  };
  /** `provider`: from the first start until it has delivered. */
  JobStageTime: {
    type: MediaKind;
    provider: string;
    stage: "queued" | "provider" | "transferring" | "storing" | "whole";
  };
  ProviderCallTime: { provider: string; operation: ProviderOperation };
  ProviderErrors: { provider: string; operation: ProviderOperation; errorType: ErrorType | "timeout" | "unknown" };
  OldestDueAge: { kind: DueKind };
  CreditsSettled: { movement: "captured" | "refunded" };
  LedgerDrift: Record<never, string>;
  EventsNotDone: { function: string; reason: "too_early" | "failed" };
  WebhookDeliveries: { outcome: "delivered" | "again" | "dead" };
  ModerationVerdicts: { service: string; stage: "input" | "output"; verdict: "allow" | "review" | "block" | "failed" };
  ProductionsEnded: { outcome: "completed" | "failed" | "cancelled" };
  ProductionTime: Record<never, string>;
  Orders: { outcome: "open" | "pending" | "expired" | "failed" | "paid" | "takenBack" | "givenAgain" };
  Mails: { kind: "verify" | "reset"; outcome: "sent" | "again" | "dead" };
  /** `stream`: an answer that was sent bit by bit; its time is that of its reader. */
  RequestTime: { method: string; route: string; statusClass: "2xx" | "3xx" | "4xx" | "5xx" | "stream" };
}

export type ProviderOperation = "start" | "check" | "cancel" | "lookUp";

/** Nothing here throws, waits or can be lost sight of by its caller: measuring changes nothing. */
export interface Metrics {
  /** `by` so many; 1 when it is not said. */
  count<Name extends MetricIn<"Count">>(name: Name, dimensions: MetricDimensions[Name], by?: number): void;
  /** A time of 0 or more; less, which a clock that went back can say, counts as 0. */
  time<Name extends MetricIn<"Milliseconds">>(name: Name, ms: number, dimensions: MetricDimensions[Name]): void;
  /** What is so just now, in the unit of the metric. */
  gauge<Name extends MetricIn<"Seconds">>(name: Name, value: number, dimensions: MetricDimensions[Name]): void;
}
