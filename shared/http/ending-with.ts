// A stream whose end somebody wants to hear of.

/**
 * The same pieces, to be read once. `end` is called once: after the last piece, after a failure, or when nobody wants more, even if nobody
 * ever wanted any. It must not throw.
 */
export function endingWith<Piece>(pieces: AsyncIterable<Piece>, end: () => void): AsyncIterable<Piece> {
  const iterator = pieces[Symbol.asyncIterator]();
  let isOver = false;
  const over = () => {
    if (!isOver) end();
    isOver = true;
  };
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = await iterator.next().catch((error) => {
          over();
          throw error;
        });
        if (next.done) over();
        return next;
      },
      async return() {
        try {
          await iterator.return?.();
        } finally {
          over();
        }
        return { done: true, value: undefined };
      },
    }),
  };
}
