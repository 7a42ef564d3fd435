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
  const [, head = "", body = "", signature = ""] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  if (head === "" || !isSignedBy(secret, `${head}.${body}`, signature)) return null;
  return isOurHeader(jsonOf(head)) ? claimsOf(jsonOf(body), Math.floor(now / 1000)) : null;
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

function claimsOf(payload: Record<string, unknown> | null, now: number): Claims | null {
  if (payload === null || payload.iss !== PARTY || payload.aud !== PARTY) return null;
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
