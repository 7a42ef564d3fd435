// What a look at a deployment has found.
export interface Finding {
  about: string;
  /** `wrong`: users feel it, or will. `odd`: look at it when you have time. */
  state: "fine" | "odd" | "wrong";
  /** A sentence or a part of one: what was found, and what to do. */
  said: string;
}

export const fine = (about: string, said: string): Finding => ({ about, state: "fine", said });
export const odd = (about: string, said: string): Finding => ({ about, state: "odd", said });
export const wrong = (about: string, said: string): Finding => ({ about, state: "wrong", said });

/** What was thrown, with where it came from: fetch says no more than that it failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  return inner instanceof Error ? `${error.message}: ${inner.message}` : error.message;
}
