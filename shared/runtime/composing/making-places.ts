// How many pictures and films are made at once on this machine.
import { availableParallelism, totalmem } from "node:os";
import type { Places } from "../../limits/turns.ts";

export interface Machine {
  processors: number;
  memoryBytes: number;
}

/**
 * Node works on files and pictures alike with four threads (UV_THREADPOOL_SIZE in its documentation): one at least stays for files. A film takes up
 * to 500 MB, and leaves a fifth of two processors to another one; a picture takes up to 150 MB. One user has one place less than there are, so that
 * another one's picture finds a place soon.
 */
export function makingPlacesOf({ processors, memoryBytes }: Machine): Required<Places> {
  const hasRoomForTwoFilms = processors > 1 && memoryBytes >= 4 * 1024 ** 3;
  return hasRoomForTwoFilms
    ? { places: 3, placesForLong: 2, placesForOne: 2 }
    : { places: 2, placesForLong: 1, placesForOne: 1 };
}

export function thisMachine(): Machine {
  const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return { processors: availableParallelism(), memoryBytes };
}
