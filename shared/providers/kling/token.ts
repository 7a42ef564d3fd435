// What Kling takes as a key: a token of half an hour, signed with the secret one of the key's two parts.
import jwt from "jsonwebtoken";

/** Vendor documentation, authentication: HS256; `iss`, `exp` and `nbf`, and nothing else. */
export function tokenOf({ apiKey, secretKey }: { apiKey: string; secretKey: string | undefined }): string {
  if (!secretKey) throw new Error("Kling's key has two parts, and the secret one is missing");
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: apiKey, exp: now + LIFETIME_SECONDS, nbf: now - SKEW_SECONDS };
  return jwt.sign(payload, secretKey, { algorithm: "HS256", noTimestamp: true });
}

const LIFETIME_SECONDS = 1800;
/** By how much this clock may be ahead of the vendor's. */
const SKEW_SECONDS = 5;
