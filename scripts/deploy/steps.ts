// A deployment as a list of steps: each is looked at first, and done only where something is missing. So the same line, said again after a failure
// half-way, goes on where it was; and without --yes it only tells.

export type Looked =
  /** Nothing is to be done. */
  | { state: "there"; said: string }
  /** `said`: what `make` would do. */
  | { state: "todo"; said: string }
  /** Nobody but the operator can go on from here: `said` is what to do. */
  | { state: "stop"; said: string };

export interface Step {
  name: string;
  /** Asks, and changes nothing. Throws when it got no answer. */
  look(): Promise<Looked>;
  /** Answers what it has made. Throws a sentence. Whatever of it was done already does no harm. */
  make(): Promise<string>;
}

export interface Done {
  name: string;
  state: "there" | "todo" | "made" | "stopped" | "failed" | "not reached";
  said: string;
}

export const there = (said: string): Looked => ({ state: "there", said });
export const todo = (said: string): Looked => ({ state: "todo", said });
export const stop = (said: string): Looked => ({ state: "stop", said });

/**
 * Without `isWanted` every step is looked at, and nothing made. With it they are taken in their order, and the first that stops or fails ends it: those
 * behind it rely on it. `told` hears of each as soon as it is known.
 */
export async function takeSteps(
  steps: readonly Step[],
  isWanted: boolean,
  told: (done: Done) => void,
): Promise<Done[]> {
  const all: Done[] = [];
  for (const step of steps) {
    const done = isWanted && !all.every(isWell) ? notReached(step) : await take(step, isWanted);
    all.push(done);
    told(done);
  }
  return all;
}

/** Whether it may go on. */
export function isWell({ state }: Done): boolean {
  return state === "there" || state === "made" || state === "todo";
}

async function take(step: Step, isWanted: boolean): Promise<Done> {
  const { name } = step;
  try {
    const { state, said } = await step.look();
    if (state === "stop") return { name, state: "stopped", said };
    if (state === "there" || !isWanted) return { name, state, said };
    return { name, state: "made", said: await step.make() };
  } catch (error) {
    return { name, state: "failed", said: error instanceof Error ? error.message : String(error) };
  }
}

function notReached({ name }: Step): Done {
  return { name, state: "not reached", said: "something before it has to be well first" };
}
