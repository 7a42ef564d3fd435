// Serves the studio page at `/`: small files, made once, whose names change with their content.
import { createHash } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { brotliCompressSync, constants } from "node:zlib";
import { AppError } from "../../errors/app-error.ts";
import { withoutSlash } from "./page-origins.ts";

export interface PageFile {
  contentType: string;
  bytes: Uint8Array;
  /** Its name has its hash. */
  isImmutable: boolean;
}

/** By their paths from the top: `index.html`, `assets/studio-….js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

export interface PageOptions {
  /** Makes the files, when they are first asked for. What it throws is asked for again. */
  load: () => Promise<PageFiles>;
  /** Where the page is at home, without a path. */
  publicUrl: string;
  /** Origins beside its own that it shows files from and sends files to. */
  origins: () => Promise<readonly string[]>;
}

export type PageServer = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<boolean>;

interface Ready {
  files: ReadonlyMap<string, Prepared>;
  policy: string;
}

interface Prepared extends PageFile {
  small: Uint8Array;
  etag: string;
}

/** Answers true when the path is the page's; else it has touched nothing. What it throws is the answer. */
export function createPageServer({ load, publicUrl, origins }: PageOptions): PageServer {
  let ready: Promise<Ready> | null = null;
  const get = () => {
    ready ??= Promise.all([load(), origins()]).then(([files, others]) => ({
      files: new Map(Array.from(files, ([path, file]) => [path, prepared(file)])),
      policy: policyOf(others),
    }));
    ready.catch(() => {
      ready = null;
    });
    return ready;
  };
  return async (incoming, outgoing) => {
    const path = (incoming.url ?? "").split(/[?#]/, 1)[0] ?? "";
    const name = path === "/" ? "index.html" : path.slice(1);
    if (!isOfThePage(name)) return false;
    if (incoming.method !== "GET" && incoming.method !== "HEAD") {
      throw new AppError("method_not_allowed", { headers: { Allow: "GET, HEAD" } });
    }
    const home = otherHome(incoming.headers.host, publicUrl);
    if (name === "index.html" && home) {
      outgoing.writeHead(308, { location: `${home}/`, "cache-control": "no-store" }).end();
      return true;
    }
    const { files, policy } = await get();
    const file = files.get(name);
    if (!file) return false;
    send(incoming, outgoing, file, policy);
    return true;
  };
}

const isOfThePage = (name: string) => name === "index.html" || name === "config.json" || /^assets\/[\w.-]+$/.test(name);

/**
 * A token and a policy belong to one origin: whoever comes by another name of this machine is sent to the one that files' URLs have. Null: nothing to
 * be sent to.
 */
function otherHome(host: string | undefined, publicUrl: string): string | null {
  if (host === undefined || !URL.canParse(`http://${host}`)) return null;
  const [asked, home] = [new URL(`http://${host}`), new URL(publicUrl)];
  const isElsewhere = asked.host !== home.host && loopback.has(asked.hostname) && loopback.has(home.hostname);
  return isElsewhere && asked.port === home.port ? withoutSlash(publicUrl) : null;
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** No script, style or frame but its own, and no text becomes either: web/README.md says what holds to it. */
function policyOf(origins: readonly string[]): string {
  const others = origins.map((origin) => ` ${origin}`).join("");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob:${others}`,
    `media-src 'self' blob:${others}`,
    `connect-src 'self'${others}`,
    "font-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function prepared(file: PageFile): Prepared {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: file.bytes.byteLength };
  const hash = createHash("sha256").update(file.bytes).digest("base64url").slice(0, 22);
  return { ...file, small: brotliCompressSync(file.bytes, { params }), etag: `"${hash}"` };
}

function send(incoming: IncomingMessage, outgoing: ServerResponse, file: Prepared, policy: string): void {
  const takesBrotli = /(^|,)\s*br\s*(,|$|;(?!\s*q=0(\.0*)?\s*(,|$)))/.test(incoming.headers["accept-encoding"] ?? "");
  const etag = takesBrotli ? file.etag.replace(/"$/, '-br"') : file.etag;
  const headers: OutgoingHttpHeaders = {
    "content-type": file.contentType,
    "cache-control": file.isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
    // The two codings are two representations (RFC 9110, 8.8.3.3).
    etag,
    vary: "accept-encoding",
    ...standardHeaders,
    ...(file.contentType.startsWith("text/html") && { "content-security-policy": policy }),
  };
  if (incoming.headers["if-none-match"]?.includes(etag)) {
    outgoing.writeHead(304, headers).end();
    return;
  }
  const body = takesBrotli ? file.small : file.bytes;
  outgoing.writeHead(200, {
    ...headers,
    ...(takesBrotli && { "content-encoding": "br" }),
    "content-length": body.byteLength,
  });
  outgoing.end(incoming.method === "HEAD" ? undefined : body);
}

const standardHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};
