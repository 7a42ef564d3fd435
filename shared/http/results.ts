// What a function answers with: a status, the data, and perhaps where the new thing is; or a response without our envelope.
import type { HttpResponse, StreamedBody } from "../events/http.ts";

export interface Result {
  status: number;
  /** Anything that JSON can say, or JSON that was made already; stands under `data`. */
  data: unknown;
  headers: Record<string, string>;
}

/** A text that is JSON. */
export class Json {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function ok(data: unknown): Result {
  return { status: 200, data, headers: {} };
}

/** `location`: the path of what was made. */
export function created(data: unknown, location?: string): Result {
  return { status: 201, data, headers: location === undefined ? {} : { location } };
}

/** The work goes on; `location` is the path to follow it at. */
export function accepted(data: unknown, location: string): Result {
  return { status: 202, data, headers: { location } };
}

/** It will be done, and there is nothing to follow. */
export function taken(): Result {
  return { status: 202, data: null, headers: {} };
}

/** A job that was asked for: 201 when it ended while the caller waited, however it ended; 202 when it goes on; 200 when it was there before. */
export function jobAnswer({ job, state }: { job: { id: string }; state: "ended" | "started" | "known" }): Result {
  const status = { ended: 201, started: 202, known: 200 }[state];
  return { status, data: job, headers: { location: `/api/v1/jobs/${job.id}` } };
}

/** A production that was asked for: 202 when it goes on, 200 when it was there before. */
export function productionAnswer(production: { id: string }, isNew: boolean): Result {
  const headers = { location: `/api/v1/productions/${production.id}` };
  return { status: isNew ? 202 : 200, data: production, headers };
}

/** Without an envelope. */
export function bare(contentType: string, body: string, headers: Record<string, string> = {}): HttpResponse {
  return { status: 200, headers: { "content-type": contentType, ...headers }, body };
}

/** Server-sent events. A proxy that collected or changed what is on its way would take their sense. */
export function eventStream(body: StreamedBody): HttpResponse {
  const headers = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    // nginx and those who follow it.
    "x-accel-buffering": "no",
  };
  return { status: 200, headers, body };
}

/** There is nothing to say. A reader of server-sent events does not come back after it. */
export function noContent(): HttpResponse {
  return { status: 204, headers: {}, body: "" };
}
