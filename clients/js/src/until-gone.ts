// Work that a component has begun, and that is given up when it goes.
/** Begins the work; answers what gives it up. From then on nothing is told. */
export function untilGone(
  work: (signal: AbortSignal, tell: (change: () => void) => void) => Promise<void>,
  failed: (error: Error) => void,
): () => void {
  const { signal, abort } = withAbort();
  const tell = (change: () => void) => {
    if (!signal.aborted) change();
  };
  work(signal, tell).catch((error: unknown) =>
    tell(() => failed(error instanceof Error ? error : new Error(String(error)))),
  );
  return abort;
}

function withAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
