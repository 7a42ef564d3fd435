// The headers of requests and answers, as the reference shows them.

export const requestHeaders = {
  "Idempotency-Key": {
    description:
      "Makes a repeat safe: the same key and body within 24 hours answer the same job. The same key with another body is 422.",
    schema: { type: "string", pattern: "^[ -~]{1,255}$" },
    example: "order-7f3a",
  },
  Prefer: {
    description:
      "`wait=N` waits up to N seconds, at most 25, for the job to end: then the answer is 201, however it ended.",
    schema: { type: "string" },
    example: "wait=20",
  },
  "Last-Event-ID": {
    description: "The number of the newest event that the caller has; what is newer follows. The newest 50 are kept.",
    schema: { type: "string", pattern: "^(0|[1-9][0-9]{0,14})$" },
    example: "7",
  },
} as const;

export type HeaderName = keyof typeof requestHeaders;

export const answerHeaders = {
  "X-Request-Id": { description: "Names this request in our log.", schema: { type: "string" } },
  "Retry-After": { description: "Seconds to wait before the next try.", schema: { type: "integer", minimum: 1 } },
  Location: { description: "The path of what was made or can be followed.", schema: { type: "string" } },
} as const;
