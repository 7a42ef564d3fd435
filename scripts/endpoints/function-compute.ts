// Function Compute's API (2023-03-30), as far as endpoints.json needs it.
import { createRequire } from "node:module";
import type FunctionCompute from "@alicloud/fc20230330";
import type { Environment } from "../../shared/config/config.ts";

export interface HttpTriggerFound {
  /** Null: it can be reached from its VPC only. */
  url: string | null;
  /** The version or alias that it calls. */
  qualifier: string;
}

export interface CustomDomain {
  name: string;
  isHttps: boolean;
  routes: Route[];
}

export interface Route {
  /** `/api/v1/jobs`, or with a star at the end. */
  path: string;
  functionName: string;
  /** Empty: all. */
  methods: string[];
  /** Whether the function sees another path than was asked for. */
  isRewritten: boolean;
}

/** Throws Errors of one sentence. */
export interface FunctionComputeApi {
  /** Names of all functions that begin with it. */
  functionNames(prefix: string): Promise<string[]>;
  httpTriggers(functionName: string): Promise<HttpTriggerFound[]>;
  customDomains(): Promise<CustomDomain[]>;
}

/** "The minimum value is 1 and the maximum value is 100": ListFunctions; the others say nothing of a limit. */
const PAGE = 100;

type Client = FunctionCompute.default;

/** Required, for Node and others disagree on what the default import of such a CommonJS package is. */
const sdk: typeof FunctionCompute = createRequire(import.meta.url)("@alicloud/fc20230330");

export function openFunctionCompute(
  { region, address }: { region: string; address: URL },
  environment: Environment,
): FunctionComputeApi {
  const client = createClient(region, address, environment);
  return {
    functionNames: (prefix) =>
      all("ListFunctions", async (nextToken) => {
        const request = { prefix, fcVersion: "v3", limit: PAGE, ...nextToken };
        const { body } = await client.listFunctions(new sdk.ListFunctionsRequest(request));
        return { items: body?.functions?.map(({ functionName = "" }) => functionName), next: body?.nextToken };
      }),
    httpTriggers: (functionName) =>
      all("ListTriggers", async (nextToken) => {
        const request = new sdk.ListTriggersRequest({ limit: PAGE, ...nextToken });
        const { body } = await client.listTriggers(functionName, request);
        return { items: body?.triggers?.flatMap(httpTriggerOf), next: body?.nextToken };
      }),
    customDomains: () =>
      all("ListCustomDomains", async (nextToken) => {
        const request = new sdk.ListCustomDomainsRequest({ limit: PAGE, ...nextToken });
        const { body } = await client.listCustomDomains(request);
        return { items: body?.customDomains?.map(customDomainOf), next: body?.nextToken };
      }),
  };
}

function createClient(region: string, address: URL, environment: Environment): Client {
  const {
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
  } = environment;
  if (!accessKeyId || !accessKeySecret) {
    throw new Error(
      "Function Compute needs a key: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.",
    );
  }
  const config = {
    ...{ accessKeyId, accessKeySecret, regionId: region, endpoint: address.host, retryOptions },
    protocol: address.protocol === "http:" ? "HTTP" : "HTTPS",
    ...(securityToken && { securityToken }),
  };
  // The class of the configuration is in a package of the SDK's own; its fields are all that is read.
  return new sdk.default(config as unknown as ConstructorParameters<typeof sdk.default>[0]);
}

/** The SDK tries nothing again by itself. */
const retryOptions = {
  retryable: true,
  noRetryCondition: [],
  retryCondition: [
    {
      maxAttempts: 5,
      exception: ["ThrottlingError", "ServerError"],
      errorCode: ["ResourceThrottled"],
      backoff: { getDelayTime: (context: { retriesAttempted: number }) => 250 * 2 ** context.retriesAttempted },
    },
  ],
};

interface Page<T> {
  items: T[] | undefined;
  next: string | undefined;
}

async function all<T>(operation: string, read: (token: { nextToken?: string }) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  let token: { nextToken?: string } | null = {};
  while (token) {
    const { items = [], next }: Page<T> = await read(token).catch((cause: unknown) => {
      throw new Error(sentence(operation, cause), { cause });
    });
    found.push(...items);
    token = next ? { nextToken: next } : null;
  }
  return found;
}

function httpTriggerOf(trigger: FunctionCompute.Trigger): HttpTriggerFound[] {
  if (trigger.triggerType !== "http") return [];
  const isDisabled = JSON.parse(trigger.triggerConfig || "{}").disableURLInternet === true;
  const url = (!isDisabled && trigger.httpTrigger?.urlInternet) || null;
  return [{ url, qualifier: trigger.qualifier || "LATEST" }];
}

function customDomainOf({ domainName = "", protocol = "", routeConfig }: FunctionCompute.CustomDomain): CustomDomain {
  const routes = (routeConfig?.routes ?? []).map(({ path = "", functionName = "", methods, rewriteConfig }) => {
    const { equalRules = [], regexRules = [], wildcardRules = [] } = rewriteConfig ?? {};
    const isRewritten = [...equalRules, ...regexRules, ...wildcardRules].length > 0;
    return { path, functionName, methods: methods ?? [], isRewritten };
  });
  return { name: domainName, isHttps: protocol.split(",").includes("HTTPS"), routes };
}

function sentence(operation: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const refused = `Function Compute did not answer ${operation}: ${text.replace(/\.?\s*$/, "")}.`;
  const isForbidden = error instanceof Error && "statusCode" in error && error.statusCode === 403;
  const rights = "fc:ListFunctions, fc:ListTriggers and fc:ListCustomDomains (AliyunFCReadOnlyAccess has them)";
  return isForbidden ? `${refused} The key has to be valid, with the rights ${rights}.` : refused;
}
