// Which earlier request a repeat without a key belongs to, as a pure function of what is known of equal ones.
//
// Every request that makes something has a place while it may still come again. Equal requests have places side by side, so that who asks
// twice on purpose gets two jobs: a place is taken over by a repeat, and by one only.

/**
 * - `held`: somebody waits at its answer, and says so again and again until `until`. One that has run out was left.
 * - `left`: nobody got its answer: it came too late, the caller had gone, it was refused for now, or the process died.
 * - `answered`: the answer was handed over, as far as we know.
 */
export type PlaceState = "held" | "left" | "answered";

export interface Place {
  /** The idempotency key of its job. */
  key: string;
  /** Which request holds it: who took it over is another one. */
  owner: string;
  /** How often its client has said that it sent the request before. */
  tries: number;
  state: PlaceState;
  /** Epoch milliseconds: when its state began, and until when it counts. */
  since: number;
  until: number;
}

/** What a client says of a request: so many times it was sent before. Null: nothing, as most do. */
export type SentBefore = number | null;

/** How long a holder counts as alive that does not renew. */
export const HELD_MS = 5000;
/** How long what nobody got waits for a repeat: somebody who tries again by hand takes minutes. */
export const LEFT_MS = 10 * 60_000;
/** An answer can be lost behind our back. Who says that it sends again then comes within a minute: clients wait that long at most. */
export const ANSWERED_MS = 60_000;

export type Choice =
  | { take: Place }
  /** They may be held by requests that died: to be looked at again. */
  | { unsure: Place[] }
  | { take: null };

/** Those that still count, in the order in which they began; one whose holder is silent was left. */
export function placesNow(places: readonly Place[], now: number): Place[] {
  return places
    .map((place) => (isSilent(place, now) ? leftAt(place, place.until) : place))
    .filter((place) => place.until > now);
}

/** `arrivedAt`: what began later is nothing that this request could repeat. */
export function choosePlace(places: readonly Place[], sentBefore: SentBefore, arrivedAt: number): Choice {
  const left = places.filter(({ state }) => state === "left");
  if (sentBefore === null || sentBefore === 0) {
    const [oldest] = left;
    if (oldest) return { take: oldest };
    // Who counts and says 0 is not a repeat of anything that is held.
    const unsure = sentBefore === 0 ? [] : places.filter(({ state, since }) => state === "held" && since <= arrivedAt);
    return unsure.length > 0 ? { unsure } : { take: null };
  }
  // It says that it is a repeat. What nobody got comes first; then what its caller no longer waits for; then what was lost on the way.
  const isOlderTry = ({ tries }: Place) => tries < sentBefore;
  const inOrder = [
    left.find(({ tries }) => tries === sentBefore - 1),
    left[0],
    places.find((place) => place.state === "held" && isOlderTry(place)),
    places.find((place) => place.state === "answered" && isOlderTry(place)),
  ];
  return { take: inOrder.find((place) => place !== undefined) ?? null };
}

export function leftAt(place: Place, at: number): Place {
  return { ...place, state: "left", since: at, until: at + LEFT_MS };
}

function isSilent({ state, until }: Place, now: number): boolean {
  return state === "held" && until <= now;
}
