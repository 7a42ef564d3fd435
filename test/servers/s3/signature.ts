// Signature Version 4 as S3 checks it, in headers and in the query:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and …/sigv4-query-string-auth.html.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { signingKeyOf } from "../signing-key.ts";
import { Refusal } from "./refusal.ts";

export interface Key {
  accessKeyId: string;
  secretAccessKey: string;
  /** Has to come along when it is set. */
  sessionToken?: string;
}

export interface SignedRequest {
  method: string;
  /** As sent, still encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

export interface Verifier {
  keys(): readonly Key[];
  region: string;
  now(): number;
}

/** "the request timestamp must be within 15 minutes of the time of the server". */
const MAX_SKEW_MS = 15 * 60_000;
/** "The maximum value you can set is 604800 seconds (seven days)." */
const MAX_EXPIRES_S = 604_800;

/** What the body has to be: a SHA-256 in hex, UNSIGNED-PAYLOAD or STREAMING-…. Throws a Refusal unless the request is signed as it should be. */
export function verifyRequest(request: SignedRequest, verifier: Verifier): string {
  return request.query.has("X-Amz-Signature") ? verifyQuery(request, verifier) : verifyHeader(request, verifier);
}

function verifyHeader(request: SignedRequest, verifier: Verifier): string {
  const { headers } = request;
  const [, credential = "", signedHeaders = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  if (!signature) throw new Refusal(403, "AccessDenied", "Access Denied");
  const date = one(headers["x-amz-date"]);
  const payload = one(headers["x-amz-content-sha256"]);
  if (!payload) throw new Refusal(400, "InvalidRequest", "Missing required header: x-amz-content-sha256");
  const skew = Math.abs(timeOf(date) - verifier.now());
  if (!(skew <= MAX_SKEW_MS)) {
    throw new Refusal(
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    );
  }
  check(request, verifier, { credential, signedHeaders, signature, date, payload, query: request.query });
  return payload;
}

function verifyQuery(request: SignedRequest, verifier: Verifier): string {
  const { query } = request;
  const given = (name: string) => query.get(name) ?? "";
  if (given("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") throw malformedQuery("X-Amz-Algorithm");
  const [date, expires] = [given("X-Amz-Date"), Number(given("X-Amz-Expires"))];
  if (!(expires >= 1 && expires <= MAX_EXPIRES_S)) throw malformedQuery("X-Amz-Expires");
  if (Number.isNaN(timeOf(date))) throw malformedQuery("X-Amz-Date");
  const payload = "UNSIGNED-PAYLOAD";
  const rest = new URLSearchParams([...query].filter(([name]) => name !== "X-Amz-Signature"));
  check(request, verifier, {
    credential: given("X-Amz-Credential"),
    signedHeaders: given("X-Amz-SignedHeaders"),
    signature: given("X-Amz-Signature"),
    ...{ date, payload, query: rest },
  });
  if (verifier.now() < timeOf(date) - MAX_SKEW_MS) throw new Refusal(403, "AccessDenied", "Request is not valid yet");
  if (verifier.now() > timeOf(date) + expires * 1000) throw new Refusal(403, "AccessDenied", "Request has expired");
  return payload;
}

function malformedQuery(name: string): Refusal {
  return new Refusal(400, "AuthorizationQueryParametersError", `${name} is not as it should be`);
}

interface Claim {
  credential: string;
  signedHeaders: string;
  signature: string;
  date: string;
  payload: string;
  query: URLSearchParams;
}

function check(request: SignedRequest, verifier: Verifier, claim: Claim): void {
  const signed = claim.signedHeaders.split(";");
  // "you must include the host header …, and any x-amz-* headers in the request".
  const mustBeSigned = Object.keys(request.headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  for (const name of mustBeSigned) {
    if (!signed.includes(name))
      throw new Refusal(
        403,
        "AccessDenied",
        `There were headers present in the request which were not signed: ${name}`,
      );
  }
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(claim.query),
    ...signed.map((name) => `${name}:${one(request.headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    claim.signedHeaders,
    claim.payload,
  ].join("\n");
  const token = one(request.headers["x-amz-security-token"]) || (request.query.get("X-Amz-Security-Token") ?? "");
  const { key, scope } = keyOf(verifier, claim.credential, claim.date, token);
  const text = ["AWS4-HMAC-SHA256", claim.date, scope, sha256(canonical)].join("\n");
  expectSignature(claim.signature, key, scope, text);
}

/** The key that a credential names, with its scope `{date}/{region}/s3/aws4_request`. */
export function keyOf(verifier: Verifier, credential: string, date: string, token: string) {
  const [accessKeyId = "", ...scopeParts] = credential.split("/");
  const key = verifier.keys().find((each) => each.accessKeyId === accessKeyId);
  if (!key)
    throw new Refusal(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
  if ((key.sessionToken ?? "") !== token)
    throw new Refusal(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
  const scope = scopeParts.join("/");
  if (scope !== `${date.slice(0, 8)}/${verifier.region}/s3/aws4_request`) {
    throw new Refusal(400, "AuthorizationHeaderMalformed", `the scope ${scope} is wrong`);
  }
  return { key, scope };
}

export function expectSignature(given: string, key: Key, scope: string, text: string): void {
  const expected = hmac(signingKeyOf(key.secretAccessKey, scope.split("/")), text).toString("hex");
  const isSame = given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
  if (!isSame)
    throw new Refusal(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
    );
}

/** NaN when it is not `20260101T000000Z`. */
export function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(secret: string | Buffer, text: string): Buffer {
  return createHmac("sha256", secret).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function one(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}
