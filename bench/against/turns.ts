// Two who do the same in turns, round by round: what the machine does meanwhile then comes to both alike.

export interface Turns {
  /** Hands over to the other one; resolves when it is one's own turn again, at once when the other one has ended. */
  turn(): Promise<void>;
  /** Waits for one's first turn, acts, and leaves all further turns to the other one, also when acting fails. */
  during<T>(act: () => Promise<T>): Promise<T>;
}

/** The first one's turn comes first. */
export function createTurns(): [Turns, Turns] {
  const hasEnded = [false, false];
  const waiting: (() => void)[] = [];
  let holder = 0;

  function pass(to: number): void {
    holder = to;
    waiting[to]?.();
  }

  function mine(me: number): Promise<void> {
    return new Promise((resolve) => {
      if (holder === me) resolve();
      else waiting[me] = resolve;
    });
  }

  const turnsOf = (me: number, other: number): Turns => ({
    async turn() {
      if (hasEnded[other]) return;
      pass(other);
      await mine(me);
    },
    async during(act) {
      await mine(me);
      try {
        return await act();
      } finally {
        hasEnded[me] = true;
        pass(other);
      }
    },
  });
  return [turnsOf(0, 1), turnsOf(1, 0)];
}
