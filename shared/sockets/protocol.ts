// What servers know of the protocol before anything is said: its name, its bounds, and how a connection ends. Every function that answers requests
// may carry it: it needs no schema library.
import type { AppError } from "../errors/app-error.ts";
import type { Closing } from "../events/socket.ts";

/** The subprotocol. A browser is told that the server speaks it by its name in the answer, and closes the connection otherwise. */
export const PROTOCOL = "dream-factory.progress.v1";

/** What a reader may send at once: a token has some 300 characters, at most 2048. */
export const MAX_MESSAGE_BYTES = 4096;

/** The names that the other side offers, in their order. */
export function protocolsOf(header: string | undefined): string[] {
  return (header ?? "").split(",").flatMap((name) => name.trim() || []);
}

/** 4000 and the status that an answer would have had: 4401, 4404, 4429. */
export function closingOf({ type, status }: AppError): Closing {
  return { code: 4000 + status, reason: type };
}

export const ended: Closing = { code: 1000, reason: "ended" };
/** "1001 indicates that an endpoint is going away". */
export const comeBack: Closing = { code: 1001, reason: "come back behind the last event" };
