// Server-sent events as they go over the wire (HTML standard, 9.2), and how a stream of them ends.

export type StreamPiece =
  | { id: number | string; event: string; data: unknown }
  /** Readers skip it: it says something to people, and keeps the connection from looking dead. */
  | { comment: string };

/** How long a reader waits before it comes back; spread, so that not all come at once when a server stops. */
const RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;

/**
 * The pieces, and at the end when to come back. A stream that fails ends in the same way: its reader goes on where it was, elsewhere or
 * later. `failed` hears why.
 */
export async function* serverSentEvents(
  pieces: AsyncIterable<StreamPiece>,
  options: { random: () => number; failed: (error: unknown) => void },
): AsyncGenerator<string> {
  try {
    for await (const piece of pieces) yield written(piece);
  } catch (error) {
    options.failed(error);
  }
  yield `retry: ${Math.round(RETRY_MS + options.random() * RETRY_SPREAD_MS)}\n\n`;
}

/** JSON has no line breaks of its own, so that the data is one line. */
function written(piece: StreamPiece): string {
  if ("comment" in piece) return `: ${piece.comment}\n\n`;
  return `id: ${piece.id}\nevent: ${piece.event}\ndata: ${JSON.stringify(piece.data)}\n\n`;
}
