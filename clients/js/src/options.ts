// What each call may be told beside its input.

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Of one try, not of all together. By default the client's. */
  timeoutMs?: number | undefined;
}

export interface KeyedOptions extends CallOptions {
  /** Names this wish: a call with the same key and body is the same wish, and charged once. By default a new one for each call, the same for its tries. */
  idempotencyKey?: string | undefined;
  /** Waits up to so many seconds, at most 25, for the job to end. */
  waitSeconds?: number | undefined;
}
