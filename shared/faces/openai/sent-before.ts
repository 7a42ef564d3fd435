// What two requests are known by as equal, and what a client says of having sent one before.
import { FormFile } from "../../http/form.ts";
import { sha256 } from "../../jobs/asking/body-hash.ts";
import type { SentBefore } from "../../jobs/resends/places.ts";
import type { JsonValue } from "../../ports/table.ts";

/**
 * The request as JSON: of files what is in them, because a client makes a new form of the same files for each try. How the answer is to look makes
 * no other request.
 */
export function requestMark({ response_format: _, ...rest }: { response_format?: unknown }): JsonValue {
  const ofFile = (_: string, value: unknown) =>
    value instanceof FormFile ? { sha256: sha256(value.bytes), size: value.bytes.byteLength } : value;
  return JSON.parse(JSON.stringify(rest, ofFile)) as JsonValue;
}

/** openai's own clients count (openai 6 and 7: x-stainless-retry-count, 0 for the first try); others say nothing. */
export function sentBefore(headers: Readonly<Record<string, string>>): SentBefore {
  const count = headers["x-stainless-retry-count"];
  return count !== undefined && /^\d{1,3}$/.test(count) ? Number(count) : null;
}
