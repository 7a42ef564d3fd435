// Turns: who has one of few places when many wait for them.
import { createFairLine } from "./fair-line.ts";

export interface Turns {
  /**
   * Resolves when it is the owner's turn, with what gives the place back; calling that twice is safe. Rejects with the signal's reason when it
   * aborts before: then no place was taken. Whoever has a place finds out about the signal by itself.
   */
  begin(owner: string, piece?: Piece): Promise<() => void>;
  /** Has a place for as long as `act` takes. */
  run<T>(owner: string, act: () => Promise<T>, piece?: Piece): Promise<T>;
}

export interface Piece {
  /** It keeps its place for much longer than others. Default false. */
  isLong?: boolean;
  signal?: AbortSignal;
}

export interface Places {
  /** How many have a place at the same time. */
  places: number;
  /** How many of them long pieces may have; the others are left to short ones. By default all. */
  placesForLong?: number;
  /** How many short pieces, and how many long ones, of one owner have a place at the same time. By default any number. */
  placesForOne?: number;
}

/** Long pieces have a line of their own: what one owner's film has to wait for is not made up for before the others' films. */
export function createTurns({ places, placesForLong = places, placesForOne = places }: Places): Turns {
  const long = createFairLine({ mostOfOne: placesForOne });
  const short = createFairLine({ mostOfOne: placesForOne });
  let free = places;
  let freeForLong = placesForLong;

  function serve(): void {
    while (free > 0) {
      const next = (freeForLong > 0 ? long.next() : null) ?? short.next();
      if (!next) return;
      next.piece();
    }
  }

  async function begin(name: string, { isLong = false, signal }: Piece = {}): Promise<() => void> {
    signal?.throwIfAborted();
    const line = isLong ? long : short;
    const owner = line.owner(name);
    const came = Promise.withResolvers<void>();
    const count = (by: 1 | -1) => {
      free += by;
      if (isLong) freeForLong += by;
    };
    const piece = () => {
      count(-1);
      came.resolve();
    };
    const giveUp = () => {
      if (line.remove(owner, piece)) came.reject(signal?.reason);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    line.add(owner, piece);
    serve();
    await came.promise.finally(() => signal?.removeEventListener("abort", giveUp));
    let hasPlace = true;
    return () => {
      if (!hasPlace) return;
      hasPlace = false;
      count(1);
      line.ended(owner);
      serve();
    };
  }

  return {
    begin,
    async run(name, act, piece) {
      const end = await begin(name, piece);
      try {
        return await act();
      } finally {
        end();
      }
    },
  };
}
