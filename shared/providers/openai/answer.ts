// What OpenAI answers to a start: pictures as base64, kept while they come; from some gateways URLs; or why there are none.
import type { CallContext, Failure, Source, StartOutcome } from "../../ports/provider.ts";
import { decodedBase64 } from "../calling/base64.ts";
import { type openVendor, parsed, textOf } from "../calling/call-vendor.ts";
import { broken, notAllowed, notTaken, refusedContent, throttled, UnclearAnswer } from "../calling/failures.ts";
import { at, textAt } from "../calling/json.ts";
import { readStreamedJson } from "../calling/streamed-json.ts";

type Opened = Awaited<ReturnType<typeof openVendor>>;

/** Throws when the answer says nothing, or ends in the middle. */
export async function outcomeOf(
  answer: Opened,
  n: number,
  keep: NonNullable<CallContext["keep"]>,
): Promise<StartOutcome> {
  if (answer.status !== 200) return failed(answer, parsed(await textOf(answer.body, MOST_ERROR_BYTES)));
  const places = new Set<unknown>();
  const json = await readStreamedJson(answer.body, {
    isStreamed: ([data, , field, ...deeper]) => data === "data" && field === "b64_json" && deeper.length === 0,
    async take([, place], text) {
      const index = places.size;
      places.add(place);
      if (index < n) await keep(index, decodedBase64(text));
    },
  });
  const data = at(json, "data");
  if (!Array.isArray(data)) return failed(answer, json);
  const urls = data.flatMap((each: unknown, place) => (places.has(place) ? [] : (textAt(each, "url") ?? [])));
  const sources: Source[] = [
    ...Array.from(places, () => ({ kind: "kept" }) as const),
    ...urls.map((url) => ({ kind: "url", url }) as const),
  ];
  // No picture and no error is how some gateways refuse: all that was asked for, or some of it.
  if (sources.length === 0) return { state: "failed", failure: refusedContent() };
  const missing = Array.from({ length: Math.max(0, n - sources.length) }, () => refusedPicture);
  return { state: "succeeded", sources: [...sources, ...missing].slice(0, n) };
}

/** The answer is the sound itself, kept while it comes. Throws when it ends in the middle. */
export async function spokenBy(answer: Opened, keep: NonNullable<CallContext["keep"]>): Promise<StartOutcome> {
  const isSound = answer.headers.get("content-type")?.startsWith("audio/");
  if (answer.status !== 200 || !isSound) return failed(answer, parsed(await textOf(answer.body, MOST_ERROR_BYTES)));
  await keep(0, answer.body);
  return { state: "succeeded", sources: [{ kind: "kept" }] };
}

/** So that the others are kept, and nothing is paid for once more. */
export const refusedPicture = { kind: "stream", data: { isRefused: true } } as const satisfies Source;

const MOST_ERROR_BYTES = 1024 * 1024;

function failed({ status, headers }: Opened, json: unknown): StartOutcome {
  return { state: "failed", failure: failureOf({ status, headers }, json) };
}

// Vendor documentation, error codes: bodies are {"error":{"message","type","param","code"}}.
const ofContent = ["moderation_blocked", "content_policy_violation"];
const ofAccount = [
  "insufficient_quota",
  "project_spend_limit_exceeded",
  "billing_hard_limit_reached",
  "invalid_api_key",
];

function failureOf({ status, headers }: Pick<Opened, "status" | "headers">, json: unknown): Failure {
  const said = textAt(json, "error", "message");
  const code = textAt(json, "error", "code") ?? "";
  const isClear = typeof at(json, "error") === "object" && (said !== undefined || code !== "");
  // A gateway's own word, whatever it looks like: the vendor may be at work.
  if (status === 502 || status === 504) throw new UnclearAnswer({ status });
  if (ofContent.includes(code)) return refusedContent(said);
  if (ofAccount.includes(code)) return notAllowed();
  if (status === 429) return throttled({ headers });
  if (!isClear) throw new UnclearAnswer({ status });
  if (status === 401 || status === 403) return notAllowed();
  if (status === 408 || status === 409 || status >= 500) return broken(said);
  return notTaken(said);
}
