// A request as Lambda's front doors tell it → ours. HTTP APIs and function URLs speak payload format 2.0; what stands in for them on
// somebody's machine speaks it loosely, or 1.0. So nothing that an event should have is relied on.
import type { HttpRequest } from "./http.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html; of both formats, what is read. */
export interface LambdaRequest {
  /** Upper case; empty, as the target may be, when the event tells of no request. */
  method: string;
  /** Path and query as a request line has them: still encoded, whichever front it came by. */
  target: string;
  headers: HttpRequest["headers"];
  body: Uint8Array;
  /** The address of the other end of the connection; empty when unknown. */
  peer: string;
}

export function fromLambda(event: unknown): LambdaRequest {
  const { requestContext, ...told } = fieldsOf(event);
  const context = fieldsOf(requestContext);
  const [http, identity] = [fieldsOf(context.http), fieldsOf(context.identity)];
  const path = pathOf(told.rawPath ?? http.path ?? told.path, context);
  const query = queryOf(told);
  return {
    method: textOf(http.method ?? told.httpMethod).toUpperCase(),
    target: query === "" ? path : `${path}?${query}`,
    headers: headersOf(told),
    body: bodyOf(told),
    peer: textOf(http.sourceIp ?? identity.sourceIp),
  };
}

/** Function URLs show the path as it was sent; HTTP APIs decode it, and put the name of a stage in front unless that is `$default`. */
function pathOf(said: unknown, { domainName, stage }: Fields): string {
  const whole = textOf(said);
  const front = `/${textOf(stage)}/`;
  const path = whole.startsWith(front) && front !== "//" ? whole.slice(front.length - 1) : whole;
  return textOf(domainName).includes(".lambda-url.") ? path : path.split("/").map(encodeURIComponent).join("/");
}

/** Encoded. The raw one keeps the order of names and each value of a name; else the field that keeps more goes before. */
function queryOf({ rawQueryString, multiValueQueryStringParameters, queryStringParameters }: Fields): string {
  if (typeof rawQueryString === "string") return rawQueryString.replace(/^\?/, "");
  const values = { ...fieldsOf(queryStringParameters), ...fieldsOf(multiValueQueryStringParameters) };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) for (const text of textsOf(value)) query.append(name, text);
  return query.toString();
}

function headersOf({ headers, multiValueHeaders, cookies }: Fields): HttpRequest["headers"] {
  const plain: Record<string, string> = Object.create(null);
  for (const [name, value] of [...Object.entries(fieldsOf(headers)), ...Object.entries(fieldsOf(multiValueHeaders))]) {
    const texts = textsOf(value);
    const isCookie = name.toLowerCase() === "cookie";
    if (texts.length > 0) plain[name.toLowerCase()] = texts.join(isCookie ? "; " : ", ");
  }
  const apart = textsOf(cookies);
  if (apart.length > 0) plain.cookie = apart.join("; ");
  return plain;
}

function bodyOf({ body, isBase64Encoded }: Fields): Uint8Array {
  if (typeof body === "string") return Buffer.from(body, String(isBase64Encoded) === "true" ? "base64" : "utf8");
  return Buffer.from(body === undefined || body === null ? "" : JSON.stringify(body));
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** One value, several, or none. */
function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((each) => (typeof each === "string" || typeof each === "number" ? [String(each)] : []));
}
