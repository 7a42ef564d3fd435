// OSS4-HMAC-SHA256, in the three places where OSS takes it: a header, a URL and a form.
import { createHash } from "node:crypto";
import { basicTime, chainedHmac } from "../version-4.ts";
import { type OssBucket, type OssCredentials, signedRegion } from "./place.ts";

const ALGORITHM = "OSS4-HMAC-SHA256";

/** "x-oss-content-sha256": the only value that there is. What is put carries a Content-MD5, which is signed. */
const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/** Who signs, for which bucket, and when by epoch milliseconds. */
export interface Signing {
  place: OssBucket;
  credentials: OssCredentials;
  at: number;
}

interface Signed {
  method: string;
  key: string;
  /** All that are sent with a meaning to OSS; lower-case names. */
  headers: Readonly<Record<string, string>>;
}

/** "Include signatures in the Authorization header": the given headers, and those that make them a signed request. Lower-case names. */
export function signHeaders(signing: Signing, request: Signed): Record<string, string> {
  const { accessKeyId, securityToken } = signing.credentials;
  const headers = {
    ...request.headers,
    "x-oss-content-sha256": UNSIGNED_PAYLOAD,
    "x-oss-date": basicTime(signing.at),
    ...(securityToken === undefined ? {} : { "x-oss-security-token": securityToken }),
  };
  const signature = signRequest(signing, { ...request, headers }, "");
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scopeOf(signing)},Signature=${signature}`;
  return { ...headers, authorization };
}

interface Reading {
  key: string;
  seconds: number;
  /** How the answer says that the object is to be treated. */
  disposition?: string | undefined;
}

/** "Add signatures to URLs": reads the object for so many seconds, and does nothing else. The query, without its question mark. */
export function signQuery(signing: Signing, { key, seconds, disposition }: Reading): string {
  const query = queryOf({
    "response-content-disposition": disposition,
    "x-oss-credential": `${signing.credentials.accessKeyId}/${scopeOf(signing)}`,
    "x-oss-date": basicTime(signing.at),
    "x-oss-expires": String(seconds),
    "x-oss-security-token": signing.credentials.securityToken,
    "x-oss-signature-version": ALGORITHM,
  });
  return `${query}&x-oss-signature=${signRequest(signing, { method: "GET", key, headers: {} }, query)}`;
}

/** "PostObject": the fields of the form that the signature needs and that its policy has to name. */
export function formFields(signing: Signing): Record<string, string> {
  const { accessKeyId, securityToken } = signing.credentials;
  return {
    "x-oss-signature-version": ALGORITHM,
    "x-oss-credential": `${accessKeyId}/${scopeOf(signing)}`,
    "x-oss-date": basicTime(signing.at),
    ...(securityToken === undefined ? {} : { "x-oss-security-token": securityToken }),
  };
}

/** "PostObject": over the policy alone, as it is sent. */
export function signPolicy(signing: Signing, policy: string): string {
  return sign(signing, policy);
}

/** "Canonical request": in front of its hash stand the time and the scope. */
function signRequest(signing: Signing, { method, key, headers }: Signed, query: string): string {
  const isSigned = (name: string) => /^(content-type|content-md5|x-oss-.*)$/.test(name);
  const names = Object.keys(headers).filter(isSigned).sort();
  const canonical = [
    method,
    // A key has no character that would have to be encoded, nor has a bucket's name.
    `/${signing.place.bucket}/${key}`,
    query,
    names.map((name) => `${name}:${headers[name]?.trim()}\n`).join(""),
    // No further headers are signed.
    "",
    UNSIGNED_PAYLOAD,
  ].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  return sign(signing, [ALGORITHM, basicTime(signing.at), scopeOf(signing), hash].join("\n"));
}

function sign(signing: Signing, text: string): string {
  return chainedHmac(`aliyun_v4${signing.credentials.accessKeySecret}`, scopeOf(signing).split("/"), text);
}

function scopeOf({ place, at }: Signing): string {
  return `${basicTime(at).slice(0, 8)}/${signedRegion(place.region)}/oss/aliyun_v4_request`;
}

/** Sorted by name as the names stand here. Both as it is sent and as it is signed. */
function queryOf(parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.map(([name, value]) => `${name}=${encoded(value)}`).join("&");
}

/** RFC 3986: `encodeURIComponent` leaves some characters alone that have to be encoded here. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
