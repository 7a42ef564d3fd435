// CloudFormation templates: their shape, and what their intrinsic functions come to.

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  [attribute: string]: unknown;
}

export interface Template {
  Resources: Record<string, Resource>;
  Conditions?: Record<string, unknown>;
  Outputs?: Record<string, unknown>;
  [section: string]: unknown;
}

export const pseudo = {
  "AWS::Partition": "aws",
  "AWS::Region": "eu-central-1",
  "AWS::AccountId": "123456789012",
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::StackName": "dream-factory",
};

const nothing = Symbol("AWS::NoValue");

/** `[function, argument]` of an intrinsic function; null for anything else. */
export function intrinsicOf(value: unknown): [name: string, argument: unknown] | null {
  if (!isObject(value)) return null;
  const [entry, ...more] = Object.entries(value);
  if (!entry || more.length > 0) return null;
  return entry[0] === "Ref" || entry[0].startsWith("Fn::") ? entry : null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The template as AWS would read it in one account and region. What only AWS can know reads `Logical.Attribute`, as `Bucket` or `RunJob.Arn`. */
export function evaluate<T>(template: Template, value: T): T {
  const result = evaluated(template, value);
  return (result === nothing ? undefined : result) as T;
}

function evaluated(template: Template, value: unknown): unknown {
  const call = intrinsicOf(value);
  if (call) return applied(template, ...call);
  if (Array.isArray(value)) return value.map((each) => evaluated(template, each)).filter((each) => each !== nothing);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, evaluated(template, each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== nothing));
}

function applied(template: Template, name: string, argument: unknown): unknown {
  const inner = (each: unknown) => evaluated(template, each);
  const list = Array.isArray(argument) ? argument : [argument];
  if (name === "Ref") return argument === "AWS::NoValue" ? nothing : nameOf(String(argument));
  if (name === "Fn::GetAtt") return list.join(".");
  if (name === "Fn::Sub") return String(argument).replaceAll(/\$\{([^!}]+)\}/g, (_, variable) => nameOf(variable));
  if (name === "Fn::If") return inner(list[isTrue(template, list[0]) ? 1 : 2]);
  if (name === "Fn::Equals") return String(inner(list[0])) === String(inner(list[1]));
  if (name === "Fn::Not") return !inner(list[0]);
  if (name === "Fn::Or") return list.some((each) => inner(each) === true);
  if (name === "Fn::Join") return (inner(list[1]) as unknown[]).join(String(list[0]));
  if (name === "Fn::Split") return String(inner(list[1])).split(String(list[0]));
  throw new Error(`the template uses ${name}, which nobody here evaluates`);
}

function isTrue(template: Template, condition: unknown): boolean {
  return evaluated(template, template.Conditions?.[String(condition)]) === true;
}

function nameOf(name: string): string {
  return Object.hasOwn(pseudo, name) ? pseudo[name as keyof typeof pseudo] : name;
}
