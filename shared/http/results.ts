// What a function answers with: a status, the data, and perhaps where the new thing is.

export interface Result {
  status: number;
  /** Anything that JSON can say; stands under `data`. */
  data: unknown;
  headers: Record<string, string>;
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

/** A job that was asked for: 201 when it ended while the caller waited, however it ended; 202 when it goes on; 200 when it was there before. */
export function jobAnswer({ job, state }: { job: { id: string }; state: "ended" | "started" | "known" }): Result {
  const status = { ended: 201, started: 202, known: 200 }[state];
  return { status, data: job, headers: { location: `/api/v1/jobs/${job.id}` } };
}
