// Who sends a request, and whether it came as it was sent.
import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { OtsError } from "./ots-error.ts";

export interface KnownKey {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}

const API_VERSION = "2015-12-31";

/** The documentation speaks of an allowed range and gives no number; this one is usual. */
const MAX_SKEW_MS = 15 * 60_000;

export function checkRequest(
  path: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  { instance, keys }: { instance: string; keys: readonly KnownKey[] },
): void {
  const header = (name: string) => String(headers[`x-ots-${name}`] ?? "");
  const key = keys.find(({ accessKeyId }) => accessKeyId === header("accesskeyid"));
  if (!key) throw denied("The AccessKeyID does not exist.");
  if (header("ststoken") !== (key.securityToken ?? "")) throw denied("The token is not of this key.");
  if (header("signature") !== signatureOf(path, headers, key.accessKeySecret)) throw denied("Signature mismatch.");
  if (header("apiversion") !== API_VERSION) throw invalid("x-ots-apiversion");
  if (header("instancename") !== instance) throw denied("The instance does not exist.");
  if (header("contentmd5") !== createHash("md5").update(body).digest("base64"))
    throw denied("Mismatch between MD5 value of request body and x-ots-contentmd5 in header.");
  if (!(Math.abs(Date.parse(header("date")) - Date.now()) <= MAX_SKEW_MS))
    throw denied("Mismatch between system time and x-ots-date.");
}

/** base64(HMAC-SHA1(secret, path, POST, an empty query, and every x-ots header but the signature in the order of their names)). */
function signatureOf(path: string, headers: IncomingHttpHeaders, secret: string): string {
  const signed = Object.keys(headers).filter((name) => name.startsWith("x-ots-") && name !== "x-ots-signature");
  const lines = signed.sort().map((name) => `${name}:${headers[name]}`);
  const text = `${path}\nPOST\n\n${lines.join("\n")}\n`;
  return createHmac("sha1", secret).update(text).digest("base64");
}

function denied(message: string): OtsError {
  return new OtsError(403, "OTSAuthFailed", message);
}

function invalid(header: string): OtsError {
  return new OtsError(400, "OTSParameterInvalid", `${header} is wrong`);
}
