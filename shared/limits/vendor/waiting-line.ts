// Calls of one process that wait for places with a vendor: few at a time, and the users take turns at them.
import { createFairLine, type Owner } from "../fair-line.ts";

export interface WaitingLine<T> {
  readonly size: number;
  /**
   * Whether there is room for one more of this user. In a full line the one whose turn would come last gives way to a user whose turn comes
   * before; it is answered here, and has to be told.
   */
  makeRoom(user: string): { hasRoom: boolean; displaced: T | null };
  add(user: string, waiting: T): void;
  remove(user: string, waiting: T): void;
  /** The one whose turn it is; null when nobody waits. */
  next(): T | null;
  /** Everybody, in turn. */
  empty(): T[];
}

interface Waiting<T> {
  owner: Owner;
  pieces: { piece: () => void; waiting: T }[];
}

export function createWaitingLine<T>(most: number): WaitingLine<T> {
  const line = createFairLine({ mostOfOne: Number.POSITIVE_INFINITY });
  const users = new Map<string, Waiting<T>>();
  let size = 0;

  function placeOf(user: string): Waiting<T> {
    const place = users.get(user) ?? { owner: line.owner(user), pieces: [] };
    users.set(user, place);
    return place;
  }

  function forget(user: string, waiting: T): void {
    const place = users.get(user);
    const at = place?.pieces.findIndex((each) => each.waiting === waiting) ?? -1;
    if (!place || at === -1) return;
    place.pieces.splice(at, 1);
    size -= 1;
    if (place.pieces.length === 0) users.delete(user);
  }

  function remove(user: string, waiting: T): void {
    const place = users.get(user);
    const found = place?.pieces.find((each) => each.waiting === waiting);
    if (!place || !found) return;
    line.remove(place.owner, found.piece);
    forget(user, waiting);
  }

  function next(): T | null {
    const taken = line.next();
    if (!taken) return null;
    line.ended(taken.owner);
    for (const [user, { pieces }] of users) {
      const found = pieces.find(({ piece }) => piece === taken.piece);
      if (!found) continue;
      forget(user, found.waiting);
      return found.waiting;
    }
    return null;
  }

  return {
    get size() {
      return size;
    },
    makeRoom(user) {
      if (size < most) return { hasRoom: true, displaced: null };
      const own = line.owner(user).turn + (users.get(user)?.pieces.length ?? 0);
      const [last] = [...users].toSorted(([, a], [, b]) => turnOfLast(b) - turnOfLast(a));
      const latest = last?.[1].pieces.at(-1);
      if (!last || !latest || turnOfLast(last[1]) <= own) return { hasRoom: false, displaced: null };
      remove(last[0], latest.waiting);
      return { hasRoom: true, displaced: latest.waiting };
    },
    add(user, waiting) {
      const place = placeOf(user);
      const piece = () => {};
      place.pieces.push({ piece, waiting });
      size += 1;
      line.add(place.owner, piece);
    },
    remove,
    next,
    empty() {
      const all: T[] = [];
      for (let one = next(); one !== null; one = next()) all.push(one);
      return all;
    },
  };
}

function turnOfLast({ owner, pieces }: Waiting<unknown>): number {
  return owner.turn + pieces.length - 1;
}
