// Headers that say how a request wants to be treated.
import { invalidRequest } from "./invalid.ts";

type Headers = Readonly<Record<string, string>>;

/** Null when there is none. */
export function idempotencyKeyOf(headers: Headers): string | null {
  const key = headers["idempotency-key"];
  if (key === undefined) return null;
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw invalidRequest([{ path: "header.idempotency-key", message: "must be 1 to 255 printable ASCII characters" }]);
}

const LONGEST_WAIT_MS = 25_000;

/** `Prefer: wait=N` in milliseconds; 0 without it. RFC 7240, 2: a preference that is not understood is as if it were not there. */
export function preferredWaitMs(headers: Headers): number {
  const seconds = /(?:^|[,;]\s*)wait\s*=\s*"?(\d+)"?\s*(?:$|[,;])/i.exec(headers.prefer ?? "")?.[1];
  return Math.min(LONGEST_WAIT_MS, Number(seconds ?? 0) * 1000);
}

export const eventNumberPattern = /^(0|[1-9][0-9]{0,14})$/;
export const noEventNumber = "must be the number of an event, or 0 for all that are kept";

/** The newest event that the caller has. Null without one: a browser that has none yet may send an empty header. */
export function lastEventIdOf(headers: Headers): number | null {
  const id = headers["last-event-id"];
  if (id === undefined || id === "") return null;
  if (eventNumberPattern.test(id)) return Number(id);
  throw invalidRequest([{ path: "header.last-event-id", message: noEventNumber }]);
}
