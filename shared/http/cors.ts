// Which browser pages may call the API: exact origins, or none. Tokens travel in Authorization, so credentials are never allowed.

const allowedHeaders = "Authorization, Content-Type, Idempotency-Key, Prefer, Last-Event-ID";
const exposedHeaders = "X-Request-Id, Retry-After, Location, X-Job-Id";

/** For every answer. `Vary` also where the origin is not allowed: a cache must not hand that answer to one that is. */
export function corsHeaders(origins: readonly string[], origin: string | undefined): Record<string, string> {
  if (origin === undefined || !origins.includes(origin)) return { vary: "Origin" };
  return { vary: "Origin", "access-control-allow-origin": origin, "access-control-expose-headers": exposedHeaders };
}

/** The origin of a page that may not read the answer; null when none asked, it may, or the page is our own. For the log. */
export function refusedOrigin(origins: readonly string[], { origin, host }: Headers): string | null {
  if (origin === undefined || origins.includes(origin)) return null;
  return origin === `http://${host}` || origin === `https://${host}` ? null : origin.slice(0, MAX_ORIGIN);
}

type Headers = Readonly<Record<string, string | undefined>>;
const MAX_ORIGIN = 200;

/** For the answer to OPTIONS; `methods` are those of the path that was asked about, `headers` what may be sent there beside the usual ones. */
export function preflightHeaders(
  origins: readonly string[],
  origin: string | undefined,
  { methods, headers: more }: { methods: readonly string[]; headers: readonly string[] },
): Record<string, string> {
  const headers = corsHeaders(origins, origin);
  if (!("access-control-allow-origin" in headers)) return headers;
  return {
    ...headers,
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": [allowedHeaders, ...more].join(", "),
    "access-control-max-age": "600",
  };
}
