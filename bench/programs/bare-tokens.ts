// What a bare server knows of a token: its signature, its user and its end.
import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

/** Answers the user's id; null unless the token is signed by `secret` and of this time. */
export function createTokenCheck(secret: string): (authorization: string | undefined) => string | null {
  const key = createSecretKey(secret, "utf8");
  return (authorization = "") => {
    const [head, body, signature = ""] = authorization.slice("Bearer ".length).split(".");
    const expected = createHmac("sha256", key).update(`${head}.${body}`).digest();
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const { sub, exp } = JSON.parse(Buffer.from(body ?? "", "base64url").toString());
    return exp * 1000 > Date.now() ? String(sub) : null;
  };
}
