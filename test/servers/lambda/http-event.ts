// A request as an event of payload format 2.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
// and https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload.
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

export interface EventContext {
  /** `abc123.execute-api.eu-central-1.amazonaws.com`: what names the API in the cloud. */
  domainName: string;
  accountId: string;
  routeKey: string;
  /** As the front door shows it: an HTTP API decodes it, a function URL does not. */
  path: string;
  pathParameters?: Record<string, string>;
}

export function httpEvent(request: IncomingMessage, body: Buffer, context: EventContext): APIGatewayProxyEventV2 {
  const { domainName, routeKey, path, accountId, pathParameters = {} } = context;
  const { cookie, ...headers } = headersOf(request);
  const query = (request.url ?? "/").split("?").slice(1).join("?");
  const parameters = queryOf(query);
  const isText = isTextual(headers["content-type"]);
  const sourceIp = request.socket.remoteAddress ?? "127.0.0.1";
  const [domainPrefix = ""] = domainName.split(".");
  const http = { method: request.method ?? "", path, protocol: `HTTP/${request.httpVersion}`, sourceIp };
  const now = new Date();
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(Object.keys(parameters).length > 0 ? { queryStringParameters: parameters } : {}),
    requestContext: {
      ...{ accountId, apiId: domainPrefix, domainName, domainPrefix, requestId: randomUUID(), routeKey },
      http: { ...http, userAgent: headers["user-agent"] ?? "" },
      ...{ stage: "$default", time: commonLogTime(now), timeEpoch: now.getTime() },
    },
    ...(body.byteLength > 0 ? { body: body.toString(isText ? "utf8" : "base64") } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    isBase64Encoded: body.byteLength > 0 && !isText,
  };
}

/** Names in lower case, "duplicate headers are combined with commas"; what belongs to one connection is left out. */
function headersOf({ rawHeaders, socket }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const [name, value] = [(rawHeaders[n] ?? "").toLowerCase(), rawHeaders[n + 1] ?? ""];
    if (["connection", "keep-alive", "transfer-encoding", "upgrade"].includes(name)) continue;
    headers[name] = headers[name] === undefined ? value : `${headers[name]}${name === "cookie" ? "; " : ","}${value}`;
  }
  const address = socket.remoteAddress ?? "127.0.0.1";
  const before = headers["x-forwarded-for"];
  return {
    ...headers,
    "x-amzn-trace-id": `Root=1-${randomBytes(4).toString("hex")}-${randomBytes(12).toString("hex")}`,
    "x-forwarded-for": before === undefined ? address : `${before}, ${address}`,
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
  };
}

/** "Duplicate query strings are combined with commas." */
function queryOf(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/**
 * "If the content type of the request is binary, the body is base64-encoded." Which types are not is written nowhere; looked at from outside
 * they are these, without forms and without a request that names no type: https://github.com/ministackorg/ministack/pull/766.
 */
function isTextual(contentType = ""): boolean {
  return /^(text\/|application\/(json|xml|javascript)\s*(;|$))/i.test(contentType);
}

/** `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(at: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
