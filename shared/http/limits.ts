// How many requests a caller may make: a user wherever they are, anybody else by their address.
import { AppError } from "../errors/app-error.ts";
import type { HttpMiddleware } from "./middleware.ts";

export function limits(): HttpMiddleware {
  return {
    async before({ event, context }) {
      const { deps, user } = context;
      const caller = user ? { userId: user.id } : { address: event.remoteAddress };
      const waitMs = await deps.requestLimit.take(deps, caller);
      if (waitMs === 0) return;
      throw new AppError("rate_limited", {
        message: `Too many requests. Wait for ${Math.ceil(waitMs / 1000)} seconds.`,
        retryAfterMs: waitMs,
      });
    },
  };
}
