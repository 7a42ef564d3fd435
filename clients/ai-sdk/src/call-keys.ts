// A caller's own idempotency key, where the SDK makes several calls of one: each is a job, and has a key of its own.
import { type Headers, lowerCased } from "./calling.ts";

/** By the headers of one call of the SDK, which it hands to all that it makes of it: how many were begun, and are under way. */
const calls = new WeakMap<object, { begun: number; open: number }>();

/**
 * Does one of them, with the headers that it shall send: the first under the caller's key, the next under `{key}#2`, `{key}#3`, in the order in which
 * the SDK makes them. So the same call, made again, finds the same jobs.
 */
export async function withOwnKey<Made>(
  given: Headers | undefined,
  make: (headers: Headers) => Promise<Made>,
): Promise<Made> {
  const headers = lowerCased(given);
  const key = headers["idempotency-key"];
  if (given === undefined || key === undefined) return make(headers);
  const all = calls.get(given) ?? { begun: 0, open: 0 };
  calls.set(given, all);
  all.begun += 1;
  all.open += 1;
  try {
    return await make(all.begun === 1 ? headers : { ...headers, "idempotency-key": `${key}#${all.begun}` });
  } finally {
    all.open -= 1;
    // Whoever sends the same headers later means the same jobs.
    if (all.open === 0) calls.delete(given);
  }
}
