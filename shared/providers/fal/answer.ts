// What the answers of fal's queue mean.
import { AppError } from "../../errors/app-error.ts";
import type { CheckOutcome, Source, StartOutcome, VisualKind } from "../../ports/provider.ts";
import type { JsonObject } from "../../ports/table.ts";
import type { VendorAnswer } from "../calling/call-vendor.ts";
import { notAllowed, refusedContent, retryAfterOf, throttled, UnclearAnswer } from "../calling/failures.ts";
import { at, listAt, textAt } from "../calling/json.ts";
import { urlsIn } from "./call.ts";
import { failureOf, isOfModel } from "./failure.ts";

/** Nothing is said of how often to ask; the vendor's client asks twice a second. */
const checkAfterMs: Readonly<Record<VisualKind, number>> = { image: 1000, video: 4000 };
const REFUSED_CHECK_AFTER_MS = 10_000;

export function startedBy(answer: VendorAnswer, known: { app: string; type: VisualKind }): StartOutcome {
  const { status, json } = answer;
  const id = textAt(json, "request_id");
  if (status === 200 && id && id.length <= 200) {
    return {
      state: "started",
      task: { id, data: { ...known, ...urlsIn(json) } },
      checkAfterMs: checkAfterMs[known.type],
    };
  }
  if (status === 429) return { state: "failed", failure: throttled(answer) };
  const failure = status >= 400 && ![408, 502, 504].includes(status) ? failureOf(answer) : null;
  if (!failure) throw new UnclearAnswer(answer);
  // Vendor documentation, errors: a key that is not known, or an account that is locked, for its balance too.
  const isRefused = status === 401 || status === 402 || status === 403;
  return { state: "failed", failure: isRefused && failure.type !== "moderation_blocked" ? notAllowed() : failure };
}

export type StatusOutcome = CheckOutcome | { state: "ended" };

/** Vendor documentation, queue: 202 while it waits or runs, 200 when it is completed, which a failure is as well. */
export function statusOutcome(answer: VendorAnswer, type: VisualKind): StatusOutcome {
  const { status, headers, json } = answer;
  if (status === 429) return later(headers);
  if (status === 404 && failureOf(answer)) return gone;
  const state = textAt(json, "status");
  // A key that is refused says nothing of the request: it may be changed back.
  if ((status !== 200 && status !== 202) || !state) throw new UnclearAnswer(answer);
  return state === "COMPLETED" ? { state: "ended" } : { state: "running", checkAfterMs: checkAfterMs[type] };
}

/** `status`: what had been said of it, which names the error in newer answers. */
export function resultOutcome(answer: VendorAnswer, status: VendorAnswer, type: VisualKind): CheckOutcome {
  const { headers, json } = answer;
  if (answer.status === 200 && isFull(json)) return outputsOf(json, type);
  if (answer.status === 400 && /still in progress/i.test(textAt(json, "detail") ?? "")) return later(headers);
  if (answer.status === 401 || answer.status === 403) throw new UnclearAnswer(answer);
  const failure = answer.status >= 400 && isOfModel(answer) ? failureOf(answer) : null;
  if (failure) return { state: "failed", failure };
  const said = textAt(status.json, "error_type") ? failureOf({ ...status, status: 500 }) : null;
  if (said) return { state: "failed", failure: said };
  if (answer.status === 429) return later(headers);
  throw new UnclearAnswer(answer);
}

function isFull(json: unknown): boolean {
  return typeof json === "object" && json !== null && Object.keys(json).length > 0;
}

/** Under which names models of a kind give their files: a list, or one. */
const places: Readonly<Record<VisualKind, readonly string[]>> = {
  image: ["images", "image"],
  video: ["video", "videos"],
};

function outputsOf(json: unknown, type: VisualKind): CheckOutcome {
  const place = places[type].find((name) => at(json, name) !== undefined);
  if (place === undefined) {
    const message = `The provider's answer holds no ${type} where one was expected.`;
    return { state: "failed", failure: { type: "provider_error", message, retryable: false } };
  }
  const found = at(json, place);
  const files: readonly unknown[] = Array.isArray(found) ? found : [found];
  const flags = listAt(json, "has_nsfw_concepts");
  const sources = files.flatMap((file, i) => (flags[i] === true ? [refusedSource] : sourceOf(file)));
  const isRefused = sources.length > 0 && sources.every((source) => source === refusedSource);
  return isRefused ? { state: "failed", failure: refusedContent() } : { state: "succeeded", sources };
}

function sourceOf(file: unknown): Source[] {
  const url = typeof file === "string" ? file : textAt(file, "url");
  return url !== undefined && URL.canParse(url) ? [{ kind: "url", url }] : [];
}

/**
 * Types of the vendor's client: `has_nsfw_concepts` says it of each picture; what then lies at its URL is black. The others of the same
 * request are good, so that this one alone is refused, when it is opened.
 */
const refusedSource: Source = { kind: "stream", data: { isRefused: true } };

export function errorOf(data: JsonObject): AppError {
  return new AppError(data.isRefused === true ? "moderation_blocked" : "invalid_output");
}

function later(headers: Headers): CheckOutcome {
  return { state: "running", checkAfterMs: retryAfterOf(headers) ?? REFUSED_CHECK_AFTER_MS };
}

const gone: CheckOutcome = {
  state: "failed",
  failure: { type: "provider_error", message: "The provider no longer knows of this.", retryable: false },
};
