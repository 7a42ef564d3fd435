// Errors as OpenAI's clients read them: `{error:{message,type,code,param}}`. Type and code are our own types.
import { AppError } from "../../errors/app-error.ts";
import { catalogue } from "../../errors/catalogue.ts";
import type { WholeResponse } from "../../events/http.ts";
import { failure } from "../../http/envelope.ts";

export interface OpenAiError {
  message: string;
  type: string;
  param: string | null;
}

/** Takes whatever was thrown. */
export function openAiFailure(thrown: unknown, requestId: string): WholeResponse {
  const { status, headers, body } = failure(thrown, requestId);
  const { message, error } = JSON.parse(String(body)) as Envelope;
  const param = error.details[0]?.path ?? null;
  return openAiError(status, { message, type: error.type, param }, headers);
}

interface Envelope {
  message: string;
  error: { type: string; details: { path: string }[] };
}

export function openAiError(
  status: number,
  { message, type, param }: OpenAiError,
  headers: Record<string, string> = {},
): WholeResponse {
  return {
    status,
    headers: { ...headers, ...(isFinal(status) ? final : {}), "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ error: { message, type, param, code: type } }),
  };
}

/** What its clients would send again in vain: by themselves they take a 409 for something that passes. */
const final = { "x-should-retry": "false" };

function isFinal(status: number): boolean {
  return status < 500 && status !== 429;
}

/** A job that has ended without an output. Never a status that is sent again: the same job would only be shown again. */
export function endedBadly(job: {
  id: string;
  status: string;
  error: { type: string; message: string } | null;
}): WholeResponse {
  const { type, message } = job.error ?? { type: "cancelled", message: "The job was cancelled." };
  const status = type === "moderation_blocked" ? 400 : 422;
  return openAiError(status, { message, type, param: null }, { "x-job-id": job.id });
}

const COME_BACK_MS = 50;

/** Whoever sends the request again waits for the same job. */
export function stillRunning(job: { id: string }): WholeResponse {
  const message = `Job ${job.id} goes on, and is charged once. Send the same request again to wait for it, or GET /api/v1/jobs/${job.id}.`;
  const headers = { "x-job-id": job.id, "retry-after-ms": String(COME_BACK_MS) };
  return openAiError(504, { message, type: "still_running", param: null }, headers);
}

/** Whether a client would send the request again after this: then its place waits for it. */
export function isSentAgain(thrown: unknown): boolean {
  if (!(thrown instanceof AppError)) return true;
  const { status } = catalogue[thrown.type];
  return status >= 500 || status === 429;
}
