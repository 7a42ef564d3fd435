// The one place that fetches a URL which somebody else gave us: a user, a provider, or a redirect.
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { AppError } from "../errors/app-error.ts";
import { locationOf, readFileHead } from "./fetch-answer.ts";
import { readBody } from "./fetch-body.ts";
import { addressesOf, connect } from "./fetch-connection.ts";
import { type Fetching, type FetchOptions, transferLimits } from "./fetch-limits.ts";
import { MAX_HEAD_BYTES, tidied } from "./fetch-tidy.ts";
import { asFailure, failed, ignore, startWatch } from "./fetch-watch.ts";
import { refuseForeignUrl, type TrustedHosts } from "./foreign-url.ts";
import { tooLarge } from "./refusal.ts";

export interface Fetched {
  /** Throws `fetch_failed` or `invalid_output` (larger than `maxBytes`) while it is read. Read it, return its iterator, or destroy it. */
  body: AsyncIterableIterator<Uint8Array> & { destroy(): void };
  /** Bytes, when the server said so of the file itself; a body that ends earlier throws. */
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
 * a pause, `onlyElsewhere` when this URL will not give it) or `invalid_output` (larger than `maxBytes`). Texts are for users: they name no address and no URL.
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
  const request = watch.hold(requestOn(socket, url, { headers: headersFor(url, headers) }));
  const text = "The file's server did not answer in time.";
  try {
    // A header that comes in drops does not put this off, nor does any number of 1xx answers.
    return await watch.wait(answerTo(request), { ms: limits.idleMs, text, on: request });
  } catch (cause) {
    throw asFailure(cause, "The file's server broke off before it answered.");
  }
}

/** A request on a connection of its own. */
export function requestOn(
  socket: Socket,
  url: URL,
  options: Pick<RequestOptions, "method" | "headers">,
): ClientRequest {
  const request = httpRequest({
    ...options,
    createConnection: () => tidied(socket),
    // As it was given, with a `?` that nothing follows.
    path: url.href.slice(url.origin.length).replace(/#.*/s, ""),
    // Tidying is what counts bytes; it may lengthen each line by one.
    maxHeaderSize: 2 * MAX_HEAD_BYTES,
  });
  // By default Node leaves out whatever comes behind the first thousand lines, the length and the encoding too.
  request.maxHeadersCount = 0;
  return request;
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
    // Not every server heeds it.
    "accept-encoding": "identity",
    host: url.host,
    connection: "close",
  };
}

function fetched(url: URL, response: IncomingMessage, fetching: Fetching): Fetched {
  const { encodings, contentLength } = readFileHead(response);
  if (contentLength !== null && contentLength > fetching.limits.maxBytes) throw tooLarge(fetching.limits.maxBytes);
  return { body: readBody(response, encodings, fetching), contentLength, finalUrl: url.href };
}
