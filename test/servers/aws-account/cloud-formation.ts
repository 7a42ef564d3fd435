// CloudFormation over the query protocol: change sets, events, resources, ways back. What becomes of stacks is in stacks.ts.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
import type { Answer, Asked, AwsAccountServer, Service } from "./server.ts";
import { xmlFailure } from "./services.ts";
import {
  execute,
  lookAtChangeSet,
  ofStack,
  refusalOf,
  remove,
  type Stack,
  type StackEvent,
  stackIn,
} from "./stacks.ts";

export const cloudFormation: Service = {
  operation: ({ body }) => new URLSearchParams(body.toString()).get("Action") ?? "",
  answer(asked, operation) {
    const input = new URLSearchParams(asked.body.toString());
    const name = nameOf(input.get("StackName") ?? "");
    const found = operations[operation]?.(asked, name, input);
    if (found === undefined) return cloudFormation.failure({ status: 400, code: "InvalidAction", message: operation });
    if (found === null) return invalid(`Stack with id ${name} does not exist`);
    if (typeof found !== "string") return found;
    if (operation === "DescribeStacks" || operation === "DescribeStackEvents") goOn(asked.server.stacks.get(name));
    const result = `<${operation}Result>${found}</${operation}Result>`;
    return {
      status: 200,
      body: `<${operation}Response>${result}</${operation}Response>`,
      headers: { "content-type": "text/xml" },
    };
  },
  failure: xmlFailure,
};

/** Null: there is no such stack. */
type Operation = (asked: Asked, name: string, input: URLSearchParams) => string | Answer | null;

const operations: Readonly<Record<string, Operation>> = {
  ValidateTemplate: () => "<Parameters/>",
  DescribeStacks: ({ server }, name) =>
    withStack(server, name, (stack) => `<Stacks>${describedStack(server, name, stack)}</Stacks>`),
  DescribeStackEvents: ({ server }, name, input) =>
    withStack(server, name, ({ events }) => {
      const newest = events.map((event, at) => describedEvent(server, name, event, at)).reverse();
      return page("StackEvents", newest, input);
    }),
  ListStackResources: ({ server }, name, input) =>
    withStack(server, name, ({ resources }) => {
      const all = [...resources].map(([id, physical]) => resource(id, physical));
      return page("StackResourceSummaries", all, input);
    }),
  DescribeStackResource: ({ server }, name, input) =>
    withStack(server, name, ({ resources }) => {
      const id = input.get("LogicalResourceId") ?? "";
      const physical = resources.get(id);
      if (physical === undefined) return invalid(`Resource ${id} does not exist for stack ${name}`);
      return `<StackResourceDetail>${resource(id, physical).replace(/<\/?member>/g, "")}</StackResourceDetail>`;
    }),
  CreateChangeSet({ server }, name, input) {
    const found = server.stacks.get(name);
    const refusal = refusalOf(found, name, input.get("ChangeSetType") ?? "UPDATE");
    if (refusal !== null) return invalid(refusal);
    const text = input.get("TemplateBody") ?? templateAt(server, input.get("TemplateURL") ?? "");
    if (text === null) return invalid("S3 error: The specified key does not exist.");
    const stack = found ?? stackIn("REVIEW_IN_PROGRESS");
    server.stacks.set(name, stack);
    stack.changeSet = { template: JSON.parse(text), status: "CREATE_IN_PROGRESS", reason: "" };
    return `<Id>${changeSetId(server, name)}</Id><StackId>${stackId(server, name)}</StackId>`;
  },
  DescribeChangeSet: ({ server }, name) =>
    withStack(server, name, (stack) => {
      if (!stack.changeSet) return noChangeSet(name);
      const { status, reason } = lookAtChangeSet(stack, stack.changeSet);
      const ids = `<ChangeSetName>set</ChangeSetName><ChangeSetId>${changeSetId(server, name)}</ChangeSetId><StackId>${stackId(server, name)}</StackId>`;
      const can = status === "CREATE_COMPLETE" ? "AVAILABLE" : "UNAVAILABLE";
      return `${ids}<StackName>${name}</StackName><Status>${status}</Status><StatusReason>${reason}</StatusReason><ExecutionStatus>${can}</ExecutionStatus>`;
    }),
  DeleteChangeSet: ({ server }, name) =>
    withStack(server, name, (stack) => {
      stack.changeSet = undefined;
      return "";
    }),
  ExecuteChangeSet: ({ server }, name) =>
    withStack(server, name, (stack) => {
      if (stack.changeSet?.status !== "CREATE_COMPLETE") return noChangeSet(name);
      execute(server, name, stack, stack.changeSet);
      return "";
    }),
  DeleteStack({ server }, name) {
    const stack = server.stacks.get(name);
    if (stack?.endsAs) stack.status = stack.endsAs;
    else if (stack) remove(server, name, stack);
    return "";
  },
  ContinueUpdateRollback: ({ server }, name) =>
    withStack(server, name, (stack) => {
      stack.status = stack.endsAs ?? "UPDATE_ROLLBACK_COMPLETE";
      return "";
    }),
};

function goOn(stack: Stack | undefined): void {
  const underWay = stack?.goOn;
  if (stack) stack.goOn = undefined;
  underWay?.();
}

function templateAt({ buckets }: AwsAccountServer, url: string): string | null {
  const [bucket = "", ...key] = new URL(url).pathname.slice(1).split("/");
  const found = buckets.get(bucket)?.get(decodeURIComponent(key.join("/")));
  return found ? found.bytes.toString() : null;
}

function withStack<T>({ stacks }: AwsAccountServer, name: string, act: (stack: Stack) => T): T | null {
  const stack = stacks.get(name);
  return stack ? act(stack) : null;
}

function invalid(message: string): Answer {
  return xmlFailure({ status: 400, code: "ValidationError", message });
}

function noChangeSet(name: string): Answer {
  return xmlFailure({ status: 404, code: "ChangeSetNotFound", message: `ChangeSet [${name}] does not exist` });
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

/** By two, and a long list in some ten pages. */
function page(list: string, all: readonly string[], input: URLSearchParams): string {
  const start = Number(input.get("NextToken") ?? 0);
  const end = start + Math.max(2, Math.ceil(all.length / 10));
  const next = end < all.length ? `<NextToken>${end}</NextToken>` : "";
  return `<${list}>${all.slice(start, end).join("")}</${list}>${next}`;
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
  const physical = type === ofStack ? stackId(server, name) : id.toLowerCase();
  const time = new Date(Date.now() - 1000 + at).toISOString();
  return `<member><StackId>${stackId(server, name)}</StackId><EventId>e-${at}-${name}</EventId><StackName>${name}</StackName><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceType>${type}</ResourceType><Timestamp>${time}</Timestamp><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${reason}</ResourceStatusReason></member>`;
}
