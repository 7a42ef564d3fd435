// A connection as functions speak over it: messages in their order, no faster than they are read, and the end of one whose other side is silent.
import type { WebSocket } from "ws";
import { type SocketConnection, SocketGone } from "../../events/socket.ts";

export interface ConnectionLimits {
  /** So often the other side is asked whether it is there (RFC 6455, 5.5.2), which also keeps proxies from closing what looks idle. */
  pingEveryMs: number;
  /** Its network takes nothing for so long: it is gone. */
  sendWithinMs: number;
}

export const usualLimits: ConnectionLimits = { pingEveryMs: 15_000, sendWithinMs: 30_000 };

/** Messages that nobody has taken yet. */
const MAX_WAITING = 16;
/** "1003: it has received a type of data it cannot accept"; "1008: a message that violates its policy". */
const [NO_TEXT, TOO_MUCH] = [1003, 1008];

export interface HeldConnection {
  connection: SocketConnection;
  gone: AbortSignal;
  /** Nothing is sent or asked any more. */
  end(): void;
}

export function connectionOf(ws: WebSocket, { pingEveryMs, sendWithinMs }: ConnectionLimits): HeldConnection {
  const gone = new AbortController();
  const messages: string[] = [];
  const takers: ((text: string | null) => void)[] = [];
  let hasAnswered = true;

  const pings = setInterval(() => {
    if (!hasAnswered) return ws.terminate();
    hasAnswered = false;
    ws.ping();
  }, pingEveryMs);
  ws.on("pong", () => {
    hasAnswered = true;
  });
  ws.on("message", (data, isBinary) => {
    if (gone.signal.aborted) return;
    hasAnswered = true;
    if (isBinary) return ws.close(NO_TEXT, "text only");
    const taker = takers.shift();
    if (taker) taker(String(data));
    else if (messages.length < MAX_WAITING) messages.push(String(data));
    else ws.close(TOO_MUCH, "too many messages at once");
  });
  // What was wrong with a frame: ws has said so to the other side, and closes.
  ws.on("error", () => {});
  ws.on("close", leave);

  function leave(): void {
    clearInterval(pings);
    gone.abort();
    messages.length = 0;
    for (const taker of takers.splice(0)) taker(null);
  }

  const connection: SocketConnection = {
    send: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => ws.terminate(), sendWithinMs);
        // Called when the socket has handed it on, or was closed.
        ws.send(text, (error) => {
          clearTimeout(timer);
          if (error) reject(new SocketGone("nobody reads it", { cause: error }));
          else resolve();
        });
      }),
    async next() {
      const first = messages.shift();
      if (first !== undefined) return first;
      if (gone.signal.aborted) return null;
      return new Promise((resolve) => takers.push(resolve));
    },
  };
  return { connection, gone: gone.signal, end: leave };
}
