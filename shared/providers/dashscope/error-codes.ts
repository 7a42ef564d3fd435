// The vendor's error codes, which are the same in an HTTP answer and in a task that failed, and what each means for a job.
import type { Failure } from "../../ports/provider.ts";
import { broken, notAllowed, notTaken, refusedContent } from "../calling/failures.ts";

export interface VendorError {
  code: string;
  message: string | undefined;
}

export type Meaning =
  /** Not to be shown or said. Never tried again, and not billed. */
  | "refused"
  /** Key, account, workspace or bill. */
  | "account"
  /** Something about the request itself. */
  | "request"
  /** Passes within a minute or so. */
  | "throttled"
  /** A quota for each minute, or one that is used up for good: the message says which. */
  | "quota"
  | "broken"
  /** Broken, or brought about by the request itself: worth one more attempt. */
  | "once";

/** Vendor documentation, error codes. */
const meanings: Readonly<Record<string, Meaning>> = {
  InvalidParameter: "request",
  InvalidURL: "request",
  "BadRequest.EmptyInput": "request",
  "BadRequest.EmptyModel": "request",
  "BadRequest.EmptyParameters": "request",
  "BadRequest.TooLarge": "request",
  "BadRequest.UnsupportedFileFormat": "request",
  "BadRequest.InputDownloadFailed": "once",
  UnsupportedOperation: "request",
  ModelNotFound: "request",
  DataInspectionFailed: "refused",
  data_inspection_failed: "refused",
  CustomRoleBlocked: "refused",
  FaqRuleBlocked: "refused",
  IPInfringementSuspect: "refused",
  Arrearage: "account",
  InvalidApiKey: "account",
  invalid_api_key: "account",
  AccessDenied: "account",
  "AccessDenied.Unpurchased": "account",
  "Model.AccessDenied": "account",
  "Workspace.AccessDenied": "account",
  WorkSpaceNotFound: "account",
  "AllocationQuota.FreeTierOnly": "account",
  PrepaidBillOverdue: "account",
  PostpaidBillOverdue: "account",
  CommodityNotPurchased: "account",
  BudgetLimitExceeded: "account",
  Throttling: "throttled",
  "Throttling.RateQuota": "throttled",
  "Throttling.BurstRate": "throttled",
  "Throttling.ServiceOverloaded": "throttled",
  LimitRequests: "throttled",
  "Throttling.AllocationQuota": "quota",
  insufficient_quota: "quota",
  RequestTimeOut: "broken",
  InternalError: "broken",
  "InternalError.Timeout": "broken",
  "InternalError.Algo": "once",
  SystemError: "broken",
  ModelServiceFailed: "broken",
  ModelUnavailable: "broken",
  ModelServingError: "broken",
};

/** Undefined for a code that nobody has documented. Of those that have parts the first one says enough: new ones come now and then. */
export function meaningOf({ code, message = "" }: VendorError): Exclude<Meaning, "quota"> | undefined {
  const known = [code, code.split(".")[0] ?? ""].find((name) => Object.hasOwn(meanings, name));
  const found = known === undefined ? undefined : meanings[known];
  if (found !== "quota") return found;
  return /free/i.test(message) ? "account" : "throttled";
}

/** Of a task that was taken and then failed, or of a part of one. `mayRepeat`: nobody has tried again yet. */
export function taskFailure(error: VendorError, mayRepeat: boolean): Failure {
  const { message } = error;
  switch (meaningOf(error)) {
    case "refused":
      return refusedContent(message);
    case "account":
      return notAllowed();
    case "request":
      return notTaken(message);
    case "once":
      return { ...broken(message), retryable: mayRepeat };
    case "throttled":
      // The task itself met it, not the question about it: another attempt, once that has passed.
      return { ...broken(message), retryAfterMs: THROTTLED_PAUSE_MS };
    default:
      return broken(message);
  }
}

/** Vendor documentation, rate limits: recovers within about a minute. */
export const THROTTLED_PAUSE_MS = 30_000;
