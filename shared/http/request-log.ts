// One line for each answer: the pattern of the path, never its text or query, which may hold secrets.
import type { HttpMiddleware, Step } from "./middleware.ts";

export function requestLog(): HttpMiddleware {
  return { after: write, onError: write };
}

function write({ event, context, response }: Step): void {
  const { deps, startedAt, user, log } = context;
  const ms = deps.clock.now() - startedAt;
  log.info({ method: event.method, route: event.route, status: response?.status, ms, userId: user?.id }, "answered");
}
