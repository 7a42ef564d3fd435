// CloudFormation over the query protocol: change sets, events, resources, ways back. Executing a change set makes what the template names at once, as far as
// other services here would tell of it, or fails at the resource that a test names, and goes back as CloudFormation does: what its template retains stays.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
import type { Answer, Asked, AwsAccountServer, Service } from "./server.ts";
import { xmlFailure } from "./services.ts";

export interface StackEvent {
  id: string;
  type: string;
  status: string;
  reason: string;
}

export interface Stack {
  status: string;
  /** Physical ids by logical ids. */
  resources: Map<string, string>;
  outputs: Record<string, string>;
  /** The oldest first. */
  events: StackEvent[];
  /** What is to be executed. */
  template?: Template;
  /** The next execution fails at this resource. */
  failsAt?: { id: string; reason: string } | undefined;
  /** What the next way back, or removal, comes to. */
  endsAs?: string;
}

interface Template {
  Resources: Record<string, { Type: string; DeletionPolicy?: string; Properties?: Record<string, unknown> }>;
  Outputs?: Record<string, { Value: unknown }>;
}

const own = "AWS::CloudFormation::Stack";

export function stackIn(status: string, more: Partial<Stack> = {}): Stack {
  return { status, resources: new Map(), outputs: {}, events: [], ...more };
}

export const cloudFormation: Service = {
  operation: ({ body }) => new URLSearchParams(body.toString()).get("Action") ?? "",
  answer(asked, operation) {
    const input = new URLSearchParams(asked.body.toString());
    const name = nameOf(input.get("StackName") ?? "");
    const found = operations[operation]?.(asked, name, input);
    if (found === undefined) return cloudFormation.failure({ status: 400, code: "InvalidAction", message: operation });
    if (found === null) return noStack(name);
    const result = `<${operation}Result>${found}</${operation}Result>`;
    return {
      status: 200,
      body: `<${operation}Response>${result}</${operation}Response>`,
      headers: { "content-type": "text/xml" },
    };
  },
  failure: xmlFailure,
};

type Operation = (asked: Asked, name: string, input: URLSearchParams) => string | null;

const operations: Readonly<Record<string, Operation>> = {
  ValidateTemplate: () => "<Parameters/>",
  DescribeStacks: ({ server }, name) =>
    withStack(server, name, (stack) => `<Stacks>${describedStack(server, name, stack)}</Stacks>`),
  DescribeStackEvents: ({ server }, name, input) =>
    withStack(server, name, ({ events }) => {
      const newest = events.map((event, at) => describedEvent(server, name, event, at)).reverse();
      const start = Number(input.get("NextToken") ?? 0);
      return `<StackEvents>${newest.slice(start, start + 2).join("")}</StackEvents>${next(start, newest.length)}`;
    }),
  ListStackResources: ({ server }, name, input) =>
    withStack(server, name, ({ resources }) => {
      const all = [...resources].map(([id, physical]) => resource(id, physical));
      const start = Number(input.get("NextToken") ?? 0);
      return `<StackResourceSummaries>${all.slice(start, start + 2).join("")}</StackResourceSummaries>${next(start, all.length)}`;
    }),
  DescribeStackResource: ({ server }, name, input) =>
    withStack(server, name, ({ resources }) => {
      const id = input.get("LogicalResourceId") ?? "";
      return `<StackResourceDetail>${resource(id, resources.get(id) ?? "").replace(/<\/?member>/g, "")}</StackResourceDetail>`;
    }),
  CreateChangeSet({ server }, name, input) {
    const stack = server.stacks.get(name) ?? stackIn("REVIEW_IN_PROGRESS");
    stack.template = JSON.parse(input.get("TemplateBody") ?? templateAt(server, input.get("TemplateURL") ?? ""));
    server.stacks.set(name, stack);
    return `<Id>${changeSetId(server, name)}</Id><StackId>${stackId(server, name)}</StackId>`;
  },
  DescribeChangeSet: ({ server }, name) =>
    withStack(
      server,
      name,
      () =>
        `<ChangeSetName>set</ChangeSetName><ChangeSetId>${changeSetId(server, name)}</ChangeSetId><StackId>${stackId(server, name)}</StackId><StackName>${name}</StackName><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus>`,
    ),
  DeleteChangeSet: () => "",
  ExecuteChangeSet: ({ server }, name) =>
    withStack(server, name, (stack) => {
      execute(server, name, stack);
      return "";
    }),
  SetStackPolicy: () => "",
  DeleteStack({ server }, name) {
    const stack = server.stacks.get(name);
    if (stack?.endsAs) stack.status = stack.endsAs;
    else server.stacks.delete(name);
    return "";
  },
  ContinueUpdateRollback: ({ server }, name) =>
    withStack(server, name, (stack) => {
      stack.status = stack.endsAs ?? "UPDATE_ROLLBACK_COMPLETE";
      return "";
    }),
};

function execute(server: AwsAccountServer, name: string, stack: Stack): void {
  const { template, failsAt } = stack;
  if (!template) return;
  const isFirst = stack.status === "REVIEW_IN_PROGRESS";
  const [verb, made] = [isFirst ? "CREATE" : "UPDATE", [] as string[]];
  const tell = (id: string, type: string, status: string, reason = "") =>
    stack.events.push({ id, type, status, reason });
  tell(name, own, `${verb}_IN_PROGRESS`, "User Initiated");
  for (const [id, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    if (stack.resources.has(id)) continue;
    if (failsAt?.id === id || isTaken(server, Type, Properties)) {
      tell(
        id,
        Type,
        "CREATE_FAILED",
        failsAt?.id === id ? failsAt.reason : `${physicalOf(id, Properties)} already exists`,
      );
      tell("Another", "AWS::Lambda::Function", "CREATE_FAILED", "Resource creation cancelled");
      goBack(server, name, stack, made, verb);
      return;
    }
    stack.resources.set(id, physicalOf(id, Properties));
    made.push(id);
    if (Type === "AWS::DynamoDB::Table")
      server.tables.set(physicalOf(id, Properties), {
        items: 0,
        isProtected: Properties.DeletionProtectionEnabled === true,
      });
    if (Type === "AWS::S3::Bucket") server.buckets.set(physicalOf(id, Properties), new Map());
  }
  stack.outputs = Object.fromEntries(
    Object.entries(template.Outputs ?? {}).map(([key, { Value }]) => [key, outputOf(key, Value, stack)]),
  );
  stack.status = `${verb}_COMPLETE`;
  tell(name, own, stack.status);
}

/** What is retained, or protected, is left behind. */
function goBack(server: AwsAccountServer, name: string, stack: Stack, made: readonly string[], verb: string): void {
  for (const id of made) {
    const { DeletionPolicy, Type } = stack.template?.Resources[id] ?? {};
    const physical = stack.resources.get(id) ?? "";
    stack.resources.delete(id);
    if (DeletionPolicy === "Retain") continue;
    if (Type === "AWS::S3::Bucket") server.buckets.delete(physical);
  }
  stack.failsAt = undefined;
  stack.status = verb === "CREATE" ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE";
  stack.events.push({ id: name, type: own, status: stack.status, reason: "" });
}

function isTaken({ tables, buckets }: AwsAccountServer, type: string, properties: Record<string, unknown>): boolean {
  if (type === "AWS::DynamoDB::Table") return tables.has(physicalOf("", properties));
  return type === "AWS::S3::Bucket" && buckets.has(physicalOf("", properties));
}

/** Names are texts here but for the two pseudo parameters. */
function physicalOf(id: string, properties: Record<string, unknown>): string {
  const named = properties.TableName ?? properties.BucketName ?? id.toLowerCase();
  const text = typeof named === "string" ? named : String((named as { "Fn::Sub": string })["Fn::Sub"]);
  const filled = text
    .replaceAll(/\$\{AWS::AccountId\}/g, "123456789012")
    .replaceAll(/\$\{AWS::Region\}/g, "eu-central-1");
  return filled === "serverlessdeploymentbucket" ? "dream-factory-deployment" : filled;
}

function outputOf(key: string, value: unknown, stack: Stack): string {
  if (key === "HttpApiUrl") return "https://abc123.execute-api.eu-central-1.amazonaws.com";
  if (key.endsWith("LambdaFunctionUrl")) return "https://xyz.lambda-url.eu-central-1.on.aws/";
  const ref = typeof value === "object" && value !== null && "Ref" in value ? String(value.Ref) : "";
  return stack.resources.get(ref) ?? (typeof value === "string" ? value : "arn:aws:x:eu-central-1:123456789012:y");
}

function templateAt({ buckets }: AwsAccountServer, url: string): string {
  const [bucket = "", ...key] = new URL(url).pathname.slice(1).split("/");
  return (
    buckets
      .get(bucket)
      ?.get(decodeURIComponent(key.join("/")))
      ?.toString() ?? "{}"
  );
}

function withStack(server: AwsAccountServer, name: string, act: (stack: Stack) => string): string | null {
  const stack = server.stacks.get(name);
  return stack ? act(stack) : null;
}

function noStack(name: string): Answer {
  return xmlFailure({ status: 400, code: "ValidationError", message: `Stack with id ${name} does not exist` });
}

function nameOf(stack: string): string {
  return stack.startsWith("arn:") ? (stack.split("/")[1] ?? "") : stack;
}

function stackId({ region, id }: AwsAccountServer, name: string): string {
  return `arn:aws:cloudformation:${region}:${id}:stack/${name}/1`;
}

function changeSetId({ region, id }: AwsAccountServer, name: string): string {
  return `arn:aws:cloudformation:${region}:${id}:changeSet/${name}-change-set/1`;
}

function next(start: number, length: number): string {
  return start + 2 < length ? `<NextToken>${start + 2}</NextToken>` : "";
}

function resource(id: string, physical: string): string {
  return `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-11-22T12:00:00.000Z</LastUpdatedTimestamp></member>`;
}

function describedStack(server: AwsAccountServer, name: string, { status, outputs }: Stack): string {
  const each = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<member><StackId>${stackId(server, name)}</StackId><StackName>${name}</StackName><CreationTime>2026-11-22T12:00:00.000Z</CreationTime><StackStatus>${status}</StackStatus><Outputs>${each.join("")}</Outputs></member>`;
}

function describedEvent(
  server: AwsAccountServer,
  name: string,
  { id, type, status, reason }: StackEvent,
  at: number,
): string {
  const physical = type === own ? stackId(server, name) : id.toLowerCase();
  const time = new Date(Date.now() - 1000 + at).toISOString();
  return `<member><StackId>${stackId(server, name)}</StackId><EventId>e-${at}-${name}</EventId><StackName>${name}</StackName><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceType>${type}</ResourceType><Timestamp>${time}</Timestamp><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${reason}</ResourceStatusReason></member>`;
}
