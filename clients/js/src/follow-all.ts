// Live progress of everything: all jobs and productions of a user over one connection, of which browsers open only six to an origin.
import type { Client } from "./client.ts";
import { errorOf } from "./errors.ts";
import { eventsOf, type FollowOptions, isFinal, MOST_FAILURES, silenceAlarm } from "./follow.ts";
import type { UserEvent } from "./generated/schema.ts";
import { aborted, eitherOf, pause } from "./retries.ts";

export interface FollowAllOptions extends Pick<FollowOptions, "signal" | "silenceMs" | "pollMs"> {
  /** The place of the newest event that is known already. Without one a snapshot of what is under way comes first. */
  after?: string;
}

/** `place`: send it as `after` to go on behind this event, also in another session. */
export type PlacedEvent = UserEvent & { place: string };

/**
 * What begins, goes on and ends, each event once. It never ends by itself: abort its signal. Connections may break; it goes on behind them, and asks
 * where streams do not come through. Begin it first and read lists then, so that nothing is lost between the two.
 */
export async function* followAll(client: Client, options: FollowAllOptions = {}): AsyncGenerator<PlacedEvent> {
  const { signal, pollMs = 2000 } = options;
  const at = { place: options.after ?? "", signs: 0, retryMs: 1000 };
  for (let failures = 0; failures < MOST_FAILURES; ) {
    const before = at.signs;
    try {
      yield* streamed(client, at, options);
    } catch (error) {
      if (signal?.aborted) throw aborted(error);
      if (isFinal(error)) throw error;
    }
    failures = at.signs > before ? 0 : failures + 1;
    if (failures < MOST_FAILURES) await pause(at.retryMs * 2 ** Math.max(0, failures - 1), signal);
  }
  for (let since = at.place || "0"; ; await pause(pollMs, signal)) {
    await untilSeen(signal);
    const { items, next } = await client.events({ since }, { signal });
    for (const item of items) yield { ...item, place: next };
    since = next;
  }
}

/** What of a browser's page is used. */
interface Page {
  readonly hidden: boolean;
  addEventListener(name: "visibilitychange", heard: () => void, options: { signal: AbortSignal }): void;
}

/** A tab that nobody looks at asks nobody; a stream costs nothing, and stays. */
async function untilSeen(signal: AbortSignal | undefined): Promise<void> {
  const { document: page } = globalThis as { document?: Page };
  if (!page?.hidden || signal?.aborted) return;
  const left = new AbortController();
  await new Promise<void>((resolve) => {
    page.addEventListener("visibilitychange", () => !page.hidden && resolve(), { signal: left.signal });
    signal?.addEventListener("abort", () => resolve(), { signal: left.signal });
  });
  left.abort();
}

async function* streamed(
  { connection }: Client,
  at: { place: string; signs: number; retryMs: number },
  { signal, silenceMs = 40_000 }: FollowAllOptions,
): AsyncGenerator<PlacedEvent> {
  const silence = silenceAlarm(silenceMs);
  try {
    const response = await connection.fetch(connection.urlOf("events", []), {
      headers: {
        ...(await connection.authorization()),
        accept: "text/event-stream",
        ...(at.place !== "" && { "last-event-id": at.place }),
      },
      signal: signal ? eitherOf(signal, silence.signal) : silence.signal,
    });
    if (!response.ok) throw await errorOf(response);
    if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) return;
    for await (const { id, event, data } of eventsOf(response.body, at, silence.putOff)) {
      at.place = id;
      at.signs += 1;
      yield { event, data, place: id } as PlacedEvent;
    }
  } finally {
    silence.end();
  }
}
