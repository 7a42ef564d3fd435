// A provider: a service that generates. An adapter starts, checks and cancels; it never sleeps, polls or stores.

import type { ErrorDetail } from "../errors/app-error.ts";
import type { JobErrorType } from "../errors/catalogue.ts";
import type { ArchiveFormat } from "./archive.ts";
import type { Assembly, ListedAssembly } from "./assembly.ts";
import type { JsonObject } from "./table.ts";
import type { ScreenplayWish, Sound } from "./wishes.ts";

export type MediaKind = "image" | "video" | "text" | "audio" | "archive";

/** What a provider makes of words, pictures and sounds. The rest is put together from what is made: a zip of all that a film consists of. */
export type MadeKind = Exclude<MediaKind, "archive">;

/** What can be seen. */
export type VisualKind = Exclude<MadeKind, "text" | "audio">;

export type Operation = "generate" | "edit" | "style_transfer" | "background_removal" | "color_enhancement";

export interface Model {
  /** The vendor's spelling. */
  id: string;
  type: MediaKind;
  operations: readonly Operation[];
  /** Credits for each output, before the operator's PRICES; a number is the same for every request. */
  price: number | PriceRule;
  /** What the vendor asks of the operator for it; absent where nobody does. */
  cost?: CostRule;
  /** The most outputs that one job may ask for. */
  maxOutputs: number;
  /** The most pictures that one job may give it to work on; absent when it takes none. */
  maxInputs?: number;
  /** The fewest that it needs, where it makes nothing of words alone; absent when it does without. */
  minInputs?: number;
  /** `WxH` that it can make; absent when the model has rules instead of a list. */
  sizes?: readonly string[];
  /** What sizes have to be, where there is no list. */
  sizeRule?: SizeRule;
  /** Seconds that it can make; absent as above. */
  durations?: readonly number[];
  /** Whole seconds from the shortest to the longest, where each will do. */
  durationRange?: { readonly min: number; readonly max: number };
  ratios?: readonly string[];
  resolutions?: readonly string[];
  qualities?: readonly string[];
  /** Only of models that are heard: what they make. */
  sounds?: readonly Sound["kind"][];
  /** The vendor's names of voices; absent when there is no list. Those of `voices` are understood by every model that speaks. */
  voices?: readonly string[];
  /**
   * What it makes when a request leaves these open. What its price or its cost depends on is put into the request with these, so that an
   * adapter hears what was priced. Said for every `size` and `quality` that has tiers.
   */
  defaults?: Defaults;
  /** ISO date after which the vendor no longer serves it. */
  endOfLife?: string;
  /** What to use instead from then on. */
  replacedBy?: string;
  /** Only taken by its own name, never as a default or instead of another one. */
  isForTests?: boolean;
  /** Only productions ask for it: it is neither listed nor taken from a request. */
  isForProductions?: true;
  /** The longest that a round with it may take, where that is less than the operator allows. */
  deadlineMs?: number;
}

/** What is absent has no limit. */
export interface SizeRule {
  /** Pixels of each side, and what they have to be a multiple of. */
  minSide?: number;
  maxSide?: number;
  step?: number;
  /** Of both sides multiplied. */
  minPixels?: number;
  maxPixels?: number;
  /** The longer side over the shorter one, at most. */
  maxRatio?: number;
  /** It has to be exactly one of these. */
  ratios?: readonly string[];
}

export type Defaults = Readonly<Pick<ProviderRequest, "size" | "durationSec" | "ratio" | "resolution" | "quality">>;

export const units = ["output", "second", "character"] as const;

/** What one output costs: `amount` for each unit of it. A request that has a value named in `tiers` pays that tier's amount instead. */
export interface Rule {
  unit: (typeof units)[number];
  amount: number;
  tiers?: { by: "size" | "resolution" | "quality"; amounts: Readonly<Record<string, number>> };
}

/** In whole or broken credits; what an output costs is rounded up to whole ones. */
export type PriceRule = Rule;

export interface CostRule extends Rule {
  /** ISO 4217. */
  currency: string;
  /** ISO date on which the vendor's list was read. */
  date: string;
}

/** What the vendor has charged. */
export interface Money {
  amount: number;
  /** ISO 4217. */
  currency: string;
}

/** What a job asks of a provider; a copy that lives with the job and never changes. */
export interface ProviderRequest {
  type: MediaKind;
  operation: Operation;
  model: string;
  /** As the user wrote it; empty where the operation needs none. */
  prompt: string;
  /**
   * The operation, the style and the enhancement put into words around the prompt, for models that are told by words alone. Absent: the
   * prompt says it all. A model that has parameters for these takes the prompt and sets them.
   */
  instruction?: string;
  /** Outputs wanted, 1 to 4. */
  n: number;
  negativePrompt?: string;
  /** `WxH` in pixels. */
  size?: string;
  seed?: number;
  style?: string;
  enhancement?: string;
  durationSec?: number;
  ratio?: string;
  resolution?: string;
  quality?: string;
  /** Only of sounds: `prompt` is what is said, or what the music is about. */
  sound?: Sound;
  /** Only of texts: what is to be written from the prompt. */
  screenplay?: ScreenplayWish;
  /** Only for `assembly`: what is to be made of the inputs. Its `make` is the model's name. */
  assembly?: Assembly | ListedAssembly;
  /** Only for `archive`: the inputs' first one is the list of what goes into the zip. */
  archive?: { format: ArchiveFormat };
  /** For `import`: where the file is; a `key` when its bytes came with the request and lie under temp/inputs/ already. */
  source?: { url: string } | { key: string };
  /** Files to work on, the first one before all; absent when there are none. They lie in our store, checked; `CallContext.inputs` opens them. Pictures, but for `assembly`. */
  inputs?: readonly InputFile[];
}

/** A file in our store that a job works on. */
export interface InputFile {
  key: string;
  type: MediaKind;
  /** Bytes. */
  size: number;
  /** Hex, lower case; empty where it is not known. */
  sha256: string;
  contentType: string;
  /** Pixels, as shown; null for texts and sounds. */
  width: number | null;
  height: number | null;
  /** Null for what stands still. */
  durationMs: number | null;
}

/** The provider's own record of the work. `data` is opaque to everybody but the adapter; at most 4 KB. */
export interface ProviderTask {
  id: string;
  data?: JsonObject;
}

/** Where one output is to be had. `url`: fetched by us. `stream`: the adapter opens it. `kept`: `CallContext.keep` has taken it. A URL has at most `maxUrlLength` characters, the rest at most 4 KB; no credentials that outlive the job. */
export type Source =
  | { kind: "url"; url: string; headers?: Record<string, string>; expiresAt?: number }
  | {
      kind: "stream";
      data: JsonObject;
      /**
       * True: it is not there yet. `open` makes it, with the work of this process, and settles when it is made or has come to nothing. Until
       * then it counts as not delivered: it waits for its user's turn, the job can be cancelled, and what is being made is broken off.
       */
      isMadeOnOpening?: true;
    }
  | { kind: "kept" };

export interface Failure {
  type: JobErrorType;
  /** For the user: no secrets, no provider URLs. */
  message: string;
  /** Another attempt may succeed. */
  retryable: boolean;
  retryAfterMs?: number;
  /**
   * The vendor has too much to do, or this account has asked too often: everybody waits, and no attempt is spent. Of a check it says that the
   * question was not answered: the task goes on as it did. A task that the vendor gave up for that reason has failed, and can be tried again.
   */
  isThrottled?: true;
  /** What the vendor charges for it all the same. */
  cost?: Money;
}

export type StartOutcome =
  | { state: "started"; task: ProviderTask; checkAfterMs: number }
  | { state: "succeeded"; sources: Source[]; cost?: Money }
  | { state: "failed"; failure: Failure };

export type CheckOutcome =
  | { state: "running"; checkAfterMs: number /** 0 to 100, when the provider says. */; progress?: number }
  | { state: "succeeded"; sources: Source[]; cost?: Money }
  | { state: "failed"; failure: Failure };

export type CancelOutcome = "done" | "too_late" | "unknown";

/** What to do when the answer to `start` was lost: start again (harmless); start again with the same reference (the provider takes it as a key); ask by reference; give up. */
export type LostSubmit = "restart" | "byReference" | "lookUp" | "never";

export interface CallContext {
  /** Names this attempt for ever: `{jobId}-{attempt}`. */
  reference: string;
  /** Aborts when the caller gives up or loses its claim. */
  signal: AbortSignal;
  /**
   * For `open`, where a source is made while it is opened: how much of it there is by now, 0 to 100. May be called often, and never throws.
   * Absent where nobody looks.
   */
  progress?: (percent: number) => void;
  /** The request's inputs; there whenever it has any. */
  inputs?: InputAccess;
  /**
   * For `start`, where the vendor's answer holds the files themselves: puts one into the store while it streams, under the attempt's own
   * name. Its output is then a source of kind `kept` at the same index. What is kept of an attempt whose owner dies is not lost.
   */
  keep?: (index: number, bytes: AsyncIterable<Uint8Array>) => Promise<void>;
  /** For `start`: where this attempt's vendor may call when something has changed. Absent where nobody could reach it. */
  callbackUrl?: string;
}

/** How an adapter gets at the files of its request, by their place in `request.inputs`. Nothing of it may be kept on a task or a source. */
export interface InputAccess {
  /** The bytes, from the first one. Throws AppError `fetch_failed` when the file is gone. */
  open(index: number): Promise<AsyncIterable<Uint8Array>>;
  /** An absolute URL for vendors that fetch by themselves: it needs no Authorization, and is made anew at each call, good for an hour at least. */
  url(index: number): Promise<string>;
}

/** What an adapter found out about its vendor just now. */
export interface ProviderHealth {
  status: "up" | "down";
  /** For users: what is wrong or missing, and what to do. No secrets. */
  message?: string;
}

/** What a provider says of itself before anything is started: all that a function needs that takes requests. */
export type OfferedProvider = Pick<
  Provider,
  | "id"
  | "isConfigured"
  | "models"
  | "lostSubmit"
  | "isSynchronous"
  | "startTimeoutMs"
  | "canCancel"
  | "typicalMs"
  | "limits"
  | "validate"
  | "health"
  | "readCallback"
>;

/** How often a vendor's account may be asked, by all instances together. With any, also without rates, pauses and a breaker are kept for it. */
export interface Limits {
  /** Whose: the same for all keys of one account where that is known. No secret. */
  account: string;
  /** Starts. */
  start?: Rate;
  /** Checks, cancels and look-ups together. */
  query?: Rate;
}

export interface Rate {
  perSecond: number;
}

/** A vendor's call to us, as it came. */
export interface VendorCall {
  /** As the vendor was given it. */
  url: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The raw body, which is what signatures are made of. */
  body: Uint8Array;
  /** Epoch milliseconds. */
  receivedAt: number;
  /** True: the address names one attempt, and was signed by us. False: it holds the operator's own token for this vendor, which was compared. */
  isOfAttempt: boolean;
}

/** What a verified call is about: the tasks to be looked at. Empty: it is genuine, and of no matter. */
export interface CallbackNews {
  taskIds: readonly string[];
}

/**
 * A method that throws says "we do not know": the caller asks again later. Whatever the vendor clearly answered is an outcome.
 */
export interface Provider {
  readonly id: string;
  /** False when its key is missing: its models are shown, and refused with 400. */
  readonly isConfigured: boolean;
  readonly models: readonly Model[];
  readonly lostSubmit: LostSubmit;
  /** True when `start` itself takes as long as the generation: it belongs to run-job. */
  readonly isSynchronous: boolean;
  /** The longest that a start may take, where that is more than the usual: it notices by itself when nobody answers. Well below what run-job has. */
  readonly startTimeoutMs?: number;
  /** False when the vendor cannot cancel: `cancel` then answers `unknown`. */
  readonly canCancel: boolean;
  /** How long a generation usually takes, in milliseconds: run-job stays with jobs that may finish while it can. */
  readonly typicalMs: number;
  /** Absent: it may be asked as often as anybody likes. */
  readonly limits?: Limits;

  /** What is wrong with a request for this provider; empty when it can be started. Pure; no network. */
  validate(request: ProviderRequest): ErrorDetail[];
  /**
   * Whether the vendor answers just now: one cheap call at most, which generates and costs nothing. Throws when there was no answer. Only
   * asked of a provider that is configured.
   */
  health(signal: AbortSignal): Promise<ProviderHealth>;
  /** Verifies a call of the vendor's; null when it is not genuine, or too old. Absent when the vendor never calls. It only says where to look. */
  readCallback?(call: VendorCall, signal: AbortSignal): Promise<CallbackNews | null>;
  start(request: ProviderRequest, context: CallContext): Promise<StartOutcome>;
  check(task: ProviderTask, context: CallContext): Promise<CheckOutcome>;
  cancel(task: ProviderTask, context: CallContext): Promise<CancelOutcome>;
  /** The task that carries our reference, or null. Throws unless `lostSubmit` is `lookUp`. */
  lookUp(context: CallContext): Promise<ProviderTask | null>;
  /**
   * Opens a source of kind `stream`; `request` is the one that the source came of. Each call opens it anew, from its first byte. Rejects
   * once the signal has aborted, and then leaves nothing behind that runs or lies about.
   * Throws AppError `invalid_output`, `fetch_failed` or `fetch_refused`.
   */
  open(
    source: Source & { kind: "stream" },
    request: ProviderRequest,
    context: CallContext,
  ): Promise<AsyncIterable<Uint8Array>>;
}
