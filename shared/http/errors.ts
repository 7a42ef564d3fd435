// Turns whatever was thrown into the envelope; the log alone learns the causes.
import { AppError } from "../errors/app-error.ts";
import type { WholeResponse } from "../events/http.ts";
import type { Log } from "../ports/log.ts";
import { failure, isDefect } from "./envelope.ts";
import type { HttpMiddleware } from "./middleware.ts";

/** The answer to whatever was thrown. */
export type Failing = (thrown: unknown, requestId: string) => WholeResponse;

export function errors(failing: Failing = failure): HttpMiddleware {
  return {
    onError(step) {
      logFailure(step.context.log, step.error, { route: step.event.route });
      step.response = failing(step.error, step.event.requestId);
    },
  };
}

/** Defects with all that is known, what is not available just now as a warning; a request that was refused is no event. */
export function logFailure(log: Log, error: unknown, fields: object): void {
  if (isDefect(error)) log.error({ ...fields, error }, "a request failed: this is a defect");
  else if (error instanceof AppError && !error.isForCaller)
    log.warn({ ...fields, error }, "a request could not be served");
  else if (error instanceof AppError && error.cause !== undefined)
    log.info({ ...fields, error }, "a request was refused");
}
