// What OSS and S3 charge for a request.
import type { Exchange } from "./front.ts";
import { isContinued, kindOfKey, type Unit, type Use } from "./uses.ts";

export type ObjectCloud = "oss" | "s3";

/**
 * OSS, "Request fees": uploads, copies, deletions and listings are Put-type requests, others Get-type; what is refused (4xx, 5xx) is free.
 * S3, "Pricing": PUT, COPY, POST and LIST have one price, GET and the others a lower one; DELETE is free.
 */
const unitOf: Record<ObjectCloud, (operation: string, status: number) => Unit | null> = {
  oss: (operation, status) => (status >= 400 ? null : /^(Get|Head)/.test(operation) ? "GET" : "PUT"),
  s3: (operation) => (/^(Delete|Abort)/.test(operation) ? null : /^(Get|Head)/.test(operation) ? "GET" : "PUT"),
};

export function createObjectMeter(cloud: ObjectCloud, bucket: string): (exchange: Exchange) => Use | null {
  return ({ method, path, headers, body, status, answer }) => {
    const { pathname, searchParams: query } = new URL(path, "http://store");
    if (query.has("continuation-token")) return isContinued;
    const key = decodeURIComponent(pathname)
      .slice(1)
      .replace(new RegExp(`^${bucket}(/|$)`), "");
    const operation = operationOf(method, key, query, Object.keys(headers));
    const unit = unitOf[cloud](operation, status);
    return {
      operation: status >= 400 ? `${operation} (${status})` : operation,
      about: kindOfKey(key || (query.get("prefix") ?? "")),
      bytesUp: body.length,
      bytesDown: answer.length,
      units: unit ? { [unit]: 1 } : {},
    };
  };
}

function operationOf(method: string, key: string, query: URLSearchParams, headers: string[]): string {
  if (key === "" && method === "GET") return "ListObjectsV2";
  if (method === "PUT" && headers.some((name) => name.endsWith("-copy-source"))) return "CopyObject";
  if (query.has("uploadId") || query.has("uploads")) return `${method === "DELETE" ? "Abort" : "Multipart"}Upload`;
  const names: Record<string, string> = { PUT: "Put", GET: "Get", HEAD: "Head", DELETE: "Delete", POST: "Post" };
  return `${names[method] ?? method}Object`;
}
