// One line for each answer: the pattern of the path, never its text or query, which may hold secrets. That of a stream is written at its end.
import { isStreamed } from "../events/http.ts";
import { endingWith } from "./ending-with.ts";
import type { HttpMiddleware, Step } from "./middleware.ts";

export function requestLog(): HttpMiddleware {
  return { after: write, onError: write };
}

function write(step: Step): void {
  const { response } = step;
  if (response && isStreamed(response.body)) {
    step.response = { ...response, body: endingWith(response.body, () => writeLine(step, true)) };
  } else writeLine(step);
}

function writeLine({ event, context, response }: Step, isStream = false): void {
  const { deps, startedAt, user, log } = context;
  const ms = deps.clock.now() - startedAt;
  log.info({ method: event.method, route: event.route, status: response?.status, ms, userId: user?.id }, "answered");
  const statusClass = isStream ? "stream" : classOf(response?.status ?? 500);
  deps.metrics.time("RequestTime", ms, { method: event.method, route: event.route, statusClass });
}

function classOf(status: number): "2xx" | "3xx" | "4xx" | "5xx" {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}
