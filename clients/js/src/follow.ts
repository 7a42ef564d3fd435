// Live progress of a job or a production: server-sent events over fetch, so that the token goes along; by asking again where a stream does not come through.
import { createParser } from "eventsource-parser";
import type { Client } from "./client.ts";
import { DreamFactoryError, errorOf } from "./errors.ts";
import type { FeedEvent, ProductionEvent } from "./generated/schema.ts";
import { aborted, eitherOf, pause } from "./retries.ts";

export interface FollowOptions {
  signal?: AbortSignal | undefined;
  /** The number of the newest event that is known already. */
  after?: number;
  /** How long a stream may say nothing at all before it is given up; the server says something every 15 s. */
  silenceMs?: number;
  /** How long to wait between two looks, where streams do not come through. */
  pollMs?: number;
}

/** So many connections in a row without a sign of life, and it is asked for instead. */
export const MOST_FAILURES = 3;

/** Each event once, in order, to the one with which the job has ended: that one has the job. Connections may break; it goes on behind them. */
export function follow(client: Client, jobId: string, options: FollowOptions = {}): AsyncGenerator<FeedEvent> {
  return followFeed(
    client,
    { route: "jobEvents", id: jobId, isEnd: ({ job }: FeedEvent) => job !== undefined },
    options,
  );
}

/** The same of a production; its last event has the production. */
export function followProduction(
  client: Client,
  productionId: string,
  options: FollowOptions = {},
): AsyncGenerator<ProductionEvent> {
  const isEnd = ({ production }: ProductionEvent) => production !== undefined;
  return followFeed(client, { route: "productionEvents", id: productionId, isEnd }, options);
}

interface Feed<Event> {
  route: "jobEvents" | "productionEvents";
  /** Whose it is. */
  id: string;
  isEnd(event: Event): boolean;
}

async function* followFeed<Event extends { n: number }>(
  client: Client,
  feed: Feed<Event>,
  options: FollowOptions,
): AsyncGenerator<Event> {
  const { signal, pollMs = 2000 } = options;
  const place = { n: options.after ?? 0, signs: 0, retryMs: 1000, isEnded: false };
  for (let failures = 0; failures < MOST_FAILURES; ) {
    const before = place.signs;
    try {
      for await (const event of streamed(client, feed, place, options)) {
        yield event;
        if (feed.isEnd(event)) return;
      }
    } catch (error) {
      if (signal?.aborted) throw aborted(error);
      if (isFinal(error)) throw error;
    }
    if (place.isEnded) return;
    failures = place.signs > before ? 0 : failures + 1;
    if (failures < MOST_FAILURES) await pause(place.retryMs * 2 ** Math.max(0, failures - 1), signal);
  }
  yield* asked(client, feed, place.n, pollMs, signal);
}

interface Place {
  /** The number of the newest event that was handed on. */
  n: number;
  /** How many events and comments have come: a quiet stream is a stream. */
  signs: number;
  /** What the server wants to have waited before the next connection. */
  retryMs: number;
  /** The end is known already: nothing comes any more. */
  isEnded: boolean;
}

/** What one connection brings, and what is new of it. */
async function* streamed<Event extends { n: number }>(
  { connection }: Client,
  { route, id }: Feed<Event>,
  place: Place,
  { signal, silenceMs = 40_000 }: FollowOptions,
): AsyncGenerator<Event> {
  const silence = silenceAlarm(silenceMs);
  try {
    const response = await connection.fetch(connection.urlOf(route, [id]), {
      headers: {
        ...(await connection.authorization()),
        accept: "text/event-stream",
        ...(place.n > 0 && { "last-event-id": String(place.n) }),
      },
      signal: signal ? eitherOf(signal, silence.signal) : silence.signal,
    });
    if (response.status === 204) place.isEnded = true;
    if (!response.ok) throw await errorOf(response);
    if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) return;
    for await (const { data: event } of eventsOf<Event>(response.body, place, silence.putOff)) {
      if (event.n <= place.n) continue;
      place.n = event.n;
      place.signs += 1;
      yield event;
    }
  } finally {
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
export async function* eventsOf<Data>(
  body: ReadableStream<Uint8Array>,
  place: Pick<Place, "signs" | "retryMs">,
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

async function* asked<Event extends { n: number }>(
  client: Client,
  feed: Feed<Event>,
  after: number,
  pollMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Event> {
  for (let since = after; ; ) {
    // What the route answers is what its feed has.
    const { items, next } = (await client[feed.route](feed.id, { since }, { signal })) as unknown as Page<Event>;
    for (const event of items) {
      yield event;
      if (feed.isEnd(event)) return;
    }
    since = next;
    await pause(pollMs, signal);
  }
}

interface Page<Event> {
  items: Event[];
  next: number;
}

/** What another connection would not change: no such job, no such user. */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof DreamFactoryError) || !("status" in error.failure)) return false;
  const { status } = error.failure;
  return status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Rings when nobody has put it off for so long. */
export function silenceAlarm(ms: number): { signal: AbortSignal; putOff(): void; end(): void } {
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
