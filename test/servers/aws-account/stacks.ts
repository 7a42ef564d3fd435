// What becomes of stacks: a change set is looked at, executed as far as other services here would tell of it, or fails at the resource that a test names, and
// goes back as CloudFormation does: what its template retains stays. Typed from https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/.
import { evaluate, type Resource, type Template } from "../../manifests/aws/template.ts";
import type { AwsAccountServer } from "./server.ts";

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
  /** What it was made of. */
  template?: Template;
  /** What is to be executed. */
  changeSet?: ChangeSet | undefined;
  /** What is under way: it comes to its end once it has been seen. */
  goOn?: (() => void) | undefined;
  /** What the next way back, or removal, comes to. */
  endsAs?: string;
}

interface ChangeSet {
  template: Template;
  status: "CREATE_IN_PROGRESS" | "CREATE_COMPLETE" | "FAILED";
  reason: string;
}

export const ofStack = "AWS::CloudFormation::Stack";

export function stackIn(status: string, more: Partial<Stack> = {}): Stack {
  return { status, resources: new Map(), outputs: {}, events: [], ...more };
}

/** Why the stack takes no change set of that type; null: it does. */
export function refusalOf(stack: Stack | undefined, name: string, type: string): string | null {
  if (type !== "CREATE" && !stack) return `Stack [${name}] does not exist`;
  const isNew = !stack || stack.status === "REVIEW_IN_PROGRESS";
  if (type === "CREATE") return isNew ? null : `Stack [${name}] already exists and cannot be created again`;
  const mayBeUpdated = /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack?.status ?? "");
  return mayBeUpdated ? null : `Stack:${name} is in ${stack?.status} state and can not be updated.`;
}

/** Whoever asks for it first finds it being made. */
export function lookAtChangeSet(stack: Stack, changeSet: ChangeSet): ChangeSet {
  const seen = { ...changeSet };
  if (changeSet.status !== "CREATE_IN_PROGRESS") return seen;
  const isSame = JSON.stringify(changeSet.template) === JSON.stringify(stack.template);
  changeSet.status = isSame ? "FAILED" : "CREATE_COMPLETE";
  changeSet.reason = isSame ? "The submitted information didn't contain changes." : "";
  return seen;
}

export function execute(server: AwsAccountServer, name: string, stack: Stack, { template }: ChangeSet): void {
  const verb = stack.status === "REVIEW_IN_PROGRESS" ? "CREATE" : "UPDATE";
  stack.changeSet = undefined;
  stack.status = `${verb}_IN_PROGRESS`;
  stack.events.push({ id: name, type: ofStack, status: stack.status, reason: "User Initiated" });
  stack.goOn = () => carryOut(server, name, stack, template, verb);
}

export function remove(server: AwsAccountServer, name: string, stack: Stack): void {
  for (const [id, physical] of stack.resources) letGo(server, stack.template?.Resources[id], physical);
  server.stacks.delete(name);
}

type Verb = "CREATE" | "UPDATE";

function carryOut(server: AwsAccountServer, name: string, stack: Stack, template: Template, verb: Verb): void {
  const before = { resources: new Map(stack.resources), functions: new Map(server.functions) };
  const tell = (id: string, status: string, reason = "") =>
    stack.events.push({ id, type: template.Resources[id]?.Type ?? ofStack, status, reason });
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (!isWanted(template, resource)) continue;
    const isThere = stack.resources.has(id);
    if (isThere && JSON.stringify(resource) === JSON.stringify(stack.template?.Resources[id])) continue;
    const made = makeOne(server, name, stack, template, id);
    if (made !== null) {
      tell(id, `${isThere ? "UPDATE" : "CREATE"}_FAILED`, made);
      tell("Another", "CREATE_FAILED", "Resource creation cancelled");
      goBack(server, name, stack, template, verb, before);
      return;
    }
    tell(id, `${isThere ? "UPDATE" : "CREATE"}_COMPLETE`);
  }
  for (const [id, physical] of stack.resources) {
    const wanted = template.Resources[id];
    if (wanted && isWanted(template, wanted)) continue;
    letGo(server, stack.template?.Resources[id], physical);
    stack.resources.delete(id);
  }
  stack.template = template;
  stack.outputs = outputsOf(template, stack.resources);
  stack.status = `${verb}_COMPLETE`;
  tell(name, stack.status);
}

/** Makes it, or brings it to what the template says. Answers why it could not. */
function makeOne(server: AwsAccountServer, name: string, stack: Stack, template: Template, id: string): string | null {
  const { Type, Properties = {} } = evaluate(template, template.Resources[id] as Resource, stack.resources);
  const broken = server.broken.get(id);
  server.broken.delete(id);
  if (broken) return broken;
  const physical = stack.resources.get(id) ?? physicalOf(name, id, Type, Properties);
  if (!stack.resources.has(id) && holderOf(server, Type)?.has(physical)) return `${physical} already exists`;
  if (Type === "AWS::DynamoDB::Table")
    server.tables.set(physical, { items: 0, isProtected: Properties.DeletionProtectionEnabled === true });
  if (Type === "AWS::S3::Bucket" && !server.buckets.has(physical)) server.buckets.set(physical, new Map());
  if (Type === "AWS::Logs::LogGroup") server.logGroups.set(physical, 0);
  if (Type === "AWS::Lambda::Function") {
    const { S3Bucket, S3Key } = Properties.Code as { S3Bucket: string; S3Key: string };
    const zip = server.buckets.get(S3Bucket)?.get(S3Key);
    if (!zip) return "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: no such key.";
    server.functions.set(physical, { zip: zip.bytes, modifiedAt: new Date() });
  }
  stack.resources.set(id, physical);
  return null;
}

/** What is retained is left behind. */
function goBack(
  server: AwsAccountServer,
  name: string,
  stack: Stack,
  template: Template,
  verb: Verb,
  before: { resources: Map<string, string>; functions: AwsAccountServer["functions"] },
): void {
  for (const [id, physical] of stack.resources)
    if (!before.resources.has(id)) letGo(server, template.Resources[id], physical);
  stack.resources = before.resources;
  server.functions = before.functions;
  stack.status = verb === "CREATE" ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE";
  const going = verb === "CREATE" ? "ROLLBACK_IN_PROGRESS" : "UPDATE_ROLLBACK_IN_PROGRESS";
  for (const status of [going, stack.status]) stack.events.push({ id: name, type: ofStack, status, reason: "" });
}

function letGo(server: AwsAccountServer, resource: Resource | undefined, physical: string): void {
  if (resource && resource.DeletionPolicy !== "Retain") holderOf(server, resource.Type)?.delete(physical);
}

/** Where a service keeps what is called so. */
function holderOf(server: AwsAccountServer, type: string): Map<string, unknown> | undefined {
  const holders: Record<string, Map<string, unknown>> = {
    "AWS::DynamoDB::Table": server.tables,
    "AWS::S3::Bucket": server.buckets,
    "AWS::Logs::LogGroup": server.logGroups,
    "AWS::Lambda::Function": server.functions,
  };
  return holders[type];
}

function isWanted(template: Template, { Condition }: Resource): boolean {
  return Condition === undefined || evaluate(template, { "Fn::If": [Condition, true, false] } as unknown) === true;
}

/** Its own name, or one as CloudFormation makes it. */
function physicalOf(stack: string, id: string, type: string, properties: Record<string, unknown>): string {
  const { TableName, BucketName, LogGroupName, FunctionName } = properties;
  if (type.startsWith("AWS::ApiGatewayV2::")) return id.toLowerCase().slice(0, 10);
  if (type === "AWS::Lambda::Permission") return `${stack}-${id}-1x2y3z`;
  const named = TableName ?? BucketName ?? LogGroupName ?? FunctionName;
  return typeof named === "string" ? named : `${stack}-${id.toLowerCase()}-1x2y3z`;
}

function outputsOf(template: Template, resources: ReadonlyMap<string, string>): Record<string, string> {
  const names = new Map([...resources, ...urlsOf(template)]);
  const outputs = Object.entries(template.Outputs ?? {}) as [string, { Value: unknown }][];
  return Object.fromEntries(outputs.map(([key, { Value }]) => [key, String(evaluate(template, Value, names))]));
}

/** What only Lambda can know. */
function urlsOf({ Resources }: Template): [string, string][] {
  const urls = Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::Lambda::Url");
  return urls.map(([id]) => [`${id}.FunctionUrl`, "https://xyz.lambda-url.eu-central-1.on.aws/"]);
}
