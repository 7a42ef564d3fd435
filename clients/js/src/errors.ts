// Whatever can go wrong, as one class whose `type` says which: a switch over it knows the rest.
import type { Error as Envelope } from "./generated/schema.ts";

/** What the API itself says. */
export type AnswerType = Envelope["error"]["type"];

export interface Detail {
  /** Of the request: `inputs.0.url`. */
  path: string;
  message: string;
}

interface Answered<Type extends AnswerType> {
  readonly type: Type;
  readonly status: number;
  /** Names the request in the server's log. */
  readonly requestId: string;
  readonly details: readonly Detail[];
  /** When the server says so: with 429, 503 and 507. */
  readonly retryAfterMs: number | null;
}

interface Unanswered {
  /**
   * `no_connection`: after all tries nobody has answered; `timed_out`: not in time. Without an idempotency key nobody knows whether it was done.
   * `aborted`: by the caller's signal. `not_understood`: an answer that is none of the API's, as a proxy's page.
   */
  readonly type: "no_connection" | "timed_out" | "aborted" | "not_understood";
  readonly status: number | null;
}

interface UploadRefused {
  /** The file was sent, and is not taken: the message says why. `upload_failed`: the store did not take it. */
  readonly type: "upload_rejected" | "upload_failed";
  readonly uploadId: string;
}

interface Forged {
  /** A webhook that is not signed with any of the secrets, or is too old. */
  readonly type: "not_verified";
}

type OfAnswers = { [Type in AnswerType]: Answered<Type> }[AnswerType];

/** By `type` each has its own fields. */
export type Failure = OfAnswers | Unanswered | UploadRefused | Forged;

/** What is thrown. `failure` is the union to switch over; `type` is its type. */
export class DreamFactoryError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DreamFactoryError";
    this.failure = failure;
  }

  get type(): Failure["type"] {
    return this.failure.type;
  }
}

/** The failure behind whatever was caught; null when it is not one of ours. */
export function failureOf(thrown: unknown): Failure | null {
  return thrown instanceof DreamFactoryError ? thrown.failure : null;
}

/** The error that an answer is. */
export async function errorOf(response: Response): Promise<DreamFactoryError> {
  const { status } = response;
  const text = await response.text().catch(() => "");
  const envelope = parsed(text);
  if (!envelope?.error) {
    return new DreamFactoryError({ type: "not_understood", status }, `Status ${status}, and no answer of the API.`);
  }
  const { type, requestId, details } = envelope.error;
  const retryAfterMs = retryAfterOf(response);
  return new DreamFactoryError({ type, status, requestId, details, retryAfterMs } as Failure, envelope.message);
}

/** RFC 9110, 10.2.3: seconds, or a date. */
export function retryAfterOf({ headers }: Response): number | null {
  const said = headers.get("retry-after");
  if (said === null) return null;
  const ms = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function parsed(text: string): Envelope | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
