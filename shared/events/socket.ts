// A WebSocket in our own words (RFC 6455): what a function that speaks over one gets, whichever server has taken the upgrade.
import type { HttpContext, HttpRequest } from "./http.ts";

/** The request that became a connection. */
export type SocketRequest = Pick<HttpRequest, "params" | "query" | "headers" | "requestId" | "remoteAddress">;

export interface SocketConnection {
  /**
   * A text message. Resolves when it has been handed to the network, so that whoever waits for it sends no faster than the other side reads. Rejects
   * with SocketGone when that side has gone, or has taken nothing for too long.
   */
  send(text: string): Promise<void>;
  /** The next text message of the other side, in their order; null when it has gone. What is too long or too much at once ends the connection. */
  next(): Promise<string | null>;
}

/** How a connection is to end. */
export interface Closing {
  /** RFC 6455, 7.4: 1000 to 1015 are the protocol's, 4000 to 4999 ours. */
  code: number;
  /** At most 123 bytes. */
  reason: string;
}

/** Never rejects. The signal is aborted when the other side has gone or the server is about to stop; then it answers soon. */
export type SocketHandler = (
  request: SocketRequest,
  connection: SocketConnection,
  context: Pick<HttpContext, "signal" | "timeLimitMs">,
) => Promise<Closing>;

/** What a message is refused with when nobody is there to read it any more. */
export class SocketGone extends Error {
  override readonly name = "SocketGone";
}
