// Tokens, made.
import jwt from "jsonwebtoken";
import { ALGORITHM, type Claims, keyOf, PARTY } from "./tokens.ts";

export interface Token {
  token: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** `now`: epoch milliseconds. */
export function signToken(claims: Claims, options: { secret: string; now: number; lifetimeMs: number }): Token {
  const iat = Math.floor(options.now / 1000);
  const exp = Math.floor((options.now + options.lifetimeMs) / 1000);
  const payload = { sub: claims.userId, ver: claims.tokenVersion, iss: PARTY, aud: PARTY, iat, exp };
  const token = jwt.sign(payload, keyOf(options.secret), { algorithm: ALGORITHM });
  return { token, expiresAt: new Date(exp * 1000).toISOString() };
}
