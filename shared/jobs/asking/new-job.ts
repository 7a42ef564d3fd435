// A job as it begins: everything that it needs is copied into it.
import type { MediaKind, ProviderRequest } from "../../ports/provider.ts";
import type { JsonObject } from "../../ports/table.ts";
import type { RequestDeps } from "../deps.ts";
import type { Destination, Job, JobInput, ModelName, VisibleLabelWish } from "../job.ts";
import { FIRST_LOOK_MS, step } from "../states.ts";

/** What a job is made of; all of it is copied into the job. */
export interface NewJob {
  userId: string;
  type: MediaKind;
  provider: string;
  request: ProviderRequest;
  /** Who takes it over when its own provider fails or stays away. */
  fallback?: ModelName | undefined;
  dryRun: boolean;
  metadata: JsonObject | null;
  /** What is drawn into its outputs for everybody to see. Absent: nothing. */
  visibleLabel?: VisibleLabelWish | undefined;
  /** Who is to hear of each round's end. */
  webhookUrl?: string | undefined;
  /** Where its output goes once it is completed. */
  destination?: Destination | undefined;
  /** Credits for each output. */
  price: number;
  deadlineMs: number;
  /** How long it is kept once it has ended. Absent: until its user deletes it. */
  keptForMs?: number | undefined;
  /** A file that came with the request: it is put into temp/ before the job is written, and becomes the request's source. */
  input: { key(jobId: string): string; bytes: Uint8Array } | null;
  /** Pictures to work on. `bytes` came with the request: they are put into temp/ before the job is written. */
  inputs?: (JobInput & { bytes?: Uint8Array })[];
}

const MAX_ATTEMPTS = 3;

/** Queued, due at once, and not paid for. */
export function newJob(
  wanted: NewJob,
  id: string,
  { clock, settings: { dryRunTtlMs } }: Pick<RequestDeps, "clock" | "settings">,
): Job {
  const now = clock.now();
  const job: Omit<Job, "feed"> = {
    id,
    userId: wanted.userId,
    type: wanted.type,
    operation: wanted.request.operation,
    provider: wanted.provider,
    request: wanted.request,
    fallback: wanted.fallback,
    inputs: wanted.inputs?.map(({ origin, file }) => ({ origin, file })),
    dryRun: wanted.dryRun,
    metadata: wanted.metadata,
    ...(wanted.visibleLabel && { visibleLabel: wanted.visibleLabel }),
    webhookUrl: wanted.webhookUrl,
    ...(wanted.destination && { applyTo: { ...wanted.destination, state: "pending" } }),
    ...(wanted.keptForMs === undefined ? {} : { keptForMs: wanted.keptForMs }),
    ...(wanted.dryRun && dryRunTtlMs > 0 ? { keptForMs: dryRunTtlMs } : {}),
    price: wanted.price,
    deadlineMs: wanted.deadlineMs,
    maxAttempts: MAX_ATTEMPTS,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    completedAt: null,
    round: 1,
    paidRound: 0,
    retries: 0,
    deadlineAt: now + wanted.deadlineMs,
    watchedMs: 0,
    phase: "queued",
    outcome: null,
    captured: 0,
    error: null,
    progress: 0,
    attempt: 0,
    attemptsInRound: 0,
    attemptAt: 0,
    reference: null,
    task: null,
    strayTasks: [],
    lostReferences: [],
    taskIds: [],
    uncertain: [],
    providerCancel: null,
    deliveries: [],
    isRefreshed: false,
    hasLeftovers: false,
    isCleaned: false,
    outputs: [],
    lease: null,
    looks: 0,
    dueAt: now,
    ticketUntil: now + FIRST_LOOK_MS,
    nudges: 0,
    nudgedAt: 0,
    tickets: 1,
    ticketsUnclaimed: 1,
  };
  return step({ ...job, feed: [] }, now, {});
}
