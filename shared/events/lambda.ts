// Our answers → Lambda's, which are the same in both payload formats; S3's events → ours. Requests are read in `lambda-request`.
import type { WholeResponse } from "./http.ts";
import { readRecords, type Told } from "./storage.ts";

export interface LambdaHttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
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
