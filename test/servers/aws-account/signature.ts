// Signature Version 4 in the header, checked as AWS says: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface Key {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
}

/** The service that a request was signed for; null when it was not signed well, or not now. */
export function signedService(
  key: Key,
  region: string,
  { method, headers, url = "/" }: IncomingMessage,
  body: Buffer,
): string | null {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})$/;
  const [, id, scope = "", signedHeaders = "", signature] = pattern.exec(headers.authorization ?? "") ?? [];
  const [day, inRegion, service = "", end] = scope.split("/");
  const date = String(headers["x-amz-date"]);
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  const isScope = day === date.slice(0, 8) && inRegion === region && end === "aws4_request";
  if (id !== key.accessKeyId || !isScope || !(Math.abs(at - Date.now()) < 300_000)) return null;
  const names = signedHeaders.split(";");
  const areSigned = Object.keys(headers)
    .filter((name) => name === "host" || name.startsWith("x-amz-"))
    .every((name) => names.includes(name));
  const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
  const query = [...searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const lines = names.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, " ")}\n`).join("");
  const declared = String(headers["x-amz-content-sha256"] ?? sha256(body));
  const isBody = declared === sha256(body) || /^(UNSIGNED-PAYLOAD|STREAMING-UNSIGNED-PAYLOAD-TRAILER)$/.test(declared);
  // S3 takes the path as it was sent, all others with each part encoded once more.
  const path = service === "s3" ? pathname : pathname.split("/").map(encode).join("/");
  const canonical = [method, path, query.join("&"), lines, signedHeaders, declared].join("\n");
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
  const signingKey = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${key.accessKeySecret}`);
  const isToken = headers["x-amz-security-token"] === key.securityToken;
  const isRight = hmac(signingKey, toSign).toString("hex") === signature;
  return isBody && areSigned && isToken && isRight ? service : null;
}

function encode(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, hex);
}

function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
