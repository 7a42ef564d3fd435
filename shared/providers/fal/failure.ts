// What fal's errors mean, whether the queue or a model has made them.
import type { Failure } from "../../ports/provider.ts";
import type { VendorAnswer } from "../calling/call-vendor.ts";
import { broken, notTaken, refusedContent } from "../calling/failures.ts";
import { at, listAt, textAt } from "../calling/json.ts";

/** Null when it is no error in the vendor's form: `detail` as a text or as a list, or `error_type`. */
export function failureOf(answer: Pick<VendorAnswer, "status" | "headers" | "json">): Failure | null {
  const { status, headers, json } = answer;
  const said = textAt(json, "detail") ?? textAt(json, "detail", 0, "msg") ?? textAt(json, "error");
  const types = typesOf(answer);
  if (said === undefined && types.length === 0) return null;
  if (types.includes("content_policy_violation")) return refusedContent(said);
  // Vendor documentation, errors: the header says whether the very same request may succeed; it goes before the status.
  const header = headers.get("x-fal-retryable");
  const retryable = header === null ? status >= 500 || status === 408 || status === 429 : header === "true";
  if (retryable) return broken(said);
  return status < 500 ? notTaken(said) : { ...broken(said), retryable: false };
}

/** False for what a gateway may have said: who asks does not know then what became of the request. */
export function isOfModel(answer: VendorAnswer): boolean {
  if (![408, 429, 502, 503, 504].includes(answer.status)) return true;
  return typesOf(answer).length > 0 || answer.headers.has("x-fal-retryable");
}

/** Vendor documentation, errors: of a model in each entry of `detail`, of the platform beside it and in a header. */
function typesOf({ headers, json }: Pick<VendorAnswer, "headers" | "json">): string[] {
  const ofModel = listAt(json, "detail").map((entry) => at(entry, "type"));
  const all = [...ofModel, at(json, "error_type"), headers.get("x-fal-error-type")];
  return all.filter((type): type is string => typeof type === "string" && type !== "");
}
