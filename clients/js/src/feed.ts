// What all feeds have in common: connections that break and are taken up again, and asking for as long as none comes through.
import { createParser } from "eventsource-parser";
import type { Client } from "./client.ts";
import { DreamFactoryError, errorOf, type Failure } from "./errors.ts";
import { aborted, eitherOf, pause } from "./retries.ts";
import { untilSeen } from "./until-seen.ts";

export interface FeedOptions {
  signal?: AbortSignal | undefined;
  /** How long a stream may say nothing at all before it is given up; the server says something every 15 s. */
  silenceMs?: number;
  /** How long to wait between two looks, where streams do not come through. */
  pollMs?: number;
  /** Hears `false` when the server cannot be reached any more, or only answers that it cannot, and `true` when it can again. It is tried all along. */
  onReachable?: (isReachable: boolean) => void;
}

/** Where a reader is, and how its connections do. */
export interface Place {
  /** The id of the newest event that came; empty before the first. */
  id: string;
  /** How many events and comments have come: a quiet stream is a stream. */
  signs: number;
  /** What the server wants to have waited before the next connection. */
  retryMs: number;
  /** The end is known already: nothing comes any more. */
  isEnded: boolean;
  /** The last connection was taken and brought nothing: something in between holds streams back. */
  isMute: boolean;
  /** The latest try had an answer. */
  isReached: boolean;
}

export function placeBehind(id: string): Place {
  return { id, signs: 0, retryMs: 1000, isEnded: false, isMute: false, isReached: true };
}

/** So many connections in a row without a sign of life, and it is asked for instead. */
const MOST_FAILURES = 3;
/** After so many looks another connection is tried. */
const LOOKS_BETWEEN = 30;
/** The same where connections are taken and say nothing: each of them costs a silence. */
const LOOKS_IF_MUTE = 300;
/** Between two looks, while nobody answers. */
const LONGEST_PAUSE_MS = 8000;

/** `stream`: what one connection brings; `ask`: what is new. It goes on through both until the end is known, and throws what will not pass. */
export async function* goingOn<Event>(
  place: Place,
  { stream, ask }: { stream(): AsyncGenerator<Event>; ask(): Promise<readonly Event[]> },
  options: FeedOptions,
): AsyncGenerator<Event> {
  const { signal } = options;
  for (let failures = 0; !place.isEnded; ) {
    const before = place.signs;
    try {
      yield* stream();
    } catch (error) {
      if (signal?.aborted) throw aborted(error);
      if (isFinal(error)) throw error;
      // One that had come through says nothing by breaking: the next one does.
      if (place.signs === before && !place.isMute && !isAnswer(error)) reached(place, false, options);
    }
    if (place.isEnded) return;
    failures = place.signs > before ? 0 : failures + 1;
    if (failures < MOST_FAILURES) await pause(place.retryMs * 2 ** Math.max(0, failures - 1), signal);
    else yield* looks(place, ask, place.isMute ? LOOKS_IF_MUTE : LOOKS_BETWEEN, options);
  }
}

/** A look that nobody answers is one, too: whoever waits has a signal. */
async function* looks<Event>(
  place: Place,
  ask: () => Promise<readonly Event[]>,
  most: number,
  options: FeedOptions,
): AsyncGenerator<Event> {
  const { signal, pollMs = 2000 } = options;
  let failures = 0;
  for (let look = 0; look < most; look++) {
    await untilSeen(signal);
    let pauseMs = pollMs;
    try {
      const events = await ask();
      reached(place, true, options);
      yield* events;
      failures = 0;
    } catch (error) {
      if (signal?.aborted) throw aborted(error);
      if (!(error instanceof DreamFactoryError)) throw error;
      reached(place, isAnswer(error), options);
      if (isFinal(error)) throw error;
      failures += 1;
      pauseMs = Math.max(pollMs, Math.min(LONGEST_PAUSE_MS, pollMs * 2 ** failures), askedFor(error.failure));
    }
    await pause(pauseMs, signal);
  }
}

function reached(place: Place, isReached: boolean, { onReachable }: FeedOptions): void {
  if (place.isReached === isReached) return;
  place.isReached = isReached;
  onReachable?.(isReached);
}

/** 5xx is what is said in the place of a server that is away. */
function isAnswer(error: unknown): boolean {
  const status = statusOf(error);
  return status !== null && status < 500;
}

/** How long the server wants to be left alone. */
function askedFor(failure: Failure): number {
  return ("retryAfterMs" in failure && failure.retryAfterMs) || 0;
}

/** One connection. */
export async function* connected<Data>(
  { connection }: Client,
  url: string,
  place: Place,
  options: FeedOptions,
): AsyncGenerator<Came<Data>> {
  const { signal, silenceMs = 40_000 } = options;
  const silence = silenceAlarm(silenceMs);
  const before = place.signs;
  place.isMute = false;
  let isTaken = false;
  try {
    const response = await connection.fetch(url, {
      headers: {
        ...(await connection.authorization()),
        accept: "text/event-stream",
        ...(place.id !== "" && { "last-event-id": place.id }),
      },
      signal: signal ? eitherOf(signal, silence.signal) : silence.signal,
    });
    if (response.status < 500) reached(place, true, options);
    if (response.status === 204) place.isEnded = true;
    if (!response.ok) throw await errorOf(response);
    if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) return;
    isTaken = true;
    yield* eventsOf<Data>(response.body, place, silence.putOff);
  } finally {
    place.isMute = isTaken && silence.signal.aborted && place.signs === before;
    silence.end();
  }
}

/** An event as it came, its data parsed. */
export interface Came<Data> {
  id: string;
  event: string;
  data: Data;
}

/** Comments are no events, and still a sign of life. */
async function* eventsOf<Data>(
  body: ReadableStream<Uint8Array>,
  place: Place,
  heard: () => void,
): AsyncGenerator<Came<Data>> {
  const events: Came<Data>[] = [];
  const parser = createParser({
    onEvent: ({ id = "", event = "message", data }) => events.push({ id, event, data: JSON.parse(data) }),
    onComment: () => {
      place.signs += 1;
    },
    onRetry: (ms) => {
      place.retryMs = ms;
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      parser.feed(decoder.decode(value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** What another connection would not change: no such job, no such user. */
function isFinal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function statusOf(error: unknown): number | null {
  return error instanceof DreamFactoryError && "status" in error.failure ? error.failure.status : null;
}

/** Rings when nobody has put it off for so long. */
function silenceAlarm(ms: number): { signal: AbortSignal; putOff(): void; end(): void } {
  const controller = new AbortController();
  const ring = () => controller.abort(new Error(`Nothing was said for ${ms} ms.`));
  let timer = setTimeout(ring, ms);
  return {
    signal: controller.signal,
    putOff() {
      clearTimeout(timer);
      timer = setTimeout(ring, ms);
    },
    end: () => clearTimeout(timer),
  };
}
