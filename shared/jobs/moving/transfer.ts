// Streaming what the provider delivered into temp/, and finding out on the way what it is.
import { AppError } from "../../errors/app-error.ts";
import type { Problem } from "../../labels/mark.ts";
import { checkAndDecode } from "../../media/decode.ts";
import { transferLimits } from "../../media/fetch-limits.ts";
import { tempOutputKey } from "../../media/keys.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ObjectInfo } from "../../ports/object-store.ts";
import type { CallContext, Source } from "../../ports/provider.ts";
import type { JobDeps } from "../deps.ts";
import { requestOf } from "../inputs/inputs.ts";
import type { Delivery, FileFacts, Job } from "../job.ts";
import { checkOutputs } from "../moderating/outputs.ts";
import { step, withDelivery } from "../states.ts";
import type { Claim } from "./claim.ts";
import { isNoted } from "./label-log.ts";
import { labelled, mostBytes, type Spoken, saidOf, unlabelled, visibleOf } from "./labelling.ts";
import { letGo, passedOn } from "./let-go.ts";
import { openMade, turnOf } from "./making.ts";
import { providerOf, requestContext, TimedOut, withTimeout } from "./provider-calls.ts";
import { makeThumbnail } from "./thumbnails.ts";

/** Transfers every output that has not been; each is written on the job as soon as it lies in temp/. Once all do, their content is checked. */
export async function transfer(deps: JobDeps, claim: Claim): Promise<void> {
  const waiting = claim.job.deliveries.flatMap((delivery, index) =>
    delivery.state === "waiting" ? [{ index, source: delivery.source }] : [],
  );
  if (waiting.length === 0) return checkOutputs(deps, claim);
  const tell = progressTeller(deps, claim, waiting.length);
  // One for all outputs: what an adapter makes of an input, it makes once.
  const context = requestContext(deps, claim.job, claim.signal);
  const results = await Promise.allSettled(
    waiting.map(async ({ index, source }, i) => {
      const delivery = await transferOne(deps, claim, {
        ...{ index, source },
        context: { ...context, progress: (percent) => tell(i, percent) },
      });
      await claim.update((job) => withDelivery(job, deps.clock.now(), index, delivery, deps.ids.random()));
    }),
  );
  const thrown = results.find((result) => result.status === "rejected");
  if (thrown) throw thrown.reason;
}

/** One output to be transferred, and the context in which its source is opened. */
interface Transfer {
  index: number;
  source: Source;
  context: CallContext & Required<Pick<CallContext, "progress">>;
}

const PROGRESS_STEP_PERCENT = 5;

/** Writes the progress of sources that are made while they stream on the job: the mean of all, in steps. */
function progressTeller(deps: JobDeps, claim: Claim, count: number): (i: number, percent: number) => void {
  const percents = Array.from({ length: count }, () => 0);
  let told = claim.job.progress;
  return (i, percent) => {
    percents[i] = percent;
    const progress = Math.min(99, Math.round(percents.reduce((sum, each) => sum + each, 0) / count));
    if (progress < told + PROGRESS_STEP_PERCENT) return;
    told = progress;
    // A step that is lost is told with the next one; a lost claim is found by the transfer itself.
    const change = (job: Job) => (job.phase === "transferring" ? step(job, deps.clock.now(), { progress }) : job);
    claim.update(change).catch(() => undefined);
  };
}

async function transferOne(deps: JobDeps, claim: Claim, transfer: Transfer): Promise<Delivery> {
  const { index, source } = transfer;
  const { userId, id, attempt } = claim.job;
  const key = tempOutputKey(userId, id, attempt, index);
  try {
    // Whoever did not begin the transfer itself may find the object there already, with only its record missing.
    const mayBeThere = source.kind === "kept" || claim.job.looks > 0;
    const said = saidOf(deps, claim.job, index);
    const spoken = { said, visible: said && visibleOf(deps, claim.job, index, claim.signal) };
    const found = mayBeThere ? await factsOfStored(deps, claim, transfer, key, spoken) : null;
    if (!found && source.kind === "kept") throw gone();
    const state = deps.moderation ? "unchecked" : "stored";
    const facts = found ?? (await stream(deps, claim, transfer, key, spoken));
    const thumbnail = await makeThumbnail(deps, claim, { index, facts, said });
    return { source, state, ...facts, ...(thumbnail && { thumbnail }) };
  } catch (error) {
    if (claim.signal.aborted || !(error instanceof AppError) || !isAboutSource(error)) throw error;
    const { type, message } = error;
    // The user's own file is to be had nowhere else; a provider has fresh URLs, and other files.
    const retryable = error.retryable && !(error.onlyElsewhere && claim.job.provider === "import");
    deps.log.info({ jobId: id, attempt, index, type, reason: message }, "an output could not be transferred");
    return { source, state: "failed", error: { type, message, retryable }, retryAfterMs: error.retryAfterMs ?? null };
  }
}

function gone(): AppError {
  return new AppError("fetch_failed", { message: "An output that had come is no longer there.", retryable: false });
}

type Stored = FileFacts & { etag: string };

/** `spoken`: what is drawn and written into the file on its way; nothing to store it as it comes. */
async function stream(deps: JobDeps, claim: Claim, transfer: Transfer, key: string, spoken: Spoken): Promise<Stored> {
  const opened = await openSource(deps, claim, transfer);
  const { maxOutputBytes: maxBytes } = deps.settings;
  const expected = opened.contentLength === null ? {} : { expectedBytes: opened.contentLength };
  const { type: expect } = claim.job;
  // The label makes another file of it, which is inspected as well.
  const withoutSha256 = deps.labels !== null && spoken.said !== null;
  const checked = checkAndDecode(opened.body, { expect, maxBytes, withoutSha256, ...expected }, turnOf(deps, claim));
  const outgoing = labelled(deps.labels, spoken, checked, { expect, maxBytes });
  let info: ObjectInfo | null;
  try {
    info = await deps.store
      .put(key, outgoing.body, { ifAbsent: true, signal: claim.signal })
      .finally(() => letGo(opened.body));
  } catch (error) {
    // Whoever made the file has signed it: it comes once more, as it is.
    if (!claim.signal.aborted && outgoing.isToStay()) {
      return stream(deps, claim, transfer, key, { said: null, visible: null });
    }
    const isLabels = error instanceof AppError && error.type === "internal" && outgoing.problem() !== null;
    if (claim.signal.aborted || deps.labels?.isRequired || !isLabels) throw error;
    // It has broken off within the file: it comes once more, as it is.
    tellProblem(deps, claim, outgoing.problem());
    await spoken.visible?.undrawn();
    return stream(deps, claim, transfer, key, { said: null, visible: null });
  }
  tellProblem(deps, claim, outgoing.problem());
  tellProblem(deps, claim, outgoing.undrawn());
  tellProblem(deps, claim, outgoing.remark());
  if (info) return { ...storedFacts(info, outgoing.result()), hasVisibleLabel: outgoing.isDrawn() };
  if (outgoing.isDrawn()) await spoken.visible?.overtaken();
  const found = await factsOfStored(deps, claim, transfer, key, spoken);
  if (!found) throw new Error("an object was there and is gone");
  return found;
}

function tellProblem({ log }: Pick<JobDeps, "log">, { job }: Claim, problem: Problem | null): void {
  if (problem) log.warn({ error: problem.cause, jobId: job.id, attempt: job.attempt }, problem.reason);
}

/**
 * An owner before this one had put the whole object, and died before it could write what it had found. What lies there without the label that
 * is demanded by now is made again; what a provider's answer held cannot be.
 */
async function factsOfStored(
  deps: JobDeps,
  claim: Claim,
  { source, index }: Transfer,
  key: string,
  { said, visible }: Spoken,
): Promise<Stored | null> {
  const object = await deps.store.get(key, { signal: claim.signal });
  if (!object) return null;
  const isRequired = deps.labels?.isRequired || visible?.isRequired;
  const look = said && isRequired ? deps.labels?.look(object.body, said) : null;
  const maxBytes = mostBytes(deps.settings.maxOutputBytes, visible);
  const options = { expect: claim.job.type, maxBytes };
  const checked = checkAndDecode(look?.body ?? object.body, options, turnOf(deps, claim));
  for await (const _ of checked.body) claim.signal.throwIfAborted();
  const problem = look?.problem();
  if (!problem) {
    const hasVisibleLabel = visible !== null && !(await isNoted(deps, claim.job, index));
    return { ...storedFacts(object.info, checked.result()), hasVisibleLabel };
  }
  if (source.kind === "kept") throw unlabelled(problem);
  await deps.store.delete(key);
  return null;
}

function storedFacts(info: ObjectInfo, found: FileFacts): Stored {
  const { size, sha256, extension, contentType, width, height, durationMs } = found;
  if (size !== info.size) throw new Error("the store holds another number of bytes than were sent");
  return { size, sha256, extension, contentType, width, height, durationMs, etag: info.etag };
}

async function openSource(
  deps: JobDeps,
  claim: Claim,
  { source, context }: Transfer,
): Promise<{ body: AsyncIterable<Uint8Array>; contentLength: number | null }> {
  if (source.kind === "url") {
    const { body, contentLength } = await deps.fetchSource(source, context);
    if (contentLength === null) return { body, contentLength };
    return { body: passedOn(counted(body, contentLength, context.progress), body), contentLength };
  }
  if (source.kind === "kept") throw new Error("what was kept is opened nowhere");
  const provider = providerOf(deps, claim.job);
  const { idleMs, totalMs } = transferLimits;
  const open = (signal: AbortSignal) => provider.open(source, requestOf(claim.job), { ...context, signal });
  const opening = source.isMadeOnOpening
    ? openMade(deps, claim, open, totalMs)
    : withTimeout(deps.clock, totalMs, claim.signal, open);
  // What is made on opening takes its time; silence counts once it streams.
  const body = await opening.catch(asSilence);
  const inTime = withinLimits(deps.clock, body, { idleMs, totalMs, signal: claim.signal });
  return { body: passedOn(inTime, body), contentLength: null };
}

/** Tells how far a file of a known length has got. */
async function* counted(
  body: AsyncIterable<Uint8Array>,
  length: number,
  progress: (percent: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      progress((100 * bytes) / length);
      yield chunk;
    }
  } finally {
    letGo(body);
  }
}

/** What fetching keeps to by itself: no silence longer than `idleMs`, nothing longer than `totalMs`. */
async function* withinLimits(
  clock: Clock,
  body: AsyncIterable<Uint8Array>,
  limits: { idleMs: number; totalMs: number; signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const timeIsUp = new AbortController();
  const ended = new AbortController();
  // One pause, which no leap of the clock shortens.
  void clock.sleep(limits.totalMs, ended.signal).then(() => {
    timeIsUp.abort(new TimedOut(`not there within ${limits.totalMs} ms`));
  });
  const signal = AbortSignal.any([limits.signal, timeIsUp.signal]);
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await withTimeout(clock, limits.idleMs, signal, () => chunks.next()).catch(asSilence);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    ended.abort();
    letGo(body, chunks);
  }
}

function asSilence(error: unknown): never {
  if (!(error instanceof TimedOut)) throw error;
  throw new AppError("fetch_failed", { message: "The source fell silent, or took too long.", cause: error });
}

type SourceErrorType = "fetch_failed" | "fetch_refused" | "invalid_output" | "provider_error" | "moderation_blocked";

/** Errors of the store or of ours are not the source's fault: the step is taken again. */
function isAboutSource(error: AppError): error is AppError & { type: SourceErrorType } {
  const types: string[] = ["fetch_failed", "fetch_refused", "invalid_output", "provider_error", "moderation_blocked"];
  return types.includes(error.type);
}
