// The one place that fetches a URL which somebody else gave us: a user, a provider, or a redirect.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { AppError } from "../errors/app-error.ts";
import { readBody } from "./fetch-body.ts";
import { addressesOf, connect } from "./fetch-connection.ts";
import { type Fetching, type FetchOptions, transferLimits } from "./fetch-limits.ts";
import { asFailure, failed, ignore, startWatch } from "./fetch-watch.ts";
import { refuseForeignUrl, type TrustedHosts } from "./foreign-url.ts";
import { tooLarge } from "./refusal.ts";

export interface Fetched {
  /** Throws `fetch_failed` or `invalid_output` (larger than `maxBytes`) while it is read. Read it, return its iterator, or destroy it. */
  body: AsyncIterableIterator<Uint8Array> & { destroy(): void };
  /** Bytes, when the server said so; a body that ends earlier throws. */
  contentLength: number | null;
  /** Where the redirects ended; may hold a signature. */
  finalUrl: string;
}

/**
 * Fetches a foreign URL by GET. Every hop is judged anew: the URL, then every address of its name; and the connection goes to an address
 * that was judged, never to a name. No connection is used twice, no proxy is asked. A trusted name is looked up as the system does it
 * (its hosts file too) and not judged. From https nothing leads back to http.
 *
 * Throws AppError `fetch_refused` (a place that may not be fetched from), `fetch_failed` (with `retryAfterMs` when the server asked for
 * a pause) or `invalid_output` (larger than `maxBytes`). Texts are for users: they name no address and no URL.
 */
export async function fetchForeign(url: string, options: FetchOptions): Promise<Fetched> {
  const limits = { ...transferLimits, ...options.limits };
  const watch = startWatch(limits.totalMs, options.signal);
  try {
    return await follow(judge(url, options.trusted), { options, limits, watch, server: "The file's server" });
  } catch (error) {
    throw watch.end(asFailure(error));
  }
}

async function follow(url: URL, fetching: Fetching): Promise<Fetched> {
  const { options, limits } = fetching;
  let hop = { url, headers: options.headers ?? {} };
  for (let redirects = 0; redirects <= limits.maxRedirects; redirects++) {
    const response = await get(hop.url, hop.headers, fetching);
    const location = locationOf(response);
    if (location === null) return fetched(hop.url, response, fetching);
    response.destroy();
    const next = redirect(hop.url, location, options.trusted);
    hop = { url: next, headers: next.origin === hop.url.origin ? hop.headers : {} };
  }
  throw failed(`The URL redirects more than ${limits.maxRedirects} times.`);
}

function judge(url: string, trusted: TrustedHosts): URL {
  const refusal = refuseForeignUrl(url, trusted);
  if (refusal !== null) throw new AppError("fetch_refused", { message: refusal });
  return new URL(url);
}

function redirect(from: URL, location: string, trusted: TrustedHosts): URL {
  const url = URL.parse(location, from.href);
  if (url === null) throw failed("The URL redirects to something that is not a URL.");
  // What was asked for in secret is not sent on in the clear, and nobody on the way may exchange the file.
  if (from.protocol === "https:" && url.protocol === "http:") {
    throw new AppError("fetch_refused", { message: "The URL redirects from https to http." });
  }
  return judge(url.href, trusted);
}

async function get(url: URL, headers: Record<string, string>, fetching: Fetching): Promise<IncomingMessage> {
  const addresses = await addressesOf(url, fetching);
  const socket = await connect(url, addresses, fetching);
  const { limits, watch } = fetching;
  // With a connection of its own, a request has no agent: nothing is pooled, and no proxy of the environment applies.
  const request = watch.hold(
    httpRequest({ createConnection: () => socket, path: url.pathname + url.search, headers: headersFor(url, headers) }),
  );
  const text = "The file's server did not answer in time.";
  try {
    // A header that comes in drops does not put this off, nor does any number of 1xx answers.
    return await watch.wait(answerTo(request), { ms: limits.idleMs, text, on: request });
  } catch (cause) {
    throw asFailure(cause, "The file's server broke off before it answered.");
  }
}

/** Sends the request and resolves with the head of its answer. */
export function answerTo(request: ClientRequest, body?: Uint8Array): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on("error", reject);
  request.once("response", (response) => {
    response.on("error", ignore);
    resolve(response);
  });
  // Node gives the connection away with this event, and tells nobody when there is nobody to take it.
  request.once("upgrade", (_response, socket) => {
    socket.destroy();
    reject(new Error("The server changed the protocol."));
  });
  request.end(body);
  return promise;
}

function headersFor(url: URL, headers: Record<string, string>): Record<string, string> {
  return {
    "user-agent": "dream-factory",
    accept: "*/*",
    ...Object.fromEntries(new Headers(headers)),
    // Sizes and hashes are those of the file itself.
    "accept-encoding": "identity",
    host: url.host,
    connection: "close",
  };
}

function locationOf(response: IncomingMessage): string | null {
  if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0)) return null;
  const location = response.headers.location;
  if (location === undefined) throw failed("The URL redirects without saying where to.");
  // Node reads headers as Latin-1; who writes a Location without percent-encoding means UTF-8.
  return Buffer.from(location, "latin1").toString("utf8");
}

function fetched(url: URL, response: IncomingMessage, fetching: Fetching): Fetched {
  checkStatus(response);
  checkEncoding(response);
  const length = response.headers["content-length"];
  const contentLength = length === undefined ? null : Number(length);
  if (contentLength !== null && contentLength > fetching.limits.maxBytes) throw tooLarge(fetching.limits.maxBytes);
  return { body: readBody(response, fetching), contentLength, finalUrl: url.href };
}

/** In the 2xx without a file of their own: 202 is not ready, 204 and 205 are empty, 206 is a part that nobody asked for. */
const withoutFile = [202, 204, 205, 206];

function checkStatus(response: IncomingMessage): void {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status <= 299 && !withoutFile.includes(status)) return;
  const retryAfterMs = status === 429 || status === 503 ? retryAfter(response.headers["retry-after"]) : null;
  const message = `The file's server answered with status ${status}.`;
  throw new AppError("fetch_failed", { message, ...(retryAfterMs !== null && { retryAfterMs }) });
}

const maxRetryAfterMs = 5 * 60_000;

/** RFC 9110, 10.2.3: seconds or a date. Null when it is neither. */
export function retryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  const ms = /^[0-9]+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), maxRetryAfterMs);
}

function checkEncoding({ headers }: IncomingMessage): void {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  const transfer = headers["transfer-encoding"]?.trim().toLowerCase() ?? "chunked";
  // aws-chunked names the way an object was once uploaded; some S3-compatible stores leave it on bytes that are plain.
  if (["", "identity", "aws-chunked"].includes(encoding) && transfer === "chunked") return;
  throw failed("The file's server sent the file in an encoding that was not asked for.");
}
