// Alibaba Cloud's signature V3 of a form that is posted to `/`:
// https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
import { createHash, createHmac } from "node:crypto";

export interface SignedCall {
  host: string;
  action: string;
  version: string;
  body: string;
  /** Of this moment. */
  at: Date;
  /** Never used before. */
  nonce: string;
}

const ALGORITHM = "ACS3-HMAC-SHA256";

/** All headers of the call. */
export function signed(
  key: { accessKeyId: string; accessKeySecret: string },
  { host, action, version, body, at, nonce }: SignedCall,
): Record<string, string> {
  const bodyHash = sha256(body);
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded",
    host,
    "x-acs-action": action,
    "x-acs-content-sha256": bodyHash,
    // Without milliseconds.
    "x-acs-date": `${at.toISOString().slice(0, 19)}Z`,
    "x-acs-signature-nonce": nonce,
    "x-acs-version": version,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const request = ["POST", "/", "", lines, names.join(";"), bodyHash].join("\n");
  const signature = createHmac("sha256", key.accessKeySecret)
    .update(`${ALGORITHM}\n${sha256(request)}`)
    .digest("hex");
  const authorization = `${ALGORITHM} Credential=${key.accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return { ...headers, authorization };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
