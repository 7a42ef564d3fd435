// A job from its beginning to its files.
import { APICallError } from "@ai-sdk/provider";
import { type Answer, callApi, type Headers, lowerCased, pause } from "./calling.ts";
import type { DreamFactorySettings } from "./settings.ts";

/** Of a job, what is used here. */
export interface Job {
  id: string;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  provider: string;
  model: string;
  cost: number;
  outputs: { url: string; contentType: string; sha256: string; width: number | null; height: number | null }[];
  error: { type: string; message: string } | null;
}

export interface Start {
  path: string;
  body: object;
  /** The SDK's own, which may bring an idempotency key. */
  headers?: Headers | undefined;
  signal?: AbortSignal | undefined;
}

/** The first look comes soon, each next one later: a picture may be there at once. */
const FIRST_LOOK_MS = 100;
const LOOK_MS = 1000;
/** Of what nobody waits for any more: for the answer that names it, and again for cancelling it. */
const LAST_MS = 5000;

/** Answers as soon as it is accepted. An abort meanwhile waits for its id, which is needed to cancel it. */
export async function startJob(
  settings: DreamFactorySettings,
  { path, body, headers: given, signal }: Start,
): Promise<Answer<Job>> {
  const headers = { "idempotency-key": `aisdk_${globalThis.crypto.randomUUID()}`, ...lowerCased(given) };
  const call = { method: "POST", path, body, signal, headers, lastMs: LAST_MS } as const;
  const answer = await callApi<Job>(settings, call).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
  if (signal?.aborted) await cancel(settings, answer.data);
  signal?.throwIfAborted();
  return answer;
}

export async function readJob(
  settings: DreamFactorySettings,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Answer<Job>> {
  return callApi<Job>(settings, { method: "GET", path: `/jobs/${encodeURIComponent(id)}`, signal });
}

/** Starts a job and stays with it until it is completed. An abort cancels it: its credits come back. Throws what it failed for. */
export async function makeJob(settings: DreamFactorySettings, start: Start): Promise<Answer<Job>> {
  const { signal } = start;
  let answer = await startJob(settings, start);
  try {
    for (let ms = FIRST_LOOK_MS; !hasEnded(answer.data); ms = Math.min(LOOK_MS, ms * 2)) {
      await pause(ms, signal);
      answer = await readJob(settings, answer.data.id, signal);
    }
  } catch (error) {
    if (signal?.aborted) await cancel(settings, answer.data);
    throw error;
  }
  if (answer.data.status !== "completed") throw failed(settings, start, answer.data);
  return answer;
}

export function hasEnded({ status }: Job): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** What became of it, with its id: some of the SDK's errors keep nothing but a text. */
export function whyFailed({ id, status, error }: Job): string {
  return error ? `${error.type}: ${error.message} (job ${id})` : `The job was ${status} (job ${id})`;
}

/** Fetched without the token: the store asks for none. */
export async function bytesOf(
  { fetch = globalThis.fetch }: DreamFactorySettings,
  url: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  for (let tried = 1; ; tried++) {
    try {
      const answer = await fetch(url, { signal: signal ?? null });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (answer.ok) return bytes;
      throw new Error(`The file could not be fetched: ${answer.status} for ${url}`);
    } catch (cause) {
      signal?.throwIfAborted();
      if (tried >= 3)
        throw new APICallError({ message: String(cause), url, requestBodyValues: {}, cause, isRetryable: false });
      await pause(300 * tried, signal);
    }
  }
}

export type ResponseFacts = { timestamp: Date; modelId: string; headers: Record<string, string> };

export function responseOf({ data: { provider, model }, headers }: Answer<Job>): ResponseFacts {
  return { timestamp: new Date(), modelId: `${provider}/${model}`, headers };
}

/** When it is too late, or cannot be said, the job goes on and is charged. */
async function cancel(settings: DreamFactorySettings, { id }: Job): Promise<void> {
  const signal = AbortSignal.timeout(LAST_MS);
  await callApi(settings, { method: "POST", path: `/jobs/${id}/cancel`, tries: 2, signal }).catch(() => undefined);
}

function failed({ baseURL }: DreamFactorySettings, { path, body }: Start, job: Job): APICallError {
  const data = { error: job.error, jobId: job.id };
  return new APICallError({
    message: whyFailed(job),
    url: baseURL + path,
    requestBodyValues: body,
    data,
    isRetryable: false,
  });
}
