// Waiting for whoever may take long, as long as it is heard of.

/** Prompts are read in silence, also before the first word: by a processor of the operator's own for minutes. Node's `fetch` itself gives up after 300 s. */
export const USUAL_SILENCE_MS = 240_000;

/** Throws once nothing was heard for `idleMs`; `act` is told by its signal. It says that it has heard something by the function that it is given. */
export async function withoutSilence<T>(
  idleMs: number = USUAL_SILENCE_MS,
  signal: AbortSignal,
  act: (signal: AbortSignal, isHeard: () => void) => Promise<T>,
): Promise<T> {
  const silent = new AbortController();
  const giveUp = () => silent.abort(new Error(`the language model was silent for ${idleMs} ms`));
  const timer = setTimeout(giveUp, idleMs);
  try {
    return await act(AbortSignal.any([signal, silent.signal]), () => void timer.refresh());
  } finally {
    clearTimeout(timer);
  }
}
