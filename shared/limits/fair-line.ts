// A line in which owners take turns, however much each of them has waiting.

export interface Owner {
  /** Where the owner stands: the lowest is next. */
  turn: number;
  /** Pieces that were taken and have not ended. */
  running: number;
  /** Oldest first. */
  waiting: (() => void)[];
}

export interface FairLine {
  /** The owner of this name; whoever is idle is forgotten sooner or later. */
  owner(name: string): Owner;
  add(owner: Owner, piece: () => void): void;
  /** False when the piece is not waiting any more. */
  remove(owner: Owner, piece: () => void): boolean;
  /** Takes the piece whose turn it is; null when there is none. */
  next(): { owner: Owner; piece: () => void } | null;
  /** A piece of the owner that was taken has ended. */
  ended(owner: Owner): void;
}

/**
 * Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996), each piece counting the same: with each piece an owner goes one turn back, and
 * whoever comes anew stands where the piece stood that was taken last. So the newcomer is before everybody who has just been served, behind
 * nobody for longer than one piece of each, and nobody gains by going away and coming back.
 */
export function createFairLine({ mostOfOne }: { mostOfOne: number }): FairLine {
  const owners = new Map<string, Owner>();
  /** Those whose next piece may be taken, by their turn; of one turn, who came first. */
  const line: Owner[] = [];
  let turn = 0;
  let running = 0;

  function stand(owner: Owner): void {
    if (owner.waiting.length === 0 || owner.running >= mostOfOne || line.includes(owner)) return;
    owner.turn = Math.max(owner.turn, turn);
    line.splice(line.findLastIndex((other) => other.turn <= owner.turn) + 1, 0, owner);
  }

  /** An owner who stands further back than a newcomer would is remembered for that. */
  function forgetIdle(): void {
    for (const [name, owner] of owners) {
      const isIdle = owner.running === 0 && owner.waiting.length === 0;
      if (isIdle && owner.turn <= turn) owners.delete(name);
    }
  }

  function goOnTo(next: number): void {
    if (next === turn) return;
    turn = next;
    forgetIdle();
  }

  return {
    owner(name) {
      const owner = owners.get(name) ?? { turn, running: 0, waiting: [] };
      owners.set(name, owner);
      return owner;
    },
    add(owner, piece) {
      owner.waiting.push(piece);
      stand(owner);
    },
    remove(owner, piece) {
      const at = owner.waiting.indexOf(piece);
      if (at === -1) return false;
      owner.waiting.splice(at, 1);
      if (owner.waiting.length === 0 && line.includes(owner)) line.splice(line.indexOf(owner), 1);
      return true;
    },
    next() {
      const owner = line.shift();
      const piece = owner?.waiting.shift();
      if (!owner || !piece) return null;
      goOnTo(owner.turn);
      owner.turn += 1;
      owner.running += 1;
      running += 1;
      stand(owner);
      return { owner, piece };
    },
    ended(owner) {
      owner.running -= 1;
      running -= 1;
      stand(owner);
      if (running === 0 && line.length === 0) owners.clear();
    },
  };
}
