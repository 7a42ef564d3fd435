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

/** What only AWS can know, by `Logical` or `Logical.Attribute`. */
type Names = ReadonlyMap<string, string>;

/** The template as AWS would read it in one account and region. What `names` does not know reads as its key there: `Bucket`, `RunJob.Arn`. */
export function evaluate<T>(template: Template, value: T, names: Names = new Map()): T {
  const result = evaluated(template, value, names);
  return (result === nothing ? undefined : result) as T;
}

function evaluated(template: Template, value: unknown, names: Names): unknown {
  const call = intrinsicOf(value);
  const inner = (each: unknown) => evaluated(template, each, names);
  if (call) return applied(template, names, ...call);
  if (Array.isArray(value)) return value.map(inner).filter((each) => each !== nothing);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, inner(each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== nothing));
}

function applied(template: Template, names: Names, name: string, argument: unknown): unknown {
  const inner = (each: unknown) => evaluated(template, each, names);
  const nameOf = (each: string) => names.get(each) ?? pseudo[each as keyof typeof pseudo] ?? each;
  const list = Array.isArray(argument) ? argument : [argument];
  if (name === "Ref") return argument === "AWS::NoValue" ? nothing : nameOf(String(argument));
  if (name === "Fn::GetAtt") return nameOf(list.join("."));
  if (name === "Fn::Sub") return String(argument).replaceAll(/\$\{([^!}]+)\}/g, (_, variable) => nameOf(variable));
  if (name === "Fn::If") return inner(list[inner(template.Conditions?.[String(list[0])]) === true ? 1 : 2]);
  if (name === "Fn::Equals") return String(inner(list[0])) === String(inner(list[1]));
  if (name === "Fn::Not") return !inner(list[0]);
  if (name === "Fn::Or") return list.some((each) => inner(each) === true);
  if (name === "Fn::Join") return (inner(list[1]) as unknown[]).join(String(list[0]));
  if (name === "Fn::Split") return String(inner(list[1])).split(String(list[0]));
  throw new Error(`the template uses ${name}, which nobody here evaluates`);
}
