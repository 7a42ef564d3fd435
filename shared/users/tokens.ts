// Tokens, read: JWT with HS256 and nothing else. RFC 8725: no word of a token is believed before its signature was checked with our algorithm.
// Every function that knows its caller does this at each request, and from a cold start: it needs nothing but Node.
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

export const ALGORITHM = "HS256";
export const PARTY = "dream-factory";
const TOLERANCE_SECONDS = 30;
/** Ours have about 300 characters. */
const MAX_TOKEN_LENGTH = 2048;

export interface Claims {
  userId: string;
  tokenVersion: number;
}

/** Null for every token that is not ours, whole and of this time. */
export function verifyToken(token: string, { secret, now }: { secret: string; now: number }): Claims | null {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  const known = signed.get(token);
  const payload = known?.secret === secret ? known.payload : signedPayload(token, secret);
  return payload && claimsOf(payload, Math.floor(now / 1000));
}

/** Epoch milliseconds from which the token is good for nothing; null for one that is not ours. */
export function tokenEnd(token: string, secret: string): number | null {
  const exp = signedPayload(token, secret)?.exp;
  return typeof exp === "number" ? (exp + TOLERANCE_SECONDS) * 1000 : null;
}

type Payload = Readonly<Record<string, unknown>>;

/** So many are remembered, about 1 KB each; the oldest are forgotten first. */
const MAX_SIGNED = 1000;

/** Tokens whose signature was found to be ours: it stays so, while their time is looked at each time. Nobody else can put one in here. */
const signed = new Map<string, { secret: string; payload: Payload }>();

/** Null unless it is signed by us, and of our kind. */
function signedPayload(token: string, secret: string): Payload | null {
  const [, head = "", body = "", signature = ""] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  if (head === "" || !isSignedBy(secret, `${head}.${body}`, signature)) return null;
  const payload = isOurHeader(jsonOf(head)) ? jsonOf(body) : null;
  if (payload) remember(token, secret, payload);
  return payload;
}

function remember(token: string, secret: string, payload: Payload): void {
  signed.delete(token);
  signed.set(token, { secret, payload });
  const [oldest] = signed.keys();
  if (signed.size > MAX_SIGNED && oldest !== undefined) signed.delete(oldest);
}

function isSignedBy(secret: string, text: string, signature: string): boolean {
  const expected = Buffer.from(createHmac("sha256", keyOf(secret)).update(text).digest("base64url"));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** RFC 7515, 4.1.11: what is critical and not understood must be refused. We understand nothing beyond these two. */
function isOurHeader(header: Record<string, unknown> | null): boolean {
  return header !== null && header.alg === ALGORITHM && header.typ === "JWT" && Object.keys(header).length === 2;
}

function claimsOf(payload: Payload, now: number): Claims | null {
  if (payload.iss !== PARTY || payload.aud !== PARTY) return null;
  const { sub, ver, exp, nbf = now } = payload;
  if (typeof exp !== "number" || now >= exp + TOLERANCE_SECONDS) return null;
  if (typeof nbf !== "number" || nbf > now + TOLERANCE_SECONDS) return null;
  return typeof sub === "string" && isWholeNumber(ver) ? { userId: sub, tokenVersion: ver } : null;
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Null for what is no object. */
function jsonOf(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

let latest: { secret: string; key: KeyObject } | null = null;

/** A key object, not a string: a string that looks like a public key would be taken as one. */
export function keyOf(secret: string): KeyObject {
  if (latest?.secret !== secret) latest = { secret, key: createSecretKey(secret, "utf8") };
  return latest.key;
}
