// A tab that nobody looks at asks nobody; a stream costs nothing, and stays.

/** What of a browser's page is used. */
interface Page {
  readonly hidden: boolean;
  addEventListener(name: "visibilitychange", heard: () => void, options: { signal: AbortSignal }): void;
}

/** Also when the signal aborts; at once where there is no page. */
export async function untilSeen(signal: AbortSignal | undefined): Promise<void> {
  const { document: page } = globalThis as { document?: Page };
  if (!page?.hidden || signal?.aborted) return;
  const left = new AbortController();
  await new Promise<void>((resolve) => {
    page.addEventListener("visibilitychange", () => !page.hidden && resolve(), { signal: left.signal });
    signal?.addEventListener("abort", () => resolve(), { signal: left.signal });
  });
  left.abort();
}
