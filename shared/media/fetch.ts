// The one place that fetches a URL which somebody else gave us: a user, a provider, or a redirect.
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { isIP, type Socket, connect as tcpConnect } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { AppError } from "../errors/app-error.ts";
import { publicAddressesOf, systemAddressesOf } from "./address.ts";
import { hostOf, portOf, refuseForeignUrl, type TrustedHosts } from "./foreign-url.ts";
import { tooLarge } from "./refusal.ts";

export interface FetchLimits {
  /** Of everything: names, redirects and the whole body, also while its reader is slow. */
  totalMs: number;
  /** The longest silence while we wait: for the whole header, or for the next bytes of the body. */
  idleMs: number;
  /** For looking up a name, and for each of a TCP connection and a TLS handshake. */
  connectMs: number;
  /** Over any `idleMs` that we spent waiting for the body. */
  minBytesPerSecond: number;
  maxBytes: number;
  maxRedirects: number;
}

export const transferLimits: FetchLimits = {
  totalMs: 600_000,
  idleMs: 30_000,
  connectMs: 10_000,
  minBytesPerSecond: 1024,
  maxBytes: 2 * 1024 ** 3,
  maxRedirects: 5,
};

export interface FetchOptions {
  trusted: TrustedHosts;
  /** Laid over `transferLimits`. */
  limits?: Partial<FetchLimits> | undefined;
  /** Sent to the URL's own origin only: the first redirect to another one drops them for good. */
  headers?: Record<string, string> | undefined;
  /** Ends everything at any time; what was waiting rejects with the signal's reason. */
  signal: AbortSignal;
  /** Who is asked for names, `address` or `address:port`; by default the system's own name servers. */
  nameServers?: readonly string[] | undefined;
  /** Opens a TCP connection to an address that was judged: tests place public addresses on their own servers. */
  dial?: ((address: string, port: number) => Socket) | undefined;
}

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
    return await follow(judge(url, options.trusted), { options, limits, watch });
  } catch (error) {
    throw watch.end(asFailure(error));
  }
}

interface Fetching {
  options: FetchOptions;
  limits: FetchLimits;
  watch: Watch;
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

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
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
  request.end();
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

async function addressesOf(url: URL, { options, limits, watch }: Fetching): Promise<string[]> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return [host];
  const resolver = new Resolver({ timeout: 1500, tries: 2 });
  if (options.nameServers !== undefined) resolver.setServers(options.nameServers);
  const question = watch.hold({ destroy: () => resolver.cancel() });
  const isTrusted = options.trusted.has(url.hostname, portOf(url));
  const answer = isTrusted ? systemAddressesOf(host) : publicAddressesOf(host, resolver);
  const text = "The host name of the URL could not be looked up in time.";
  return watch.wait(answer, { ms: limits.connectMs, text, on: question });
}

const maxAddresses = 4;

async function connect(url: URL, addresses: string[], fetching: Fetching): Promise<Socket> {
  let failure: unknown;
  for (const address of addresses.slice(0, maxAddresses)) {
    try {
      return await connectTo(address, url, fetching);
    } catch (error) {
      failure = error;
    }
  }
  throw asFailure(failure, "The file's server could not be reached.");
}

async function connectTo(address: string, url: URL, fetching: Fetching): Promise<Socket> {
  const { options, limits, watch } = fetching;
  const dial = options.dial ?? ((host, port) => tcpConnect({ host, port }));
  watch.check();
  const socket = watch.hold(dial(address, portOf(url)));
  socket.on("error", ignore);
  const text = "The file's server could not be reached in time.";
  await watch.wait(once(socket, "connect"), { ms: limits.connectMs, text, on: socket });
  return url.protocol === "https:" ? secure(socket, url, fetching) : socket;
}

async function secure(socket: Socket, url: URL, { limits, watch }: Fetching): Promise<Socket> {
  const host = hostOf(url);
  // RFC 6066, 3: addresses are not sent as server names; the certificate is held against `host` then.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const tls = watch.hold(tlsConnect({ socket, host, ...servername, ALPNProtocols: ["http/1.1"] }));
  tls.on("error", ignore);
  try {
    const text = "The file's server did not finish the TLS handshake in time.";
    await watch.wait(once(tls, "secureConnect"), { ms: limits.connectMs, text, on: tls });
    return tls;
  } catch (cause) {
    throw asFailure(cause, "The file's server has no valid certificate, or broke the TLS handshake off.");
  }
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
function retryAfter(value: string | undefined): number | null {
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

function readBody(response: IncomingMessage, { limits, watch }: Fetching): Fetched["body"] {
  const chunks: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
  const slowness = measureSlowness(limits);
  let bytes = 0;
  let isClosed = false;

  async function receive(): Promise<IteratorResult<Uint8Array>> {
    watch.check();
    const startedAt = performance.now();
    // The clock runs from here only: while the reader is slow nobody waits for the sender, whose bytes then pile up in buffers.
    const text = "The file's server fell silent in the middle of the file.";
    const step = await watch.wait(chunks.next(), { ms: limits.idleMs, text, on: response });
    if (step.done) return step;
    bytes += step.value.length;
    if (bytes > limits.maxBytes) throw tooLarge(limits.maxBytes);
    slowness(step.value.length, performance.now() - startedAt);
    return step;
  }

  async function next(): Promise<IteratorResult<Uint8Array>> {
    if (isClosed) return { done: true, value: undefined };
    try {
      const step = await receive();
      if (step.done) destroy();
      return step;
    } catch (error) {
      throw watch.end(asFailure(error, "The file's server broke off before the end of the file."));
    }
  }

  function destroy(): void {
    isClosed = true;
    watch.end(failed("The file was not read to its end."));
  }

  return {
    next,
    async return() {
      destroy();
      return { done: true, value: undefined };
    },
    destroy,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Adds up what came and how long we waited for it; throws when that was too little over a whole `idleMs`. */
function measureSlowness({ idleMs, minBytesPerSecond }: FetchLimits): (bytes: number, waitedMs: number) => void {
  let window = { bytes: 0, waitedMs: 0 };
  return (bytes, waitedMs) => {
    window = { bytes: window.bytes + bytes, waitedMs: window.waitedMs + waitedMs };
    if (window.waitedMs < idleMs) return;
    if (window.bytes * 1000 < minBytesPerSecond * window.waitedMs) throw failed("The file's server sends too slowly.");
    window = { bytes: 0, waitedMs: 0 };
  };
}

interface Destroyable {
  destroy(error?: Error): unknown;
}

interface Patience {
  ms: number;
  /** What to say when that was not enough. */
  text: string;
  /** What is destroyed then. */
  on: Destroyable;
}

/** What one fetch has open, what it waits for, and its one ending: by the caller, the total time, a failure or the reader. */
interface Watch {
  /** Has it destroyed at the end; throws when that has come already. */
  hold<T extends Destroyable>(thing: T): T;
  /** Throws the reason of the ending, if that has come. */
  check(): void;
  /** What the work comes to; or throws `fetch_failed` when it takes too long, or the reason of the ending as soon as that comes. */
  wait<T>(work: Promise<T>, patience: Patience): Promise<T>;
  /** The first call ends everything; every call answers the first one's reason. */
  end(reason: unknown): unknown;
}

function startWatch(totalMs: number, signal: AbortSignal): Watch {
  const held: Destroyable[] = [];
  const waiting = new Set<(reason: unknown) => void>();
  let ending: { reason: unknown } | null = null;
  const total = setTimeout(() => end(failed("The file took too long to arrive.")), totalMs);
  const abort = () => end(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();

  function end(reason: unknown): unknown {
    if (ending !== null) return ending.reason;
    ending = { reason };
    clearTimeout(total);
    signal.removeEventListener("abort", abort);
    for (const reject of waiting) reject(reason);
    for (const thing of held) thing.destroy();
    return reason;
  }

  function check(): void {
    if (ending !== null) throw ending.reason;
  }

  function hold<T extends Destroyable>(thing: T): T {
    if (ending !== null) thing.destroy();
    check();
    held.push(thing);
    return thing;
  }

  // Rejects by itself: what is destroyed does not always tell those who wait for it.
  async function wait<T>(work: Promise<T>, { ms, text, on }: Patience): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = () => {
      if (!waiting.has(reject)) return;
      reject(failed(text));
      on.destroy();
    };
    waiting.add(reject);
    work.then(resolve, reject);
    // One more turn of the event loop: what came in time while this process was busy has still to be read.
    const timer = setTimeout(() => setImmediate(giveUp), ms);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(reject);
    }
  }

  return { hold, check, wait, end };
}

function failed(message: string, cause?: unknown): AppError {
  return new AppError("fetch_failed", { message, cause });
}

function asFailure(error: unknown, message = "The file could not be fetched."): AppError {
  return error instanceof AppError ? error : failed(message, error);
}

function ignore(): void {}
