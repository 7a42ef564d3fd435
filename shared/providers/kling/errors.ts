// What Kling's codes mean. Vendor documentation, error codes: an HTTP status and a code of four digits in the body.
import type { Failure } from "../../ports/provider.ts";
import type { VendorAnswer } from "../calling/call-vendor.ts";
import { broken, notAllowed, notTaken, refusedContent, throttled, UnclearAnswer } from "../calling/failures.ts";
import { numberAt, textAt } from "../calling/json.ts";

export type Meaning = "fine" | "account" | "request" | "unknown thing" | "content" | "too fast" | "broken" | "unclear";

const meanings: Readonly<Record<number, Meaning>> = {
  0: "fine",
  // Authorization: wrong, missing, malformed, too early, too late.
  1000: "account",
  1001: "account",
  1002: "account",
  1003: "account",
  1004: "account",
  // The account: out of order, in arrears, its packages used up (all of them with 429), without the right.
  1100: "account",
  1101: "account",
  1102: "account",
  1103: "account",
  1200: "request",
  1201: "request",
  1202: "request",
  1203: "unknown thing",
  // The platform's policies, and those for content.
  1300: "content",
  1301: "content",
  // Too many calls, too many tasks at a time.
  1302: "too fast",
  1303: "too fast",
  // Not from this address.
  1304: "account",
  5000: "broken",
  5001: "broken",
  // It took too long in there: nobody knows what was done.
  5002: "unclear",
};

export function meaningOf({ status, json }: VendorAnswer): Meaning {
  const code = numberAt(json, "code");
  if (code === undefined || (code === 0 && status !== 200)) return "unclear";
  const known = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  if (known) return known;
  if (status === 429) return "too fast";
  return status >= 400 && status < 500 ? "request" : "unclear";
}

/** Why nothing was begun. Throws when that is not sure. */
export function failureOf(answer: VendorAnswer): Failure {
  const said = textAt(answer.json, "message");
  switch (meaningOf(answer)) {
    case "account":
      return notAllowed();
    case "request":
    case "unknown thing":
      return notTaken(said);
    case "content":
      return refusedContent(said);
    case "too fast":
      return throttled(answer);
    case "broken":
      return broken(said);
    default:
      throw new UnclearAnswer(answer);
  }
}
