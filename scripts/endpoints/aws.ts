// Where a deployment on AWS answers: what its CloudFormation stack puts out.
import { CloudFormationClient, paginateDescribeStacks, type Stack } from "@aws-sdk/client-cloudformation";
import type { Places } from "./document.ts";

const httpApiOutput = "HttpApiUrl";
const liveFeed = "job-events";

export interface AwsDeployment {
  stack: string;
  /** Null: as the SDK finds it, in AWS_REGION or the profile. */
  region: string | null;
  /** Of a custom domain before the HTTP API; null: the HTTP API's own URL. */
  baseUrl: string | null;
}

/** Credentials come from the SDK's default chain. Throws an Error of one sentence that says what to do. */
export async function awsPlaces({ stack, region, baseUrl }: AwsDeployment): Promise<Places> {
  const requestHandler = { connectionTimeout: 10_000, requestTimeout: 30_000 };
  const client = new CloudFormationClient({ requestHandler, ...(region && { region }) });
  const described = await describe(client, stack);
  // HTTP APIs answer only with whole responses: the live feed streams from its function URL alone.
  const feedOutput = functionUrlOutput(liveFeed);
  const wanted = baseUrl === null ? [httpApiOutput, feedOutput] : [feedOutput];
  const [feed = "", base = baseUrl] = outputsOf(described, stack, wanted).reverse();
  return { base, own: { [liveFeed]: feed } };
}

/** What osls calls the output with a function's URL: a dash is spelled out. */
export function functionUrlOutput(name: string): string {
  const normalized = name.replaceAll("-", "Dash").replaceAll("_", "Underscore");
  return `${normalized.charAt(0).toUpperCase()}${normalized.slice(1)}LambdaFunctionUrl`;
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack> {
  try {
    for await (const page of paginateDescribeStacks({ client }, { StackName: name })) {
      if (page.Stacks?.[0]) return page.Stacks[0];
    }
  } catch (cause) {
    throw new Error(await sentence(client, name, cause), { cause });
  } finally {
    client.destroy();
  }
  throw new Error(missing(name, await client.config.region()));
}

function outputsOf(stack: Stack, name: string, wanted: string[]): string[] {
  const outputs = new Map(stack.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const lacking = wanted.filter((key) => !outputs.get(key));
  if (lacking.length > 0) {
    const what = lacking.length === 1 ? `output ${lacking}` : `outputs ${lacking.join(" and ")}`;
    throw new Error(
      `The stack ${name} (${stack.StackStatus}) has no ${what}: deploy serverless.yml to its end, or name another stack with --stack.`,
    );
  }
  return wanted.map((key) => outputs.get(key) ?? "");
}

async function sentence(client: CloudFormationClient, stack: string, error: unknown): Promise<string> {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (/^Region (is missing|not accepted)/.test(message))
    return "In which region is the stack? Say --region or set AWS_REGION.";
  if (name === "CredentialsProviderError") {
    return `There are no AWS credentials (${message}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.`;
  }
  if (name === "ValidationError" && message.endsWith("does not exist")) {
    return missing(stack, await client.config.region());
  }
  const help = name.startsWith("AccessDenied") ? " The caller needs the right cloudformation:DescribeStacks." : "";
  return `CloudFormation did not describe the stack ${stack}: ${name}: ${message}.${help}`.replaceAll("..", ".");
}

function missing(stack: string, region: string): string {
  return `There is no stack ${stack} in ${region}: deploy first, or name it with --stack and its region with --region.`;
}
