// The place of a request that has no idempotency key: taken before its job is made, so that a repeat finds the job whenever the process died.
import { AppError } from "../../errors/app-error.ts";
import { dueShard } from "../../ports/due.ts";
import type { ItemKey, JsonObject, JsonValue } from "../../ports/table.ts";
import { hashBody } from "../asking/body-hash.ts";
import type { CoreDeps } from "../deps.ts";
import { ANSWERED_MS, choosePlace, HELD_MS, leftAt, type Place, placesNow, type SentBefore } from "./places.ts";

type Deps = Pick<CoreDeps, "table" | "clock" | "ids" | "log">;

export interface Sent {
  userId: string;
  route: string;
  /** What makes two requests equal. */
  body: JsonValue;
  sentBefore: SentBefore;
}

/** What the holder of a place says of it. None of them throws: what could not be said is found out when the holder falls silent. */
export interface Holding {
  /** The idempotency key of the job. */
  key: string;
  /** Says again and again that somebody waits, until `act` is over. */
  during<T>(act: () => Promise<T>): Promise<T>;
  answered(): Promise<void>;
  /** Nobody gets the answer: a repeat takes the place over. */
  left(): Promise<void>;
  /** Nothing came of it, and the same would come of a repeat. */
  given(): Promise<void>;
}

/** The first time soon: equal requests that come at once wait for it. */
const FIRST_RENEWAL_MS = 250;
const RENEW_MS = 1000;
const LOOK_MS = 100;
/** Equal requests of one user that may come again at the same time. */
const MAX_PLACES = 50;

export async function takePlace(deps: Deps, sent: Sent, signal: AbortSignal): Promise<Holding> {
  const item: ItemKey = { partition: `user#${sent.userId}`, sort: `resent#${hashBody([sent.route, sent.body])}` };
  const arrivedAt = deps.clock.now();
  /** Until when each of those seemed to be held that nobody knows for sure: one that says so again is alive. */
  const seen = new Map<string, number>();
  for (;;) {
    const { places, version } = await read(deps, item);
    const choice = choosePlace(places, sent.sentBefore, arrivedAt);
    if ("unsure" in choice && !signal.aborted && choice.unsure.some((place) => isUnsure(seen, place))) {
      await deps.clock.sleep(LOOK_MS, signal);
      continue;
    }
    const taken = ("take" in choice && choice.take) || null;
    const now = deps.clock.now();
    const place: Place = {
      key: taken?.key ?? deps.ids.uuid(),
      owner: deps.ids.uuid(),
      tries: sent.sentBefore ?? (taken ? taken.tries + 1 : 0),
      state: "held",
      since: now,
      until: now + HELD_MS,
    };
    const others = places.filter(({ owner }) => owner !== taken?.owner);
    if (await write(deps, sent.userId, item, version, [...withRoom(others), place]))
      return holding(deps, sent.userId, item, place);
    await afterOthers(deps);
  }
}

/** Equal requests that come together do not get into each other's way for long. */
function afterOthers({ clock, ids }: Deps): Promise<void> {
  return clock.sleep(ids.random() * 50);
}

function isUnsure(seen: Map<string, number>, { owner, until }: Place): boolean {
  const before = seen.get(owner) ?? until;
  seen.set(owner, before);
  return before === until;
}

/** What was answered is the first to be forgotten. */
function withRoom(places: readonly Place[]): Place[] {
  if (places.length < MAX_PLACES) return [...places];
  const without = places.find(({ state }) => state === "answered");
  if (without) return places.filter((place) => place !== without);
  throw new AppError("rate_limited", {
    message: "Too many requests that are equal and have no answer yet.",
    retryAfterMs: 10_000,
  });
}

function holding(deps: Deps, userId: string, item: ItemKey, { key, owner }: Place): Holding {
  /** Null takes the place away. Whoever took it over meanwhile keeps it. */
  async function change(to: (place: Place, now: number) => Place | null): Promise<void> {
    try {
      for (;;) {
        const { places, version } = await read(deps, item);
        const now = deps.clock.now();
        if (!places.some((place) => place.owner === owner)) return;
        const changed = places.flatMap((place) => (place.owner === owner ? (to(place, now) ?? []) : place));
        if (await write(deps, userId, item, version, changed)) return;
        await afterOthers(deps);
      }
    } catch (error) {
      deps.log.warn(
        { error, userId },
        "what became of an answer could not be written down: its holder will seem to be silent",
      );
    }
  }

  const renew = () => change((place, now) => (place.state === "held" ? { ...place, until: now + HELD_MS } : place));

  return {
    key,
    async during(act) {
      const over = new AbortController();
      const renewing = (async () => {
        for (let ms = FIRST_RENEWAL_MS; !over.signal.aborted; ms = RENEW_MS) {
          await deps.clock.sleep(ms, over.signal);
          if (!over.signal.aborted) await renew();
        }
      })();
      try {
        return await act();
      } finally {
        over.abort();
        await renewing;
      }
    },
    answered: () => change((place, now) => ({ ...place, state: "answered", since: now, until: now + ANSWERED_MS })),
    left: () => change((place, now) => leftAt(place, now)),
    given: () => change(() => null),
  };
}

async function read(deps: Deps, key: ItemKey): Promise<{ places: Place[]; version: number | null }> {
  const item = await deps.table.get(key);
  const places = (item?.data as { places?: Place[] } | undefined)?.places ?? [];
  return { places: placesNow(places, deps.clock.now()), version: item?.version ?? null };
}

/** False when somebody was faster. The item goes as idempotency keys do, once nothing in it counts. */
async function write(
  { table, clock }: Deps,
  userId: string,
  key: ItemKey,
  version: number | null,
  places: readonly Place[],
): Promise<boolean> {
  if (places.length === 0) {
    return version === null || (await table.delete(key, { version }));
  }
  const expiresAt = Math.max(
    clock.now(),
    ...places.map((place) => (place.state === "held" ? leftAt(place, place.until).until : place.until)),
  );
  const data = { expiresAt, places } as unknown as JsonObject;
  const due = { kind: "idempotency", shard: dueShard(userId), at: expiresAt } as const;
  return (await table.put({ ...key, data, due }, version === null ? "absent" : { version })) !== null;
}
