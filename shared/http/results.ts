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
