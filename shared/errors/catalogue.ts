// Every error that the product can name: its status, whether the same call may succeed later, and a text for those who have none.

interface Entry {
  /** HTTP status; errors of a job never reach HTTP by themselves and have 500. */
  status: number;
  retryable: boolean;
  text: string;
}

export const catalogue = {
  invalid_request: { status: 400, retryable: false, text: "The request is not valid." },
  unauthenticated: {
    status: 401,
    retryable: false,
    text: "Log in first, and send the token as Authorization: Bearer <token>.",
  },
  insufficient_credits: { status: 402, retryable: false, text: "There are not enough credits for this." },
  forbidden: { status: 403, retryable: false, text: "This account may not do that." },
  not_found: { status: 404, retryable: false, text: "There is nothing here. Check the path and the id." },
  method_not_allowed: { status: 405, retryable: false, text: "This path does not take this method; see Allow." },
  conflict: { status: 409, retryable: false, text: "This does not fit the present state. Read it again, then decide." },
  too_late: {
    status: 409,
    retryable: false,
    text: "The provider has delivered already; this can no longer be cancelled.",
  },
  too_large: { status: 413, retryable: false, text: "The request is too large." },
  unsupported_media_type: { status: 415, retryable: false, text: "Send JSON with Content-Type: application/json." },
  idempotency_mismatch: {
    status: 422,
    retryable: false,
    text: "This Idempotency-Key was used with another body. Use a new key for a new request.",
  },
  upgrade_required: {
    status: 426,
    retryable: false,
    text: "This is spoken to over a WebSocket only; read the same events as a stream instead.",
  },
  rate_limited: { status: 429, retryable: true, text: "Too many at once. Wait for Retry-After seconds." },
  unavailable: {
    status: 503,
    retryable: true,
    text: "This is not available just now. Try again after Retry-After seconds.",
  },
  storage_full: { status: 507, retryable: true, text: "The store is full. Nothing was lost; try again later." },
  internal: { status: 500, retryable: true, text: "Something went wrong on our side. Tell us the request id." },

  // Errors of a job (`job.error.type`).
  provider_error: { status: 500, retryable: true, text: "The provider could not make this." },
  moderation_blocked: { status: 500, retryable: false, text: "The provider refused this for what it shows or says." },
  invalid_output: {
    status: 500,
    retryable: true,
    text: "What came back is not a whole file of the kind that was asked for.",
  },
  fetch_refused: { status: 500, retryable: false, text: "The URL leads to a place that may not be fetched from." },
  fetch_failed: { status: 500, retryable: true, text: "The file could not be fetched." },
  deadline_exceeded: { status: 500, retryable: true, text: "The job was not finished by its deadline." },
  provider_unknown: {
    status: 500,
    retryable: false,
    text: "The provider may have taken the request, but its answer was lost, and it cannot be asked.",
  },
} as const satisfies Record<string, Entry>;

export type ErrorType = keyof typeof catalogue;

export type JobErrorType =
  | "provider_error"
  | "moderation_blocked"
  | "invalid_output"
  | "fetch_refused"
  | "fetch_failed"
  | "deadline_exceeded"
  | "provider_unknown"
  | "storage_full"
  | "internal";
