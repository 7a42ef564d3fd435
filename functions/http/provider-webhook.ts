// POST /webhooks/{provider}/{token}: a vendor says that something has changed. Jobs that wait for it are looked at at once; nothing else comes of it.
import { AppError } from "../../shared/errors/app-error.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { takeRequest } from "../../shared/http/limits.ts";
import { ok } from "../../shared/http/results.ts";
import { takeCallback } from "../../shared/jobs/callbacks/take-callback.ts";
import { callbackUrlOf } from "../../shared/runtime/callbacks.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

/** What vendors say has a few KB. */
const MAX_BYTES = 256 * 1024;

async function takeCall({ params, headers, rawBody, remoteAddress, signal }: AcceptedFromAnyone) {
  const { provider = "", token = "" } = params;
  const runtime = requestRuntime();
  const url = callbackUrlOf(runtime.callbackBase ?? `https://${headers.host}`, provider, token);
  const ownToken = runtime.ownTokens.get(provider);
  const taken = await takeCallback(runtime, { provider, token, ownToken, url, headers, body: rawBody, signal });
  if (taken === "taken") return ok(null);
  // All of a vendor's calls may come from a few addresses: only whoever guesses is counted.
  await takeRequest({ deps: runtime }, { address: remoteAddress });
  throw new AppError(taken === "forged" ? "forbidden" : "not_found", taken === "forged" ? { message: FORGED } : {});
}

const FORGED = "This call is not signed as this provider signs, or it is too old.";

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    maxRawBytes: MAX_BYTES,
    countsOnlyRefused: true,
    summary: "For providers: something has changed about a task. The token in the path says for whom it was made.",
    description:
      "The body is the provider's own, of any type and at most 256 KB. An answer of 5xx, and 429, asks for the call again; any other one ends it.",
    answers: () => ({ 200: "Taken. So are repeated calls, and calls about what is of no matter any more." }),
    errors: ["forbidden", "too_large"],
  },
  takeCall,
);
