// Attempts that come together: only as many go in at once as might all fail without anybody having to wait.
import { AppError } from "../errors/app-error.ts";

export interface Gate {
  /**
   * Runs `act` when fewer than `look` answers are inside under this name. `look` is asked anew whenever somebody came out meanwhile, and
   * throws to turn the caller away. Throws `unavailable` when too many wait.
   */
  pass<T>(name: string, look: () => Promise<number>, act: () => Promise<T>): Promise<T>;
}

const MAX_WAITING = 100;

interface Place {
  inside: number;
  /** Looking, or waiting to look again. */
  outside: number;
  /** How many have come out so far. */
  departures: number;
  waiting: (() => void)[];
}

export function createGate(): Gate {
  const places = new Map<string, Place>();
  return {
    async pass(name, look, act) {
      const place = places.get(name) ?? { inside: 0, outside: 0, departures: 0, waiting: [] };
      places.set(name, place);
      try {
        await enter(place, look);
        try {
          return await act();
        } finally {
          place.inside -= 1;
          place.departures += 1;
        }
      } finally {
        // Also whoever is turned away lets the next one look.
        place.waiting.shift()?.();
        if (place.inside + place.outside === 0) places.delete(name);
      }
    },
  };
}

/** What was seen before somebody came out may no longer be true. */
async function enter(place: Place, look: () => Promise<number>): Promise<void> {
  if (place.waiting.length >= MAX_WAITING) throw new AppError("unavailable", { retryAfterMs: 3000 });
  place.outside += 1;
  try {
    for (;;) {
      const seen = place.departures;
      const room = await look();
      if (place.departures !== seen) continue;
      if (place.inside < room) break;
      await new Promise<void>((resolve) => place.waiting.push(resolve));
    }
    place.inside += 1;
  } finally {
    place.outside -= 1;
  }
}
