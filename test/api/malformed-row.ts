// One row of the tables of malformed requests: what is sent, and how it is refused.

export interface Malformed {
  method: string;
  /** Below /api/v1; `{job}` is a job of the caller, `{other}` one of somebody else. */
  path: string;
  headers?: Record<string, string>;
  /** Sent as it is, as application/json unless `headers` say otherwise. */
  body?: string | Uint8Array;
  /** Default: the caller's. */
  token?: string | null;
  status: number;
  type: string;
  /** What the message has to name. */
  names: string;
}

export type Row = readonly [title: string, request: Malformed];

export const invalid = { status: 400, type: "invalid_request" } as const;
export const image = { method: "POST", path: "/ai/generate-image" } as const;

/** A body for the route: by default that for pictures. */
export function bodyRow(title: string, body: string | Uint8Array, names = "body", route: object = image): Row {
  return [title, { ...image, ...route, body, ...invalid, names }];
}
