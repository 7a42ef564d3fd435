// HTTP in our own words: what every function gets and answers, whichever cloud or server it runs on.

export interface HttpRequest {
  /** Upper case. HEAD arrives as GET. */
  method: string;
  /** Decoded, without the query: `/api/v1/jobs/…`. */
  path: string;
  /** The pattern that was matched: `/jobs/{id}`. */
  route: string;
  /** What stood for the names in the pattern, decoded. */
  params: Readonly<Record<string, string>>;
  /** Each parameter with all of its values, in their order. Has no prototype: any name is safe. */
  query: Readonly<Record<string, readonly string[]>>;
  /** Names in lower case; repeated ones are joined with commas. Has no prototype. */
  headers: Readonly<Record<string, string>>;
  /** As it came, at most MAX_BODY_BYTES unless the function is declared to take more; empty when there was none. */
  body: Uint8Array;
  /** Ours, never the caller's. */
  requestId: string;
  /** The client's address, looked up behind trusted proxies; empty when unknown. */
  remoteAddress: string;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: WholeBody | StreamedBody;
}

/** One that is all there before its first byte goes out. */
export interface WholeResponse extends HttpResponse {
  body: WholeBody;
}

export type WholeBody = string | Uint8Array;

/**
 * Pieces as they come to be, each sent at once. It ends by itself soon after the call's signal was aborted. Whoever is given one reads it to its end
 * or calls `return` on its iterator, also when nothing of it is wanted: only then does it let go of what it holds.
 */
export type StreamedBody = AsyncIterable<string | Uint8Array>;

export function isStreamed(body: HttpResponse["body"]): body is StreamedBody {
  return typeof body === "object" && Symbol.asyncIterator in body;
}

export interface HttpContext {
  /** Aborted when waiting on has lost its sense: the caller has gone, or the server is about to stop. Work that was begun is finished all the same. */
  signal: AbortSignal;
  /** How long the function may run, counted from its call; then it is cut off. */
  timeLimitMs: number;
  /** The body is not needed any more, although the answer takes a while: what holds it makes room for others. */
  letGoOfBody?: () => void;
}

export type HttpHandler = (request: HttpRequest, context: HttpContext) => Promise<HttpResponse>;

export const MAX_BODY_BYTES = 1024 * 1024;

/** Reads the part of a URL behind the question mark. Null when its percent-encoding is broken. */
export function parseQuery(text: string): HttpRequest["query"] | null {
  const query: Record<string, string[]> = Object.create(null);
  if (text === "") return query;
  if (!isEncodedWell(text)) return null;
  for (const [name, value] of new URLSearchParams(text)) {
    query[name] ??= [];
    query[name].push(value);
  }
  return query;
}

/** URLSearchParams would put U+FFFD in place of what is broken. */
function isEncodedWell(text: string): boolean {
  try {
    decodeURIComponent(text.replaceAll("+", " "));
    return true;
  } catch {
    return false;
  }
}
