// One line for each answer: the pattern of the path, never its text or query, which may hold secrets; the job that it was about; and why it was
// no other. That of a stream is written at its end.
import { isStreamed } from "../events/http.ts";
import { refusedOrigin } from "./cors.ts";
import { endingWith } from "./ending-with.ts";
import type { HttpMiddleware, Step } from "./middleware.ts";
import { whyRefused } from "./why-refused.ts";

export function requestLog(): HttpMiddleware {
  return { before: writeBeginning, after: write, onError: write };
}

function writeBeginning({ event, context }: Step): void {
  const { method, route, remoteAddress: from, body } = event;
  context.log.debug({ method, route, from, bytes: body.byteLength }, "a request came");
}

function write(step: Step): void {
  const { response } = step;
  if (response && isStreamed(response.body)) {
    step.response = { ...response, body: endingWith(response.body, () => writeLine(step, true)) };
  } else writeLine(step);
}

function writeLine({ event, context, response, error }: Step, isStream = false): void {
  const { deps, startedAt, user, log } = context;
  const { method, route, headers } = event;
  const ms = deps.clock.now() - startedAt;
  const line = {
    ...{ method, route, status: response?.status, ms, userId: user?.id },
    jobId: jobIdOf(event, response),
    ...whyRefused(error),
    refusedOrigin: refusedOrigin(deps.config.corsOrigins, headers) ?? undefined,
  };
  log.info(line, "answered");
  const statusClass = isStream ? "stream" : classOf(response?.status ?? 500);
  deps.metrics.time("RequestTime", ms, { method, route, statusClass });
}

const ofOneJob = /^\/jobs\/\{id\}(\/|$)/;
const placeOfJob = /^\/api\/v1\/jobs\/([0-9a-f-]{36})$/;

/** That of the path, or the one that was made. */
function jobIdOf({ route, params }: Step["event"], response: Step["response"]): string | undefined {
  if (ofOneJob.test(route)) return params.id?.slice(0, 36);
  return placeOfJob.exec(response?.headers.location ?? "")?.[1];
}

function classOf(status: number): "2xx" | "3xx" | "4xx" | "5xx" {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}
