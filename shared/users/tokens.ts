// Tokens: JWT with HS256 and nothing else. RFC 8725: no word of a token is believed before its signature was checked with our algorithm.
import { createSecretKey, type KeyObject } from "node:crypto";
import jwt from "jsonwebtoken";

const ALGORITHM = "HS256";
const PARTY = "dream-factory";
const TOLERANCE_SECONDS = 30;
/** Ours have about 300 characters. */
const MAX_TOKEN_LENGTH = 2048;

export interface Token {
  token: string;
  /** ISO 8601. */
  expiresAt: string;
}

export interface Claims {
  userId: string;
  tokenVersion: number;
}

/** `now`: epoch milliseconds. */
export function signToken(claims: Claims, options: { secret: string; now: number; lifetimeMs: number }): Token {
  const iat = Math.floor(options.now / 1000);
  const exp = Math.floor((options.now + options.lifetimeMs) / 1000);
  const payload = { sub: claims.userId, ver: claims.tokenVersion, iss: PARTY, aud: PARTY, iat, exp };
  const token = jwt.sign(payload, keyOf(options.secret), { algorithm: ALGORITHM });
  return { token, expiresAt: new Date(exp * 1000).toISOString() };
}

/** Null for every token that is not ours, whole and of this time. */
export function verifyToken(token: string, options: { secret: string; now: number }): Claims | null {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  const decoded = decode(token, options);
  return decoded && isOurHeader(decoded.header) ? claimsOf(decoded.payload) : null;
}

function decode(token: string, { secret, now }: { secret: string; now: number }): jwt.Jwt | null {
  const key = keyOf(secret);
  try {
    return jwt.verify(token, key, {
      algorithms: [ALGORITHM],
      issuer: PARTY,
      audience: PARTY,
      clockTolerance: TOLERANCE_SECONDS,
      clockTimestamp: Math.floor(now / 1000),
      complete: true,
    });
  } catch {
    // Whatever it stumbles over lies in the token: the rest is constant.
    return null;
  }
}

/** RFC 7515, 4.1.11: what is critical and not understood must be refused. We understand nothing beyond these two. */
function isOurHeader({ alg, typ, ...more }: jwt.JwtHeader): boolean {
  return alg === ALGORITHM && typ === "JWT" && Object.keys(more).length === 0;
}

function claimsOf(payload: jwt.JwtPayload | string): Claims | null {
  if (typeof payload === "string") return null;
  const { sub, ver, exp, aud } = payload;
  const isWhole = typeof sub === "string" && Number.isSafeInteger(ver) && typeof exp === "number" && aud === PARTY;
  return isWhole ? { userId: sub, tokenVersion: ver } : null;
}

/** A key object, not a string: a string that looks like a public key would be taken as one. */
function keyOf(secret: string): KeyObject {
  return createSecretKey(secret, "utf8");
}
