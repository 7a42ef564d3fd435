// AWS's APIs as far as a deployment needs them: signed by aws4fetch with whatever key the SDK finds, at AWS's endpoints or where AWS_ENDPOINT_URL says.
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { AwsClient } from "aws4fetch";
import type { Environment } from "../../../shared/config/config.ts";

export interface AwsAccount {
  region: string;
  id: string;
  /** Who asks. */
  arn: string;
  /** The vendor's own client: for stacks. */
  stacks: CloudFormationClient;
  /** A call in AWS's JSON protocol: `secretsmanager.CreateSecret`. */
  json(service: string, target: string, input: object): Promise<Record<string, unknown>>;
  /** Any other one. `path` begins with a slash. Throws AwsRefusal for all but 2xx. */
  call(service: string, method: string, path: string, body?: string): Promise<Response>;
}

export class AwsRefusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(service: string, status: number, code: string, words: string) {
    super(`${service} answered ${code}: ${words.replace(/\.?\s*$/, "")}.`);
    this.status = status;
    this.code = code;
  }
}

/** As it is said; else as the vendor's SDK finds it, in AWS_REGION or the profile. Throws an Error of one sentence when it finds none. */
export async function regionOf(said: string | undefined): Promise<string> {
  try {
    return await new CloudFormationClient({ ...(said && { region: said }) }).config.region();
  } catch (cause) {
    if (!/^Region is missing/.test(reasonOf(cause))) throw cause;
    throw new Error("In which region? Say --region, or set AWS_REGION.", { cause });
  }
}

/** Throws an Error of one sentence when there is no key, or nobody answers. */
export async function openAwsAccount(region: string, environment: Environment): Promise<AwsAccount> {
  const stacks = new CloudFormationClient({ region });
  const key = await keyOf(stacks);
  const signer = new AwsClient({ ...key, retries: 4 });
  const call = async (service: string, method: string, path: string, body?: string, headers = {}) => {
    const url = endpointOf(service === "s3-control" ? `${account.id}.s3-control` : service, region, environment) + path;
    // S3 Control signs as S3, and asks for the account: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html
    const isControl = service === "s3-control";
    const options = {
      method,
      headers: { ...headers, ...(isControl && { "x-amz-account-id": account.id }) },
      ...(body !== undefined && { body }),
      aws: { service: isControl ? "s3" : service, region },
    };
    const response = await signer.fetch(url, options).catch((cause: unknown) => {
      throw new Error(`${service} could not be reached at ${url}: ${reasonOf(cause)}.`, { cause });
    });
    if (!response.ok) throw await refusal(service, response);
    return response;
  };
  const account: AwsAccount = {
    ...{ region, id: "", arn: "", stacks },
    async json(service, target, input) {
      const type = service === "dynamodb" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
      const response = await call(service, "POST", "/", JSON.stringify(input), {
        "content-type": type,
        "x-amz-target": target,
      });
      return (await response.json()) as Record<string, unknown>;
    },
    call: (service, method, path, body) => call(service, method, path, body),
  };
  return Object.assign(account, await caller(call));
}

async function keyOf(client: CloudFormationClient) {
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  } catch (cause) {
    throw new Error(
      `There are no AWS credentials (${reasonOf(cause)}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.`,
      { cause },
    );
  }
}

type Call = (service: string, method: string, path: string, body?: string, headers?: object) => Promise<Response>;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: every key may ask. */
async function caller(call: Call): Promise<{ id: string; arn: string }> {
  const type = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const response = await call("sts", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", type);
  const xml = await response.text();
  const [id, arn] = [/<Account>(\d+)</.exec(xml)?.[1], /<Arn>([^<]+)</.exec(xml)?.[1]];
  if (!id || !arn) throw new Error("sts did not say whose key it is.");
  return { id, arn };
}

/** The SDKs' own variables: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html. */
function endpointOf(service: string, region: string, environment: Environment): string {
  const id = service.split(".").at(-1) ?? "";
  const own = environment[`AWS_ENDPOINT_URL_${serviceIds[id] ?? id.toUpperCase()}`];
  const all = own || environment.AWS_ENDPOINT_URL;
  return (all || `https://${service}.${region}.amazonaws.com`).replace(/\/$/, "");
}

const serviceIds: Readonly<Record<string, string>> = {
  secretsmanager: "SECRETS_MANAGER",
  logs: "CLOUDWATCH_LOGS",
  "s3-control": "S3_CONTROL",
};

/** JSON services name the kind in `__type` or a header, the others in XML. */
async function refusal(service: string, response: Response): Promise<AwsRefusal> {
  const text = await response.text();
  const json = jsonOf(text);
  const code = json?.__type ?? response.headers.get("x-amzn-errortype") ?? /<Code>([^<]+)</.exec(text)?.[1] ?? "";
  const words = json?.message ?? json?.Message ?? /<Message>([^<]+)</.exec(text)?.[1] ?? text;
  const kind = String(code).split("#").at(-1)?.split(":")[0] || String(response.status);
  return new AwsRefusal(service, response.status, kind, String(words) || "nothing else");
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
