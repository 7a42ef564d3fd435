import { catalogue, type ErrorType } from "./catalogue.ts";

export interface ErrorDetail {
  /** Where in the request: `prompt`, `inputs.0.url`, `header.idempotency-key`. */
  path: string;
  message: string;
}

export interface AppErrorOptions {
  /** What is wrong and what to do; without it the catalogue's text. Shown to callers: no secrets, no ids of others. */
  message?: string;
  details?: ErrorDetail[];
  /** True: the message is worded for callers although the status says that it is our fault, so that they are shown it. */
  isForCaller?: true;
  /** False: another try cannot help, whatever the catalogue says of the type. */
  retryable?: false;
  /** True: the same place will answer the same again. Another one, such as a fresh URL, may not. */
  onlyElsewhere?: true;
  /**
   * Set when no further try helps before the operator has changed something: what was refused, in the words of whoever refused it, and what
   * to do. Only the log shows it.
   */
  forOperator?: string;
  /** How long to wait before the next try, in milliseconds. */
  retryAfterMs?: number;
  /** Further headers of the HTTP answer, such as Allow. */
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The only error that is thrown on purpose. Anything else that reaches a middleware is a defect and reads as `internal`. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly type: ErrorType;
  readonly retryable: boolean;
  readonly onlyElsewhere: boolean;
  readonly isForCaller: boolean;
  readonly details: ErrorDetail[];
  readonly forOperator: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly headers: Record<string, string>;

  constructor(type: ErrorType, options: AppErrorOptions = {}) {
    super(options.message ?? catalogue[type].text, options.cause === undefined ? {} : { cause: options.cause });
    this.type = type;
    this.retryable = options.retryable ?? catalogue[type].retryable;
    this.onlyElsewhere = options.onlyElsewhere ?? false;
    this.isForCaller = options.isForCaller ?? catalogue[type].status < 500;
    this.details = options.details ?? [];
    this.forOperator = options.forOperator;
    this.retryAfterMs = options.retryAfterMs;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return catalogue[this.type].status;
  }
}
