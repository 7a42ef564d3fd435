import type { HttpContext, HttpRequest, HttpResponse } from "../events/http.ts";
import type { Log } from "../ports/log.ts";
import type { User } from "../users/user.ts";
import type { HttpDeps } from "./deps.ts";

/** One call of a function: what its middlewares find out, each for those behind it. */
export interface Call extends HttpContext {
  deps: HttpDeps;
  /** Carries the request's id. */
  log: Log;
  /** Epoch milliseconds. */
  startedAt: number;
  user: User | null;
  body: unknown;
  query: unknown;
}

export interface Step {
  readonly event: HttpRequest;
  readonly context: Call;
  response: HttpResponse | undefined;
  readonly error: unknown;
}

/** A middy middleware in our types. `before` runs in the order of use, `after` and `onError` in the opposite one. */
export interface HttpMiddleware {
  before?: (step: Step) => void | Promise<void>;
  after?: (step: Step) => void | Promise<void>;
  onError?: (step: Step) => void | Promise<void>;
}
