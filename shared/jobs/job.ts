// The job: our record of one generation. Everything that it needs is copied into it; it never looks at today's settings.
import type { JobErrorType } from "../errors/catalogue.ts";
import { nextLookAt } from "../items/watched-time.ts";
import type { ContentType, Extension, TicketLane } from "../media/keys.ts";
import { dueShard } from "../ports/due.ts";
import { isNodeJobId } from "../ports/ids.ts";
import type {
  CancelOutcome,
  InputFile,
  MediaKind,
  Operation,
  ProviderRequest,
  ProviderTask,
  Source,
} from "../ports/provider.ts";
import type { Item, ItemKey, JsonObject, NewItem, Table } from "../ports/table.ts";
import type { ModerationRecord } from "./moderating/record.ts";
import type { Outcome, Phase, Stage, Status } from "./states.ts";

export interface JobKey {
  userId: string;
  jobId: string;
}

export interface Job {
  id: string;
  userId: string;
  type: MediaKind;
  operation: Operation;
  provider: string;
  /** Without its inputs, which come to be known while the job goes on. */
  request: ProviderRequest;
  /** The pictures to work on, in their order. Absent when none were given. */
  inputs?: JobInput[] | undefined;
  dryRun: boolean;
  metadata: JsonObject | null;
  /** What is drawn into its outputs for everybody to see. Absent: nothing. */
  visibleLabel?: VisibleLabelWish | undefined;
  /** Who is to hear of each round's end. */
  webhookUrl?: string | undefined;
  /** Credits for each output. */
  price: number;
  /** How long a round may be watched, and how many attempts it has. */
  deadlineMs: number;
  maxAttempts: number;

  /** All times are epoch milliseconds. */
  createdAt: number;
  updatedAt: number;
  /** When the item was last written, whoever wrote it for whatever reason. Absent until the first change. */
  writtenAt?: number;
  startedAt: number | null;
  completedAt: number | null;

  round: number;
  /** The latest round whose hold was seen. 0: the job does not exist for its user. */
  paidRound: number;
  /** Retries by the user that were paid for. */
  retries: number;
  /** `deadlineMs` after the round began: no clock ends it earlier. How much later is said by `watchedMs`. */
  deadlineAt: number;
  /** How much of the round was watched, up to `writtenAt`. Absent on jobs of older versions. */
  watchedMs?: number;

  phase: Phase;
  /** Decided with `phase: "ended"`, for good until a retry. */
  outcome: Outcome | null;
  /** The latest round of which the log says how it ended. Absent: none yet, or closed by an older version. */
  toldRound?: number;
  /** Credits of the round's hold that are captured when the job has ended; the rest is given back. */
  captured: number;
  error: JobError | null;
  /** 0 to 100. */
  progress: number;

  /** Number of the latest attempt, through all rounds; 0 before the first. */
  attempt: number;
  attemptsInRound: number;
  /** When the latest attempt began; greater than that of any attempt before it. Part of its objects' names. */
  attemptAt: number;
  /** Names the attempt at the provider. */
  reference: string | null;
  task: ProviderTask | null;
  /** Tasks of attempts that the job has left behind, to be cancelled at the provider. */
  strayTasks: ProviderTask[];
  /** References of submits that nobody knows the answer to, while it is still to be found out whether they have to be cancelled. */
  lostReferences: string[];
  /** Every task that the job ever had: by these a provider's call finds the job. */
  taskIds: string[];
  /** References of attempts that the provider may have taken without our ever knowing: for the operator. */
  uncertain: string[];
  providerCancel: "requested" | CancelOutcome | null;
  /** Who takes the job over, once, when its own provider fails or stays away. Absent: nobody. */
  fallback?: ModelName | undefined;
  /** Whose the job was before, and what it left there: the attempts up to `lastAttempt` with their tasks, which are not among those above. */
  fallbackFrom?: ModelName & { lastAttempt: number; strayTasks: ProviderTask[]; taskIds: string[] };
  /** What vendors have charged for it, by currency, through all attempts; for the operator. Absent where none has said. */
  providerCost?: Readonly<Record<string, number>>;
  /** Likewise, of successes for which the vendor named no sum: by the list that the model has with it, as it was then. */
  reckonedCost?: Readonly<Record<string, number>>;
  /** What the latest attempt delivers. Empty until the provider has succeeded. */
  deliveries: Delivery[];
  /** A source could not be had, and the provider was asked for fresh ones: once in an attempt. */
  isRefreshed: boolean;
  /** True when an attempt other than the completing one may have left objects or records. */
  hasLeftovers: boolean;
  /** The leftovers were removed once; the last look comes later, for slow copies. */
  isCleaned: boolean;
  outputs: Output[];

  lease: { token: string; until: number } | null;
  /** Claims since the last progress. */
  looks: number;
  /** When the next step is due; null when the job is closed. */
  dueAt: number | null;
  /** Until then the step is left to whoever takes the job's ticket; only then does a timer look. */
  ticketUntil: number;
  /** Counts the wishes that somebody looks at the job soon. */
  nudges: number;
  nudgedAt: number;
  /** What the attempt's vendor has called to say, in short. Absent until it does. */
  heard?: { attempt: number; digests: readonly string[] };
  /** Number of the round's newest ticket, and how many were written since one was taken. */
  tickets: number;
  ticketsUnclaimed: number;

  feed: FeedEntry[];

  /** Which node of which production it makes. Absent on a job that its user has asked for. */
  production?: NodeOf;
  /** Absent: `job`. */
  lane?: TicketLane;

  /** Of a dry run, and of an export: how long it is kept once it has ended. Absent: until its user deletes it. */
  keptForMs?: number;
  /** What its output is for; absent: for itself. */
  applyTo?: ApplyTo;
  /** A production was to show its output: whoever resumes or exports that counts on it, so it stays as long as its project does. */
  isFilmed?: true;
  /** What checks of its content have said. Absent where none were made. */
  moderation?: ModerationRecord;
  /** From then on the job does not exist for its user; what it has left is removed. */
  deletion?: {
    at: number;
    /** The account has let go of it. */
    isGivenBack: boolean;
  };
}

/** Whose node a job is. Its credits are the production's, not its own. */
export interface NodeOf {
  id: string;
  round: number;
  /** Its place in the plan. */
  node: number;
  /** Counts the jobs of the node, from 1. */
  make: number;
  /** Which way to make it. */
  rung: number;
}

/** A place in a project of its user's, which gets the output once the job is completed and settled. */
export type Destination =
  /** The project's screenplay. `after`: the draft that it is to follow; null where it is to be the first. */
  | { kind: "screenplay"; projectId: string; after: string | null }
  /** A take of a scene of that draft. */
  | { kind: "take"; projectId: string; draft: string; sceneId: string };

/**
 * - `pending`: not there yet. A completed job reads as ended only when it is.
 * - `applied`: the project has it.
 * - `proposed`: the project has got another screenplay meanwhile; this one can be chosen.
 * - `gone`: the project, or the scene, is not there any more; the output stays with the job.
 */
export type Applied = "applied" | "proposed" | "gone";

export type ApplyTo = Destination & { state: "pending" | Applied };

export interface ModelName {
  provider: string;
  model: string;
}

/** As the operator had it when the job was made. */
export interface VisibleLabelWish {
  text: string;
  /** An output that it cannot be drawn into may not be kept. */
  isRequired: boolean;
  /** The user wants it left out, which is logged. */
  isDeclined: boolean;
  /** How long the log says of an output that it was handed out without. */
  loggedForMs: number;
}

export interface JobInput {
  /** As its user named it. */
  origin: InputOrigin;
  /** Where it lies in the store for good; null while it is still to be fetched, or taken over from temp/. */
  file: InputFile | null;
}

/** `data`: the type that a `data:` URL claimed. Its bytes came with the request, and lie under temp/inputs/ until an attempt takes them over. */
export type InputOrigin =
  | { uploadId: string }
  | { jobId: string; index: number }
  | { url: string }
  | { data: string }
  /** Of a node: a file of its production or project, which lies in the store for longer than the job does. */
  | { file: string };

export interface JobError {
  type: JobErrorType;
  message: string;
  retryable: boolean;
  /** Of what this server itself has refused: before anything was made, or what was made; and why, as far as is known. */
  stage?: "input" | "output";
  categories?: readonly string[];
}

/**
 * One output on its way from the provider to the store. The source stays: a file that goes missing is transferred again: `isMadeAgain`.
 * `unchecked`: it is whole, and nobody keeps it before its content was looked at.
 */
export type Delivery = { source: Source; isMadeAgain?: true } & (
  | { state: "waiting" }
  | ({ state: "unchecked"; etag: string; thumbnail?: Thumbnail } & FileFacts)
  | ({ state: "stored"; etag: string; thumbnail?: Thumbnail } & FileFacts)
  | { state: "failed"; error: JobError; retryAfterMs: number | null }
);

/** A small picture of it, which lies in temp/ beside it. */
export interface Thumbnail {
  etag: string;
}

/** What was found while the file streamed. */
export interface FileFacts {
  size: number;
  sha256: string;
  extension: Extension;
  contentType: ContentType;
  /** Null for texts. */
  width: number | null;
  height: number | null;
  durationMs: number | null;
  /** Whether we have drawn a label into it that everybody can see. Absent on those of older versions. */
  hasVisibleLabel?: boolean;
}

/** A kept output: the public fields of its JobOutput record. */
export interface Output extends FileFacts {
  index: number;
  type: MediaKind;
  key: string;
  createdAt: number;
  /** Whether a small picture of it lies beside it (`media/keys`). */
  hasThumbnail?: true;
}

export interface FeedEntry {
  /** Running number, from 1 through all rounds. */
  n: number;
  at: number;
  status: Status;
  stage: Stage;
  progress: number;
}

export interface StoredJob {
  job: Job;
  version: number;
}

export function jobItemKey({ userId, jobId }: JobKey): ItemKey {
  return { partition: `user#${userId}`, sort: `${isNodeJobId(jobId) ? nodeJobPrefix : jobPrefix}${jobId}` };
}

const jobPrefix = "job#";
/** Jobs of productions are not among those that a user lists. */
export const nodeJobPrefix = "nodejob#";

/** Of the item's sort key. */
export function jobIdOf(sort: string): string {
  return sort.slice(sort.indexOf("#") + 1);
}

export async function readJob(table: Table, key: JobKey): Promise<StoredJob | null> {
  const item = await table.get(jobItemKey(key));
  return item && jobOf(item);
}

export function jobOf(item: Item): StoredJob {
  return { job: item.data as unknown as Job, version: item.version };
}

export function jobItem(job: Job): NewItem {
  const at = nextLookAt(job);
  return {
    ...jobItemKey({ userId: job.userId, jobId: job.id }),
    data: job as unknown as JsonObject,
    due: at === null ? undefined : { kind: "job", shard: dueShard(job.userId), at },
  };
}

export function keyOf(job: Job): JobKey {
  return { userId: job.userId, jobId: job.id };
}
