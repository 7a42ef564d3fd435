// Ending a body that nobody reads to its end.

/** A store that needs no body does not read it: its connection or file must not stay open. Nobody waits for one that hangs. */
export function letGo(body: AsyncIterable<Uint8Array>): void {
  if ("destroy" in body && typeof body.destroy === "function") body.destroy();
  else
    void body[Symbol.asyncIterator]()
      .return?.()
      .catch(() => undefined);
}
