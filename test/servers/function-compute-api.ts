// Function Compute's API (2023-03-30) on 127.0.0.1: ListFunctions, ListTriggers, ListCustomDomains. Checks signatures, pages by 2, fails on
// command. Typed from the SDK's models and https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature.
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Origin, startOrigin } from "./origin.ts";

export interface FunctionComputeFault {
  status: number;
  code: string;
  message: string;
}

export interface TriggerThere {
  triggerType: string;
  urlInternet?: string;
  qualifier?: string;
  triggerConfig?: object;
}

export interface DomainThere {
  domainName: string;
  protocol: string;
  routeConfig: { routes: object[] };
}

export interface FunctionComputeServer extends Origin {
  key: { accessKeyId: string; accessKeySecret: string; securityToken: string };
  /** The triggers of each function by its name. */
  functions: Map<string, TriggerThere[]>;
  domains: DomainThere[];
  /** What the next requests of an operation meet, one each. */
  faults: Map<string, FunctionComputeFault[]>;
  /** Each request whose signature was good: `ListTriggers df-login`. */
  asked: string[];
}

const PAGE = 2;

export const throttled = {
  status: 429,
  code: "Throttling.User",
  message: "Request was denied due to user flow control.",
};
export const forbidden = {
  status: 403,
  code: "AccessDenied",
  message:
    "the caller is not authorized to perform 'fc:ListFunctions' on resource 'acs:fc:cn-hangzhou:1234:functions/*'",
};

export async function startFunctionCompute(): Promise<FunctionComputeServer> {
  const origin = await startOrigin((request, response) => {
    const { status, body } = answer(server, request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const server: FunctionComputeServer = {
    ...origin,
    key: { accessKeyId: "LTAITEST", accessKeySecret: "secret/1+", securityToken: "token==" },
    ...{ functions: new Map(), domains: [], faults: new Map(), asked: [] },
  };
  return server;
}

interface Answer {
  status: number;
  body: object;
}

function answer(server: FunctionComputeServer, request: IncomingMessage): Answer {
  const url = new URL(request.url ?? "", server.url);
  if (!isSigned(server, request, url)) {
    return failure({ status: 400, code: "SignatureDoesNotMatch", message: "Specified signature does not match." });
  }
  const operation = String(request.headers["x-acs-action"]);
  const [, version, kind, name] = url.pathname.split("/");
  server.asked.push(name ? `${operation} ${name}` : operation);
  const fault = server.faults.get(operation)?.shift();
  if (fault) return failure(fault);
  if (`${request.method} ${version} ${request.headers["x-acs-version"]}` !== "GET 2023-03-30 2023-03-30") {
    return failure({ status: 400, code: "InvalidVersion", message: "Specified parameter Version is not valid." });
  }
  const route = name ? `${kind}/*${url.pathname.slice(url.pathname.indexOf(name) + name.length)}` : kind;
  if (operation === "ListFunctions" && route === "functions") return functionsPage(server, url);
  if (operation === "ListTriggers" && route === "functions/*/triggers") return triggersPage(server, url, name ?? "");
  if (operation === "ListCustomDomains" && route === "custom-domains")
    return page("customDomains", server.domains, url);
  return failure({ status: 404, code: "InvalidAction.NotFound", message: "Specified api is not found." });
}

function functionsPage({ functions }: FunctionComputeServer, url: URL): Answer {
  const names = [...functions.keys()].filter((name) => name.startsWith(url.searchParams.get("prefix") ?? ""));
  const listed = names.sort().map((functionName) => ({ functionName, runtime: "custom.debian12", memorySize: 256 }));
  return page("functions", listed, url);
}

function triggersPage({ functions }: FunctionComputeServer, url: URL, functionName: string): Answer {
  const triggers = functions.get(functionName);
  if (!triggers) {
    const message = `function '${functionName}' does not exist`;
    return failure({ status: 404, code: "FunctionNotFound", message });
  }
  const listed = triggers.map(({ urlInternet, triggerConfig = {}, qualifier = "LATEST", triggerType }, index) => ({
    ...{ triggerName: `trigger${index}`, triggerType, qualifier, triggerConfig: JSON.stringify(triggerConfig) },
    ...(urlInternet && { httpTrigger: { urlInternet, urlIntranet: urlInternet.replace(".fcapp", "-vpc.fcapp") } }),
  }));
  return page("triggers", listed, url);
}

function page(name: string, items: object[], url: URL): Answer {
  const limit = Number(url.searchParams.get("limit") ?? 20);
  if (!(limit >= 1 && limit <= 100)) {
    return failure({ status: 400, code: "InvalidArgument", message: "limit must be between 1 and 100" });
  }
  const start = Number((url.searchParams.get("nextToken") ?? "at-0").slice("at-".length));
  const end = start + Math.min(limit, PAGE);
  return {
    status: 200,
    body: { [name]: items.slice(start, end), ...(end < items.length && { nextToken: `at-${end}` }) },
  };
}

function failure({ status, code, message }: FunctionComputeFault): Answer {
  return { status, body: { RequestId: "r-1", Code: code, Message: message } };
}

/** ACS3-HMAC-SHA256, over the method, the path, the query, the headers and the hash of an empty body. */
function isSigned({ key, url: own }: FunctionComputeServer, { method, headers }: IncomingMessage, url: URL): boolean {
  const [, signedHeaders = "", signature] =
    /^ACS3-HMAC-SHA256 Credential=LTAITEST,SignedHeaders=(\S+),Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const names = signedHeaders.split(";");
  const areSigned = Object.keys(headers)
    .filter((name) => name === "host" || name === "content-type" || name.startsWith("x-acs-"))
    .every((name) => names.includes(name));
  const isNow = Math.abs(Date.parse(String(headers["x-acs-date"])) - Date.now()) < 900_000;
  const isHere = `http://${headers.host}` === own && headers["x-acs-content-sha256"] === sha256("");
  const isToken = headers["x-acs-security-token"] === key.securityToken && headers["x-acs-signature-nonce"] !== "";
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const lines = names.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
  const canonical = `${method}\n${url.pathname}\n${query.join("&")}\n${lines}\n${signedHeaders}\n${sha256("")}`;
  const toSign = `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
  const expected = createHmac("sha256", key.accessKeySecret).update(toSign).digest("hex");
  return isNow && isHere && isToken && areSigned && expected === signature;
}

function encode(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, hex);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
