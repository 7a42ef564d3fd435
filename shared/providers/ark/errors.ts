// What Ark's codes mean. Vendor documentation, error codes: `error.code` is a name, some with a part after a dot.
import type { Failure } from "../../ports/provider.ts";
import type { VendorAnswer } from "../calling/call-vendor.ts";
import { broken, notAllowed, notTaken, refusedContent, throttled, UnclearAnswer } from "../calling/failures.ts";
import { at, textAt } from "../calling/json.ts";

export interface ArkError {
  code: string;
  message: string | undefined;
}

export type Meaning = "content" | "too fast" | "account" | "unknown thing" | "broken" | "request" | "unclear";

/** Null where there is none. */
export function errorOf(json: unknown): ArkError | null {
  const code = textAt(at(json, "error"), "code");
  return code ? { code, message: textAt(json, "error", "message") } : null;
}

/** `status` is that of the answer, where the error is the answer's own. */
export function meaningOf({ code, message = "" }: ArkError, status?: number): Meaning {
  // SensitiveContentDetected, alone, with a part, and with what was looked at in front of it.
  if (/SensitiveContent/.test(code)) return "content";
  // One code for three things: a trial or a plan that is used up, and a queue that is full.
  if (code === "QuotaExceeded") return /free trial|usage quota/i.test(message) ? "account" : "too fast";
  if (code === "SetLimitExceeded" || accountCodes.test(code)) return "account";
  if (status === 429 || /RateLimitExceeded|ServerOverloaded|InflightBatchsizeExceeded/.test(code)) return "too fast";
  if (/^(NotFound|ResourceNotFound)/.test(code)) return "unknown thing";
  if (/^Internal/.test(code)) return "broken";
  return status === undefined || status < 500 ? "request" : "unclear";
}

/** Key, balance, rights, or a model that was not activated: only the operator can mend it. */
const accountCodes =
  /^(AuthenticationError|InvalidAccountStatus|InvalidSubscription|AccountOverdueError|AccessDenied|OperationDenied\.(ServiceNotOpen|ServiceOverdue|PermissionDenied)|ModelNotOpen|InvalidEndpointOrModel|InvalidEndpoint|UnsupportedModel)/;

/** Why nothing was begun. Throws when that is not sure. */
export function failureOf(answer: VendorAnswer): Failure {
  const error = errorOf(answer.json);
  if (!error) throw new UnclearAnswer(answer);
  return failureBy(error, meaningOf(error, answer.status), answer);
}

export function failureBy({ message }: ArkError, meaning: Meaning, answer: VendorAnswer): Failure {
  // Each message ends with the number of its request.
  const said = message?.replace(/\s*Request id:.*$/i, "");
  switch (meaning) {
    case "content":
      return refusedContent(said);
    case "too fast":
      return throttled(answer);
    case "account":
      return notAllowed();
    case "broken":
      return broken(said);
    case "request":
    case "unknown thing":
      return notTaken(said);
    default:
      throw new UnclearAnswer(answer);
  }
}
