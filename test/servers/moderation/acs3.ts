// Alibaba Cloud's signature V3, checked as its documentation says: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
import { createHash, createHmac } from "node:crypto";
import type { VendorRequestSeen } from "../vendor/vendor-server.ts";

/** Why a request is refused; null for one that is signed well, and of now. */
export function reasonAgainst(
  { method, path, headers, body }: VendorRequestSeen,
  key: { accessKeyId: string; accessKeySecret: string },
): string | null {
  const pattern = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=(\S+),Signature=([0-9a-f]{64})$/;
  const [, id, signedHeaders = "", signature] = pattern.exec(headers.authorization ?? "") ?? [];
  if (id !== key.accessKeyId) return "InvalidAccessKeyId.NotFound";
  if (Math.abs(Date.parse(headers["x-acs-date"] ?? "") - Date.now()) > 900_000) return "InvalidTimeStamp.Expired";
  const names = signedHeaders.split(";");
  const needed = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-acs-"));
  const hash = createHash("sha256").update(body).digest("hex");
  const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
  const query = [...searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const lines = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join("");
  const request = [method, pathname, query.join("&"), lines, names.join(";"), hash].join("\n");
  const text = `ACS3-HMAC-SHA256\n${createHash("sha256").update(request).digest("hex")}`;
  const right = createHmac("sha256", key.accessKeySecret).update(text).digest("hex");
  const isRight = signature === right && headers["x-acs-content-sha256"] === hash;
  return isRight && needed.every((name) => names.includes(name)) ? null : "SignatureDoesNotMatch";
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
