// What must never be logged.
import type { Config } from "../../config/config.ts";

/** Of all settings; empty ones are none. */
export function secretsOf(
  { oss, s3, table, vendors, moderation, c2pa, payments, mail }: Config,
  jwtSecret: string,
): string[] {
  const { secretAccessKey, sessionToken } = s3?.credentials ?? {};
  const ofTable = table.provider === "sqlite" ? [] : [table.accessKeySecret, table.securityToken];
  const ofVendors = Object.values(vendors).flatMap((each) => [each.apiKey, each.secretKey, each.callbackToken]);
  const all = [
    ...ofVendors,
    moderation.apiKey,
    moderation.accessKeySecret,
    payments?.secretKey,
    payments?.webhookSecret,
    mail?.login?.password,
    jwtSecret,
    oss?.accessKeySecret,
    oss?.securityToken,
    secretAccessKey,
    sessionToken,
    ...ofTable,
    ...(c2pa ? linesOf(c2pa.privateKey) : []),
  ];
  return all.flatMap((secret) => secret || []);
}

/** A key that has several may be told with its line breaks as they are, written out, or line by line. Its first and last are every key's. */
function linesOf(pem: string): string[] {
  return pem.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
}
