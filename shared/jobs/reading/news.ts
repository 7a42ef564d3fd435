// What a reader of a live feed hears, whatever is followed: events in their order, what is no longer kept, and that nothing has happened for a while.
import type { Clock } from "../../ports/clock.ts";

export type News<Event> =
  | { is: "event"; event: Event; isEnd: boolean }
  /** These numbers were there, and are no longer kept. */
  | { is: "gap"; from: number; to: number }
  /** Nothing has happened for a while. */
  | { is: "silence" };

/** What has a feed whose events are numbered from 1. */
export interface Followed<T, Event extends { n: number }> {
  /** What is newer than `after`, oldest first, as far as it is kept. */
  eventsAfter(value: T, after: number): Promise<Event[]> | Event[];
  /** The number of the newest event; 0 when there is none. */
  newest(value: T): number;
  isEnd(event: Event): boolean;
  /** Nothing more comes. */
  hasEnded(value: T): boolean;
  read(value: T): Promise<T>;
  /** Nudges what its reader finds late. */
  hurry(value: T): Promise<void>;
}

export interface FollowOptions {
  after: number;
  ms: number;
  signal: AbortSignal;
  /** Whether the reader may still look; if not, the feed ends. */
  isAllowed?: () => Promise<boolean>;
}

const LOOK_EVERY_MS = 1000;
const SILENCE_MS = 15_000;
/** More often than every 10 s nobody is nudged, and no reader is looked up. */
const LOOKS_PER_CHECK = 10;

/** Until all has been told of what has ended, the signal aborts or `ms` are over. The first look is `first`; the others read once a second. */
export async function* newsOf<T, Event extends { n: number }>(
  clock: Clock,
  first: T,
  followed: Followed<T, Event>,
  { after, ms, signal, isAllowed }: FollowOptions,
): AsyncGenerator<News<Event>> {
  // A number that was never given out would leave the reader without everything up to it.
  let seen = Math.min(after, followed.newest(first));
  let value = first;
  let quietMs = 0;
  const hasTime = timer(clock, ms);
  for (let looks = 1; ; looks++) {
    const events = await followed.eventsAfter(value, seen);
    const oldest = events[0]?.n ?? seen + 1;
    if (oldest > seen + 1) yield { is: "gap", from: seen + 1, to: oldest - 1 };
    for (const event of events) yield { is: "event", event, isEnd: followed.isEnd(event) };
    if (events.length > 0) quietMs = 0;
    seen = followed.newest(value);
    if (followed.hasEnded(value) || signal.aborted || !hasTime(LOOK_EVERY_MS)) return;
    await clock.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) return;
    quietMs += LOOK_EVERY_MS;
    if (quietMs >= SILENCE_MS) {
      yield { is: "silence" };
      quietMs = 0;
    }
    const isCheck = looks % LOOKS_PER_CHECK === 0;
    if (isCheck && isAllowed && !(await isAllowed())) return;
    value = await followed.read(value);
    if (isCheck) await followed.hurry(value);
  }
}

/** Says whether a pause of so long fits in before `ms` are over. Pauses are counted as well: the clock may go back. */
function timer(clock: Clock, ms: number): (pauseMs: number) => boolean {
  const startedAt = clock.now();
  let pausedMs = 0;
  return (pauseMs) => {
    pausedMs += pauseMs;
    return Math.max(pausedMs, clock.now() - startedAt + pauseMs) <= ms;
  };
}
