// Serves stored files below /media/, as a bucket or a CDN does where there is one.
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../errors/app-error.ts";
import { failure, isDefect } from "../../http/envelope.ts";
import { attachment } from "../../media/download-name.ts";
import { contentTypeOfKey, isPublicKey } from "../../media/keys.ts";
import type { Log } from "../../ports/log.ts";
import type { ByteRange, ObjectInfo, ObjectStore, StoredObject } from "../../ports/object-store.ts";
import { isObjectKey } from "../../stores/object-key.ts";

const mediaPath = "/media/";

/** What is served was checked, yet it came from elsewhere: it may be shown anywhere, and may do nothing. */
const safetyHeaders = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
  "content-security-policy": "sandbox; default-src 'none'",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
};

export interface MediaRequest {
  method: string;
  /** As it was sent, with its percent-encoding. With `?download=NAME` the file is to be saved; any other query is ignored. */
  path: string;
  headers: IncomingHttpHeaders;
}

/** What a page of any origin may do with a stored file, in answer to its browser's question before it. */
const allowed = "GET, HEAD, OPTIONS";
const preflight = {
  "access-control-allow-methods": allowed,
  "access-control-allow-headers": "Range, If-Range, If-None-Match, If-Modified-Since, Cache-Control",
  "access-control-max-age": "600",
  allow: allowed,
  "cache-control": "no-store",
};

/** Answers GET, HEAD and OPTIONS. It never throws: failures are answered and logged, and a client that goes away is no failure. */
export async function serveMedia(
  store: ObjectStore,
  request: MediaRequest,
  response: ServerResponse,
  { requestId, log }: { requestId: string; log: Log },
): Promise<void> {
  try {
    await serve(store, request, response);
  } catch (error) {
    if (isDefect(error) && !isClientGone(error)) log.error({ error, requestId }, "a stored file could not be served");
    if (response.headersSent) response.destroy();
    else sendFailure(response, error, requestId);
  }
}

async function serve(store: ObjectStore, { method, path, headers }: MediaRequest, response: ServerResponse) {
  // Whether the file is there is told by the request that follows.
  if (method === "OPTIONS") return send(response, 204, { ...safetyHeaders, ...preflight });
  if (method !== "GET" && method !== "HEAD") throw new AppError("method_not_allowed", { headers: { Allow: allowed } });
  const key = publicKeyOf(path);
  const info = key && (await store.head(key));
  if (!info) throw new AppError("not_found");
  const saved = savedAs(path, info.key);
  if (isKnown(headers["if-none-match"], info)) return send(response, 304, { ...headersOf(info), ...saved });
  // RFC 9110, 14.2: a Range in any other method than GET is ignored.
  if (method === "HEAD") return send(response, 200, { ...headersOf(info), ...contentOf(info, info.size), ...saved });
  const range = rangeFor(headers, info);
  if (range && range.start >= info.size) return send(response, 416, rangeRefused(info));
  const cut = range && { range: { start: range.start, end: Math.min(range.end, info.size - 1) } };
  const stored = await store.get(info.key, cut);
  if (!stored) throw new AppError("not_found");
  await sendBody(response, stored, { isPart: range !== undefined, saved });
}

/** A page of another origin cannot save a link's file by itself: browsers would leave it and show the file. */
function savedAs(path: string, key: string): OutgoingHttpHeaders {
  const query = path.includes("?") ? path.slice(path.indexOf("?") + 1) : "";
  const name = new URLSearchParams(query).get("download");
  return name === null ? {} : { "content-disposition": attachment(name, key) };
}

/** Null for all that is not to be served, whether it is there or not. */
function publicKeyOf(path: string): string | null {
  const [encoded = ""] = path.split("?", 1);
  if (!encoded.startsWith(mediaPath)) return null;
  const key = decodedOnce(encoded.slice(mediaPath.length));
  return key !== null && isObjectKey(key) && isPublicKey(key) ? key : null;
}

function decodedOnce(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** RFC 9110, 13.1.2: a list of tags, compared weakly, or a star. */
function isKnown(ifNoneMatch: string | undefined, info: ObjectInfo): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags: string[] = ifNoneMatch.match(/"[^"]*"/g) ?? [];
  return ifNoneMatch.trim() === "*" || tags.includes(tagOf(info));
}

/**
 * RFC 9110, 14.2: what is not one well-formed range of bytes is ignored, and so is (13.1.5) a range of another state of the
 * object. The range may begin behind the end.
 */
function rangeFor(headers: IncomingHttpHeaders, info: ObjectInfo): ByteRange | undefined {
  const ifRange = headers["if-range"];
  if (ifRange !== undefined && ifRange !== tagOf(info) && ifRange !== dateOf(info)) return undefined;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(headers.range ?? "") ?? [];
  if (!first) return last ? suffix(Number(last), info.size) : undefined;
  const end = last ? Number(last) : Number.POSITIVE_INFINITY;
  return end >= Number(first) ? { start: Number(first), end } : undefined;
}

/** The last so many bytes. The last none have no first byte: that range lies behind the end. */
function suffix(length: number, size: number): ByteRange {
  return { start: length === 0 ? size : Math.max(size - length, 0), end: size };
}

async function sendBody(
  response: ServerResponse,
  { info, range, body }: StoredObject,
  { isPart, saved }: { isPart: boolean; saved: OutgoingHttpHeaders },
): Promise<void> {
  const length = range.end - range.start + 1;
  const part = isPart ? { "content-range": `bytes ${range.start}-${range.end}/${info.size}` } : {};
  try {
    response.writeHead(isPart ? 206 : 200, { ...headersOf(info), ...contentOf(info, length), ...part, ...saved });
    await pipeline(inFull(body, length), response);
  } finally {
    body.destroy();
  }
}

/** A file that ends too early must break the connection, not keep the client waiting for the rest. */
async function* inFull(body: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const chunk of body) {
    left -= chunk.byteLength;
    yield chunk;
  }
  if (left !== 0) throw new Error(`A stored file lacks ${left} of ${length} bytes.`);
}

function send(response: ServerResponse, status: number, headers: OutgoingHttpHeaders): void {
  response.writeHead(status, headers).end();
}

function sendFailure(response: ServerResponse, error: unknown, requestId: string): void {
  const { status, headers, body } = failure(error, requestId);
  const length = { "content-length": Buffer.byteLength(body), "cache-control": "no-store" };
  response.writeHead(status, { ...safetyHeaders, ...headers, ...length }).end(body);
}

function headersOf(info: ObjectInfo): OutgoingHttpHeaders {
  return {
    ...safetyHeaders,
    "accept-ranges": "bytes",
    "cache-control": "public, max-age=31536000, immutable",
    etag: tagOf(info),
    "last-modified": dateOf(info),
  };
}

function contentOf(info: ObjectInfo, length: number): OutgoingHttpHeaders {
  return { "content-type": contentTypeOfKey(info.key), "content-length": length };
}

function rangeRefused(info: ObjectInfo): OutgoingHttpHeaders {
  return {
    ...safetyHeaders,
    "content-range": `bytes */${info.size}`,
    "content-length": 0,
    "cache-control": "no-store",
  };
}

function tagOf(info: ObjectInfo): string {
  return `"${info.etag}"`;
}

function dateOf(info: ObjectInfo): string {
  return new Date(info.modifiedAt).toUTCString();
}

function isClientGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_STREAM_PREMATURE_CLOSE" || code === "EPIPE" || code === "ECONNRESET";
}
