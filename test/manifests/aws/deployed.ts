// A template, as questions about it read.
import { evaluate, type Resource, type Template } from "./template.ts";

export interface Deployed {
  /** By the function's name in the manifest. */
  functions: Map<string, Record<string, unknown>>;
  /** The name in the manifest of the function that a GetAtt or Ref of it comes to. */
  functionOf(reference: unknown): string | undefined;
  /** Properties of all resources of a type, by logical id. */
  all(type: string): [logicalId: string, properties: Record<string, unknown>][];
  one(logicalId: string): Resource;
}

/** `stage` of the service, which begins the functions' names. */
export function deployed(template: Template, stage = "dev"): Deployed {
  const resources = evaluate(template, template.Resources);
  const all = (type: string) =>
    Object.entries(resources).flatMap(([id, { Type, Properties }]): [string, Record<string, unknown>][] =>
      Type === type ? [[id, Properties ?? {}]] : [],
    );
  const nameOf = ({ FunctionName }: Record<string, unknown>) =>
    String(FunctionName).replace(`dream-factory-${stage}-`, "");
  const ids = new Map(all("AWS::Lambda::Function").map(([id, properties]) => [id, nameOf(properties)]));
  return {
    functions: new Map(all("AWS::Lambda::Function").map(([, properties]) => [nameOf(properties), properties])),
    functionOf: (reference) => ids.get(String(reference).replace(/\.Arn$/, "")),
    all,
    one(logicalId) {
      const resource = resources[logicalId];
      if (!resource) throw new Error(`the template has no ${logicalId}`);
      return resource;
    },
  };
}
