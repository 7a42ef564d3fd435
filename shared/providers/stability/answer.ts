// What Stability answers: the picture itself with what it thinks of it in the headers, a task, or why there is neither.
import type { Failure, Money } from "../../ports/provider.ts";
import { type openVendor, parsed, textOf } from "../calling/call-vendor.ts";
import { broken, notAllowed, notTaken, refusedContent, throttled, UnclearAnswer } from "../calling/failures.ts";
import { listAt, textAt } from "../calling/json.ts";

export type Opened = Awaited<ReturnType<typeof openVendor>>;

/** True when the body is a picture. */
export function isPicture({ status, headers }: Opened): boolean {
  return status === 200 && (headers.get("content-type") ?? "").startsWith("image/");
}

/**
 * Vendor documentation, finish-reason: CONTENT_FILTERED comes with 200 and a blurred picture. Whether that one is charged is not said, as it is
 * of a refused request; so it counts as charged.
 */
export async function filtered({ headers, body }: Opened, cost: Money | undefined): Promise<Failure | null> {
  if (headers.get("finish-reason") !== "CONTENT_FILTERED") return null;
  await letGo(body);
  return refusedContent(undefined, cost);
}

/** The same whichever route was asked. Throws when the answer says nothing. */
export async function failureOf({ status, headers, body }: Opened): Promise<Failure> {
  const json = await jsonOf(body);
  const name = textAt(json, "name");
  const said = listAt(json, "errors").find((each) => typeof each === "string");
  if (status === 502 || status === 504) throw new UnclearAnswer({ status });
  // Vendor documentation, rate limits: blocked for 60 s.
  if (status === 429) return throttled({ headers }, 60_000);
  if (name === undefined || status < 400) throw new UnclearAnswer({ status });
  // Vendor documentation, content_moderation: "your request was denied and you were not charged".
  if (name === "content_moderation") return refusedContent(said);
  if (status === 401 || status === 402 || status === 403) return notAllowed();
  return status >= 500 ? broken(said) : notTaken(said);
}

export async function jsonOf(body: Opened["body"]): Promise<unknown> {
  return parsed(await textOf(body, MOST_BYTES));
}

const MOST_BYTES = 1024 * 1024;

/** Without the lock that a web stream has while it is read. */
export async function* chunksOf(body: Opened["body"]): AsyncGenerator<Uint8Array> {
  yield* body;
}

export async function letGo(body: Opened["body"]): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}
