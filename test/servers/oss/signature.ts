// Signatures of version 4 as OSS checks them, in the header, in the URL and in a form; written from the documentation, not from the SDK.
import { createHash, createHmac } from "node:crypto";
import { OssFault } from "./fault.ts";

export interface Account {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  isExpired?: boolean;
}

export interface SignedRequest {
  method: string;
  bucket: string;
  key: string;
  query: ReadonlyMap<string, string>;
  headers: Readonly<Record<string, string | undefined>>;
}

export interface Verifier {
  accounts: readonly Account[];
  region: string;
  now: number;
}

const ALGORITHM = "OSS4-HMAC-SHA256";
const MINUTE_MS = 60_000;

/** "Include signatures in the Authorization header": the request time may differ by 15 minutes. */
const MAX_SKEW_MS = 15 * MINUTE_MS;

/** "Add signatures to URLs": at most seven days. */
const MAX_EXPIRES_S = 604_800;

/** False when the request carries no signature at all. Throws what OSS answers to a wrong one. */
export function verifyRequest(request: SignedRequest, verifier: Verifier): boolean {
  if (request.query.has("x-oss-signature")) verifyUrl(request, verifier);
  else if (request.headers.authorization !== undefined) verifyHeader(request, verifier);
  else return false;
  return true;
}

function verifyHeader(request: SignedRequest, verifier: Verifier): void {
  const { headers } = request;
  const match =
    /^OSS4-HMAC-SHA256 Credential=([^,\s]+),(?:AdditionalHeaders=([^,\s]+),)?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    );
  if (!match) throw new OssFault(400, "InvalidArgument", "The Authorization header is malformed.");
  const [, credential = "", additional = "", signature = ""] = match;
  const date = headers["x-oss-date"] ?? "";
  // "x-oss-content-sha256": only UNSIGNED-PAYLOAD is taken.
  if (headers["x-oss-content-sha256"] !== "UNSIGNED-PAYLOAD") throw new OssFault(400, "InvalidArgument", "sha256");
  if (Math.abs(timeOf(date) - verifier.now) > MAX_SKEW_MS) throw new OssFault(403, "RequestTimeTooSkewed");
  const account = accountOf(credential, date, headers["x-oss-security-token"], verifier);
  const canonical = canonicalRequest(request, additional === "" ? [] : additional.split(";"));
  compare(signature, sign(account, date, verifier.region, stringToSign(date, verifier.region, canonical)));
}

function verifyUrl(request: SignedRequest, verifier: Verifier): void {
  const { query } = request;
  if (query.get("x-oss-signature-version") !== ALGORITHM) throw new OssFault(400, "InvalidArgument", "version");
  const date = query.get("x-oss-date") ?? "";
  const expires = Number(query.get("x-oss-expires"));
  if (!(expires >= 1 && expires <= MAX_EXPIRES_S)) throw new OssFault(400, "InvalidArgument", "x-oss-expires");
  if (timeOf(date) - verifier.now > MAX_SKEW_MS) throw new OssFault(403, "RequestTimeTooSkewed");
  const account = accountOf(query.get("x-oss-credential") ?? "", date, query.get("x-oss-security-token"), verifier);
  const additional = query.get("x-oss-additional-headers")?.split(";") ?? [];
  const canonical = canonicalRequest(request, additional);
  const expected = sign(account, date, verifier.region, stringToSign(date, verifier.region, canonical));
  compare(query.get("x-oss-signature") ?? "", expected);
  if (verifier.now >= timeOf(date) + expires * 1000) throw new OssFault(403, "AccessDenied", "Request has expired.");
}

/** "A V4 signature in a PostObject request": what is signed is the policy as it is sent, in base64. */
export function verifyForm(fields: ReadonlyMap<string, string>, verifier: Verifier): void {
  const need = (name: string) => {
    const value = fields.get(name);
    if (value === undefined) throw new OssFault(403, "AccessDenied", `The form lacks ${name}.`);
    return value;
  };
  if (need("x-oss-signature-version") !== ALGORITHM) throw new OssFault(400, "InvalidArgument", "version");
  const date = need("x-oss-date");
  if (timeOf(date) - verifier.now > MAX_SKEW_MS) throw new OssFault(403, "RequestTimeTooSkewed");
  const account = accountOf(need("x-oss-credential"), date, fields.get("x-oss-security-token"), verifier);
  compare(need("x-oss-signature"), sign(account, date, verifier.region, need("policy")));
}

function canonicalRequest({ method, bucket, key, query, headers }: SignedRequest, additional: string[]): string {
  const path = `/${bucket}/${key}`.split("/").map(encoded).join("/");
  const parameters = [...query]
    .filter(([name]) => name !== "x-oss-signature")
    .map(([name, value]) => (value === "" ? encoded(name) : `${encoded(name)}=${encoded(value)}`))
    .sort();
  const isSigned = (name: string) =>
    name === "content-type" || name === "content-md5" || name.startsWith("x-oss-") || additional.includes(name);
  const signedHeaders = Object.keys(headers).filter(isSigned).sort();
  for (const name of additional) if (headers[name] === undefined) throw new OssFault(400, "InvalidArgument", name);
  return [
    method,
    path,
    parameters.join("&"),
    signedHeaders.map((name) => `${name}:${headers[name]?.trim()}\n`).join(""),
    additional.join(";"),
    headers["x-oss-content-sha256"] ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
}

function stringToSign(date: string, region: string, canonical: string): string {
  const hash = createHash("sha256").update(canonical).digest("hex");
  return [ALGORITHM, date, `${date.slice(0, 8)}/${region}/oss/aliyun_v4_request`, hash].join("\n");
}

function sign({ accessKeySecret }: Account, date: string, region: string, text: string): string {
  const steps = [date.slice(0, 8), region, "oss", "aliyun_v4_request"];
  let key: Buffer | string = `aliyun_v4${accessKeySecret}`;
  for (const step of steps) key = createHmac("sha256", key).update(step).digest();
  return createHmac("sha256", key).update(text).digest("hex");
}

function accountOf(credential: string, date: string, token: string | undefined, verifier: Verifier): Account {
  const [id = "", day, region, product, version, ...more] = credential.split("/");
  const isScope = day === date.slice(0, 8) && region === verifier.region && product === "oss" && more.length === 0;
  if (!isScope || version !== "aliyun_v4_request") throw new OssFault(400, "InvalidArgument", "The scope is wrong.");
  const account = verifier.accounts.find(({ accessKeyId }) => accessKeyId === id);
  if (!account) throw new OssFault(403, "InvalidAccessKeyId");
  if (account.securityToken !== token) throw new OssFault(403, "InvalidSecurityToken");
  if (account.isExpired) throw new OssFault(403, "SecurityTokenExpired");
  return account;
}

/** NaN for anything but `yyyymmddThhmmssZ`, and then refused. */
function timeOf(date: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (!match) throw new OssFault(403, "AccessDenied", "x-oss-date is malformed.");
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function compare(given: string, expected: string): void {
  if (given !== expected) throw new OssFault(403, "SignatureDoesNotMatch");
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
