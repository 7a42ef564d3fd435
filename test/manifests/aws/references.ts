// What a template names: whether it is there, and whether anything waits for itself.
import { intrinsicOf, isObject, pseudo, type Template } from "./template.ts";

interface Reference {
  at: string;
  logicalId: string;
  attribute: string | null;
}

/** A sentence for each Ref, GetAtt, Sub, If and DependsOn that leads nowhere, and for a circle. `hasAttribute`: by the type of a resource. */
export function referenceProblems(
  template: Template,
  hasAttribute: (type: string, attribute: string) => boolean,
): string[] {
  const found = [...references(template.Resources, "Resources"), ...references(template.Outputs ?? {}, "Outputs")];
  const dangling = found.flatMap(({ at, logicalId, attribute }) => {
    const resource = template.Resources[logicalId];
    if (!resource) return [`${at} names ${logicalId}, which is not there`];
    const isKnown = attribute === null || hasAttribute(resource.Type, attribute);
    return isKnown ? [] : [`${at} wants ${attribute} of ${logicalId}, and a ${resource.Type} has none`];
  });
  const conditions = [...conditionNames(template)].filter((name) => !Object.hasOwn(template.Conditions ?? {}, name));
  return [...dangling, ...conditions.map((name) => `the condition ${name} is not there`), ...circles(template)];
}

function* references(value: unknown, at: string): Generator<Reference> {
  const call = intrinsicOf(value);
  if (call) yield* named(call[0], call[1], at);
  if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* references(each, `${at}[${index}]`);
  if (isObject(value)) for (const [key, each] of Object.entries(value)) yield* references(each, `${at}.${key}`);
  if (isObject(value) && typeof value.Type === "string" && value.DependsOn !== undefined) {
    for (const logicalId of [value.DependsOn].flat()) yield { at, logicalId: String(logicalId), attribute: null };
  }
}

function* named(name: string, argument: unknown, at: string): Generator<Reference> {
  const names: [string, string | null][] = [];
  if (name === "Ref") names.push([String(argument), null]);
  if (name === "Fn::GetAtt") {
    const [logicalId = "", ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split(".");
    names.push([logicalId, attribute.join(".")]);
  }
  if (name === "Fn::Sub") {
    for (const [, variable = ""] of String(argument).matchAll(/\$\{([^!}]+)\}/g)) {
      const [logicalId = "", ...attribute] = variable.split(".");
      names.push([logicalId, attribute.length > 0 ? attribute.join(".") : null]);
    }
  }
  for (const [logicalId, attribute] of names) {
    if (Object.hasOwn(pseudo, logicalId) || logicalId === "AWS::NoValue") continue;
    yield { at, logicalId, attribute };
  }
}

function conditionNames(template: Template): Set<string> {
  const names = JSON.stringify(template).matchAll(/"Fn::If":\["([^"]*)"/g);
  const conditions = Object.values(template.Resources).map(({ Condition }) => Condition);
  return new Set([
    ...[...names].map(([, name = ""]) => name),
    ...conditions.filter((name) => typeof name === "string"),
  ]);
}

/** CloudFormation makes a resource after all that it names. */
function circles(template: Template): string[] {
  const needs = new Map(
    Object.entries(template.Resources).map(([id, resource]) => [
      id,
      new Set([...references(resource, id)].map(({ logicalId }) => logicalId)),
    ]),
  );
  for (let isSmaller = true; isSmaller; ) {
    const ready = [...needs].filter(([, names]) => ![...names].some((name) => needs.has(name)));
    for (const [id] of ready) needs.delete(id);
    isSmaller = ready.length > 0;
  }
  return needs.size === 0 ? [] : [`these wait for each other: ${[...needs.keys()].join(", ")}`];
}
