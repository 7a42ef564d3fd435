// One call of the API, sent again where that is safe, always under the same key.
import { APICallError } from "@ai-sdk/provider";
import type { DreamFactorySettings } from "./settings.ts";

/** As the SDK hands them on, in whatever case the caller wrote them. */
export type Headers = Record<string, string | undefined>;

export interface Call {
  method: "GET" | "POST";
  /** Below the base URL. */
  path: string;
  body?: object | undefined;
  headers?: Headers | undefined;
  signal?: AbortSignal | undefined;
  /** How long after an abort the answer is waited for all the same: of what may have been begun. */
  lastMs?: number;
  /** How often it is sent at most; 1 for what must not be repeated. */
  tries?: number;
}

export interface Answer<Data> {
  data: Data;
  headers: Record<string, string>;
}

const TRIES = 4;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Throws APICallError that the SDK does not try again: it would call under another key, and so pay twice. What is worth another try was sent again
 * here.
 */
export async function callApi<Data>(settings: DreamFactorySettings, call: Call): Promise<Answer<Data>> {
  const { signal, lastMs = 0 } = call;
  if (!signal || lastMs === 0) return tryCalling(settings, call, signal);
  const end = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    timer = setTimeout(() => end.abort(signal.reason), lastMs);
  };
  signal.addEventListener("abort", later);
  try {
    return await tryCalling(settings, call, end.signal);
  } finally {
    signal.removeEventListener("abort", later);
    clearTimeout(timer);
  }
}

/** `end`: when no answer is waited for any more. */
async function tryCalling<Data>(
  settings: DreamFactorySettings,
  call: Call,
  end: AbortSignal | undefined,
): Promise<Answer<Data>> {
  const { method, path, body, signal, tries = TRIES } = call;
  const url = settings.baseURL.replace(/\/+$/, "") + path;
  let mayBeDone = false;
  for (let tried = 1; ; tried++) {
    const headers = await headersOf(settings, call);
    if (!mayBeDone) signal?.throwIfAborted();
    const init = { method, headers, signal: end ?? null, ...(body && { body: JSON.stringify(body) }) };
    const got = await send(settings, url, init);
    if ("answer" in got && got.answer.ok) return read<Data>(got.answer, got.text);
    end?.throwIfAborted();
    if (tried >= tries || !isWorthAnotherTry(got)) throw refused(url, body, got);
    // 429 is said before anything is done.
    mayBeDone ||= !("answer" in got && got.answer.status === 429);
    await pause(pauseMs(got, tried), mayBeDone ? end : signal);
  }
}

type Got = { answer: Response; text: string } | { lost: unknown };

async function send({ fetch = globalThis.fetch }: DreamFactorySettings, url: string, init: RequestInit): Promise<Got> {
  try {
    const answer = await fetch(url, init);
    return { answer, text: await answer.text() };
  } catch (lost) {
    return { lost };
  }
}

async function headersOf({ apiKey, headers }: DreamFactorySettings, call: Call): Promise<Record<string, string>> {
  const token = typeof apiKey === "function" ? await apiKey() : apiKey;
  const all = {
    ...(call.body && { "content-type": "application/json" }),
    ...headers,
    ...call.headers,
    authorization: `Bearer ${token}`,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A full store lasts longer than anybody waits. */
function isWorthAnotherTry(got: Got): boolean {
  if (!("answer" in got)) return true;
  const { status } = got.answer;
  return status === 408 || status === 429 || (status >= 500 && status !== 507);
}

function pauseMs(got: Got, tried: number): number {
  const asked = "answer" in got ? Number(got.answer.headers.get("retry-after") ?? 0) * 1000 : 0;
  return Math.max(FIRST_PAUSE_MS * 2 ** (tried - 1), Math.min(LONGEST_PAUSE_MS, Number.isFinite(asked) ? asked : 0));
}

interface Envelope {
  message?: string;
  error?: { type?: string };
  data?: unknown;
}

function read<Data>(answer: Response, text: string): Answer<Data> {
  return { data: envelopeOf(text).data as Data, headers: Object.fromEntries(answer.headers) };
}

function refused(url: string, requestBodyValues: unknown, got: Got): APICallError {
  if (!("answer" in got)) {
    const message = "Dream Factory could not be reached.";
    return new APICallError({ message, url, requestBodyValues, cause: got.lost, isRetryable: false });
  }
  const { answer, text } = got;
  const envelope = envelopeOf(text);
  const told = envelope.message ?? `${answer.status} ${answer.statusText}`;
  return new APICallError({
    message: envelope.error?.type === undefined ? told : `${envelope.error.type}: ${told}`,
    ...{ url, requestBodyValues, statusCode: answer.status, responseBody: text },
    responseHeaders: Object.fromEntries(answer.headers),
    isRetryable: false,
    data: envelope,
  });
}

/** What stands in between answers with pages of its own. */
function envelopeOf(text: string): Envelope {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Rejects with the signal's reason. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

export function lowerCased(headers: Headers = {}): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
