// How many requests a caller may make: a user wherever they are, anybody else by their address.
import { AppError } from "../errors/app-error.ts";
import type { RequestLimit } from "./deps.ts";
import type { Call, HttpMiddleware } from "./middleware.ts";

export function limits(): HttpMiddleware {
  return {
    async before({ event, context }) {
      const { user } = context;
      await takeRequest(context, user ? { userId: user.id } : { address: event.remoteAddress });
    },
  };
}

/** Counts a request. Throws `rate_limited` past the limit. */
export async function takeRequest({ deps }: Pick<Call, "deps">, caller: Parameters<RequestLimit["take"]>[1]) {
  const waitMs = await deps.requestLimit.take(deps, caller);
  if (waitMs === 0) return;
  throw new AppError("rate_limited", {
    message: `Too many requests. Wait for ${Math.ceil(waitMs / 1000)} seconds.`,
    retryAfterMs: waitMs,
  });
}
