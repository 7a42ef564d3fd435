// A template held against AWS's own specification of CloudFormation.
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import { referenceProblems } from "./references.ts";
import { intrinsicOf, isObject, type Resource, type Template } from "./template.ts";

const database = loadAwsServiceSpecSync();

function specificationOf(type: string) {
  return [...database.lookup("resource", "cloudFormationType", "equals", type)][0];
}

type Properties = NonNullable<ReturnType<typeof specificationOf>>["properties"];
type PropertyType = Properties[string]["type"];

/** What a resource may have beside its properties. */
const attributes = new Set([
  ...["Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy", "UpdateReplacePolicy"],
]);

/** A sentence for each unknown type, unknown or missing property, wrong type or value, dangling reference and circle. */
export function templateProblems(template: Template): string[] {
  const resources = Object.entries(template.Resources).flatMap(([id, resource]) => resourceProblems(id, resource));
  const hasAttribute = (type: string, attribute: string) =>
    Object.hasOwn(specificationOf(type)?.attributes ?? {}, attribute);
  return [...resources, ...referenceProblems(template, hasAttribute)];
}

function resourceProblems(id: string, resource: Resource): string[] {
  const specification = specificationOf(resource.Type);
  if (!specification) return [`${id}: there is no ${resource.Type}`];
  const unknown = Object.keys(resource).filter((key) => !attributes.has(key));
  return [
    ...unknown.map((key) => `${id}: no resource has ${key}`),
    ...propertyProblems(resource.Properties ?? {}, specification.properties, id),
  ];
}

function propertyProblems(given: Record<string, unknown>, properties: Properties, at: string): string[] {
  const missing = Object.entries(properties).filter(([name, { required }]) => required && given[name] === undefined);
  return [
    ...missing.map(([name]) => `${at}: ${name} is missing`),
    ...Object.entries(given).flatMap(([name, value]) => {
      const property = properties[name];
      if (!property) return [`${at}: nothing is called ${name} here`];
      return best([property.type, ...(property.previousTypes ?? [])], value, `${at}.${name}`);
    }),
  ];
}

/** Types of earlier specifications are as good as the newest one: of those that do not fit, the newest speaks. */
function best(types: readonly PropertyType[], value: unknown, at: string): string[] {
  const problems = types.map((type) => valueProblems(type, value, at));
  return problems.find((each) => each.length === 0) ?? problems[0] ?? [];
}

function valueProblems(type: PropertyType, value: unknown, at: string): string[] {
  const call = intrinsicOf(value);
  if (call) return callProblems(type, call, at);
  switch (type.type) {
    case "array":
      if (!Array.isArray(value)) return [`${at}: must be a list`];
      return value.flatMap((each, index) => valueProblems(type.element, each, `${at}[${index}]`));
    case "map":
      if (!isObject(value)) return [`${at}: must be a map`];
      return Object.entries(value).flatMap(([key, each]) => valueProblems(type.element, each, `${at}.${key}`));
    case "ref": {
      if (!isObject(value)) return [`${at}: must be an object`];
      return propertyProblems(value, database.get("typeDefinition", type.reference.$ref).properties, at);
    }
    case "union":
      return best(type.types, value, at);
    case "json":
    case "tag":
      return typeof value === "object" ? [] : [`${at}: must be an object`];
    default:
      return scalarProblems(type, value, at);
  }
}

/** Whether a call names what is there, references.ts says; here it counts what it may come to. */
function callProblems(type: PropertyType, [name, argument]: [string, unknown], at: string): string[] {
  if (name === "Fn::If" && Array.isArray(argument)) {
    return argument.slice(1).flatMap((branch) => valueProblems(type, branch, at));
  }
  const isNothing = name === "Ref" && argument === "AWS::NoValue";
  const givesList = name === "Fn::Split";
  if (isNothing || name === "Ref" || name === "Fn::GetAtt") return [];
  return givesList === (type.type === "array") ? [] : [`${at}: cannot be ${name}`];
}

function scalarProblems(type: PropertyType, value: unknown, at: string): string[] {
  const isFine =
    type.type === "boolean"
      ? typeof value === "boolean"
      : type.type === "number" || type.type === "integer"
        ? isNumber(value) && (type.type === "number" || Number.isInteger(Number(value)))
        : typeof value === "string";
  if (!isFine) return [`${at}: must be a ${type.type}`];
  const allowed = type.type === "string" ? type.allowedValues : undefined;
  return !allowed || allowed.includes(String(value)) ? [] : [`${at}: must be one of ${allowed.join(", ")}`];
}

/**
 * A number's text is as good as the number: so does a parameter of the type Number reach a property, "the parameter value becomes a literal string"
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html), and so does `--param budget=20`.
 */
function isNumber(value: unknown): boolean {
  if (typeof value === "string") return /^\d+(\.\d+)?$/.test(value);
  return typeof value === "number";
}
