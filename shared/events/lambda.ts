// Lambda's events and answers ⇄ ours. HTTP APIs and function URLs speak the same payload format, 2.0.
import type { HttpRequest, WholeResponse } from "./http.ts";
import { readRecords, type Told } from "./storage.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html; of it, what is read. */
export interface LambdaHttpEvent {
  version: "2.0";
  /** As it was sent at function URLs; HTTP APIs decode it. */
  rawPath: string;
  rawQueryString?: string;
  /** Names in lower case; repeated ones joined with commas. Cookies stand apart. */
  headers?: Record<string, string | undefined>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
  requestContext: { domainName?: string; http: { method: string; sourceIp: string } };
}

export interface LambdaHttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}

/** Path and query as a request line has them: still encoded, whichever front it came by. */
export function targetOf({ rawPath, rawQueryString = "", requestContext }: LambdaHttpEvent): string {
  const isAsSent = requestContext.domainName?.includes(".lambda-url.") ?? false;
  const path = isAsSent ? rawPath : rawPath.split("/").map(encodeURIComponent).join("/");
  return rawQueryString === "" ? path : `${path}?${rawQueryString}`;
}

export function headersOfLambda({ headers = {}, cookies }: LambdaHttpEvent): HttpRequest["headers"] {
  const plain: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = value;
  }
  if (cookies?.length) plain.cookie = cookies.join("; ");
  return plain;
}

export function bodyOfLambda({ body = "", isBase64Encoded }: LambdaHttpEvent): Uint8Array {
  return Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
}

export function toLambda({ status, headers, body }: WholeResponse): LambdaHttpAnswer {
  const isText = typeof body === "string";
  const text = isText ? body : Buffer.from(body).toString("base64");
  return { statusCode: status, headers, body: text, isBase64Encoded: !isText };
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html: "The object key name value is URL encoded", with a
 * plus for a space. The test event that S3 sends when notifications are set up has no records.
 */
export function fromS3(event: unknown): Told {
  const { Records = [] } = Object(event);
  return readRecords(Records, ({ s3 }) => decoded(Object(Object(s3).object).key));
}

function decoded(key: unknown): string | null {
  try {
    return typeof key === "string" ? decodeURIComponent(key.replaceAll("+", " ")) : null;
  } catch {
    return null;
  }
}
