// Ending a body that nobody reads to its end.

/**
 * A store that needs no body does not read it: its connection or file must not stay open. Nobody waits for one that hangs. `reading`: the iterator of whoever
 * has begun to read it; a web stream gives no other one.
 */
export function letGo(body: AsyncIterable<Uint8Array>, reading?: AsyncIterator<Uint8Array>): void {
  if ("destroy" in body && typeof body.destroy === "function") body.destroy();
  else void end(body, reading).catch(() => undefined);
}

/** Throws where somebody else reads it: they end it. */
async function end(body: AsyncIterable<Uint8Array>, reading = body[Symbol.asyncIterator]()): Promise<void> {
  await reading.return?.();
}

/** What reads `source` on its way. To let go of it is to let go of that too, also when nobody has begun to read: what has not begun ends nothing. */
export function passedOn(
  passing: AsyncGenerator<Uint8Array>,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> & { destroy(): void } {
  return Object.assign(passing, {
    destroy() {
      void passing.return(undefined).catch(() => undefined);
      letGo(source);
    },
  });
}
