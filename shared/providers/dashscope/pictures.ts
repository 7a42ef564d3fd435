// How pictures reach the vendor: as URLs of our store where it can fetch from there, else within the request.
import type { CallContext, ProviderRequest, StartOutcome } from "../../ports/provider.ts";
import { isReachable, urlOfInput } from "../calling/inputs.ts";
import { traitsOf } from "./traits.ts";

/** Nothing was asked of the vendor when it fails. */
export async function picturesFor(
  { model, inputs = [] }: ProviderRequest,
  context: CallContext,
): Promise<string[] | (StartOutcome & { state: "failed" })> {
  const urls: string[] = [];
  // One after the other: each may be whole in memory.
  for (const [index, input] of inputs.entries()) urls.push(await urlOfInput(context, index, input));
  // The vendor's SDK: references are URLs, never bytes.
  const isByUrl = traitsOf(model).protocol === "references-to-video";
  if (!isByUrl || urls.every(isReachable)) return urls;
  const message = `${model} fetches its pictures, and cannot reach this server's store. Use another model.`;
  return { state: "failed", failure: { type: "fetch_failed", message, retryable: false } };
}
