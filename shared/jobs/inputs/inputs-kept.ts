// Before an attempt: what its inputs name is brought into the store, checked, and kept there for as long as the job may need it.

import { AppError } from "../../errors/app-error.ts";
import { checkAndDecode } from "../../media/decode.ts";
import type { Inspection } from "../../media/inspect.ts";
import { inputKey, tempInputKey } from "../../media/keys.ts";
import type { InputFile } from "../../ports/provider.ts";
import type { JobDeps } from "../deps.ts";
import type { Job, JobError, JobInput } from "../job.ts";
import type { Claim } from "../moving/claim.ts";
import { letGo } from "../moving/let-go.ts";
import { turnOf } from "../moving/making.ts";
import { TimedOut, withTimeout } from "../moving/provider-calls.ts";
import { step } from "../states.ts";
import { goneFromStore, isOwnInput } from "./inputs.ts";
import { inputOptions } from "./inputs-examined.ts";

const FETCH_TIMEOUT_MS = 60_000;

export type InputFailure = JobError & { retryAfterMs: number | null };

/**
 * Sees to it that every input lies in the store; what does not is fetched, one after the other, and written on the job as soon as it is
 * kept, so that it is fetched once. Answers why an input cannot be had, in words for the user; null when all are there. Throws for what is
 * not the inputs' fault.
 */
export async function keepInputs(deps: JobDeps, claim: Claim): Promise<InputFailure | null> {
  for (const [index, input] of (claim.job.inputs ?? []).entries()) {
    try {
      const isThere = input.file && (await deps.store.head(input.file.key)) !== null;
      if (isThere) continue;
      if (input.file && isOwnInput(input)) await forget(deps, claim, index, input);
      await keepInput(deps, claim, index, input);
    } catch (error) {
      if (claim.signal.aborted || !(error instanceof AppError) || !isAboutInput(error)) throw error;
      const { type, retryAfterMs = null } = error;
      const retryable = error.retryable && !error.onlyElsewhere;
      deps.log.info({ jobId: claim.job.id, index, type, reason: error.message }, "an input could not be had");
      return { type, message: `Input ${index + 1}: ${error.message}`, retryable, retryAfterMs };
    }
  }
  return null;
}

/** It was refused, and taken away: until it is there again it takes no room of its user's. */
async function forget(deps: JobDeps, claim: Claim, index: number, { origin }: JobInput): Promise<void> {
  await claim.update((job) => withInput(job, deps.clock.now(), index, { origin, file: null }));
}

function withInput(job: Job, now: number, index: number, input: JobInput): Job {
  return step(job, now, { inputs: (job.inputs ?? []).with(index, input) });
}

/** From temp/, where it came with the request or is fetched to, to its own place. After a crash the next owner finds what is there by now. */
async function keepInput(deps: JobDeps, claim: Claim, index: number, { origin }: JobInput): Promise<void> {
  if (!("url" in origin || "data" in origin)) throw goneFromStore();
  const { userId, id } = claim.job;
  const temp = tempInputKey(userId, id, index);
  const found = (await examineStored(deps, claim, temp)) ?? (await fetchTo(deps, claim, temp, origin));
  const key = inputKey(userId, id, index, found.extension);
  const copied = await deps.store.copy(temp, key, { ifMatch: found.etag });
  if (!("info" in copied) || copied.info.size !== found.size) {
    // Whoever ended the job meanwhile has taken it away: then this claim is lost, and nothing is wrong.
    await claim.reload();
    throw new Error(`an input was not copied: ${copied.state}`);
  }
  const { kind: type, size, sha256, contentType, width, height, durationMs } = found;
  const file: InputFile = { key, type, size, sha256, contentType, width, height, durationMs };
  await claim.update((job) => withInput(job, deps.clock.now(), index, { origin, file }));
  await deps.store.delete(temp);
}

type Found = Inspection & { etag: string };

/** Null when nothing lies there. */
async function examineStored(deps: JobDeps, claim: Claim, key: string): Promise<Found | null> {
  const object = await deps.store.get(key, { signal: claim.signal });
  if (!object) return null;
  try {
    const { body, result } = checkAndDecode(object.body, inputOptions(object.info.size), turnOf(deps, claim));
    for await (const _ of body) claim.signal.throwIfAborted();
    return { ...result(), etag: object.info.etag };
  } finally {
    object.body.destroy();
  }
}

async function fetchTo(
  deps: JobDeps,
  claim: Claim,
  key: string,
  origin: { url: string } | { data: string },
): Promise<Found> {
  if ("data" in origin) {
    const message =
      "It came with the request, and was kept for a retry no longer than temporary files are. Make a new job.";
    throw new AppError("fetch_failed", { message, retryable: false });
  }
  const fetching = (signal: AbortSignal) => fetchInto(deps, claim, { key, url: origin.url, signal });
  const found = await withTimeout(deps.clock, FETCH_TIMEOUT_MS, claim.signal, fetching).catch(asSilence);
  // Whoever had the job before was faster after all.
  const there = found ?? (await examineStored(deps, claim, key));
  if (!there) throw new Error("an object was there and is gone");
  return there;
}

/** Null when there was an object already. */
async function fetchInto(
  deps: JobDeps,
  claim: Claim,
  { key, url, signal }: { key: string; url: string; signal: AbortSignal },
): Promise<Found | null> {
  const fetched = await deps.fetchSource({ kind: "url", url }, { reference: key, signal });
  const { body, result } = checkAndDecode(fetched.body, inputOptions(fetched.contentLength), turnOf(deps, claim));
  const info = await deps.store.put(key, body, { ifAbsent: true, signal }).finally(() => letGo(fetched.body));
  return info && { ...result(), etag: info.etag };
}

function asSilence(error: unknown): never {
  if (!(error instanceof TimedOut)) throw error;
  throw new AppError("fetch_failed", { message: "The picture took too long to come.", cause: error });
}

type InputErrorType = "fetch_failed" | "fetch_refused" | "invalid_output";

/** Errors of the store or of ours are not the input's fault: the step is taken again. */
function isAboutInput(error: AppError): error is AppError & { type: InputErrorType } {
  const types: string[] = ["fetch_failed", "fetch_refused", "invalid_output"];
  return types.includes(error.type);
}
