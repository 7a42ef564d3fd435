// fc3's own schema, made strict: as it is, it takes unknown keys everywhere, and any configuration for any trigger.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { isObject } from "../aws/template.ts";

type Schema = Record<string, unknown>;

const configurations = { http: "IHttpTriggerConfig", oss: "IOssTriggerConfig", timer: "ITimerTriggerConfig" };

/** A sentence for each thing that is wrong with the `props` of one function. */
export function createPropsCheck(): (props: unknown) => string[] {
  const check = new Ajv({ allErrors: true, strictSchema: true }).compile(strictSchema());
  return (props) => {
    check(props);
    return (check.errors ?? []).map(({ instancePath, message, params }) => {
      const detail = params.additionalProperty ?? params.missingProperty ?? "";
      return `${instancePath} ${message} ${detail}`.trim();
    });
  };
}

function strictSchema(): Schema {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, "..", "fc3-schema.json"), "utf8")) as {
    definitions: { ITrigger: Schema };
  } & Schema;
  close(schema);
  schema.definitions.ITrigger.allOf = Object.entries(configurations).map(([type, definition]) => ({
    if: { properties: { triggerType: { const: type } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
    then: { properties: { triggerConfig: { $ref: `#/definitions/${definition}` } } },
  }));
  return schema;
}

/** Every object that lists its keys has those alone; what only adds a condition to another schema is left as it is. */
function close(schema: unknown): void {
  if (Array.isArray(schema)) for (const each of schema) close(each);
  if (!isObject(schema)) return;
  if (schema.type === "object" && isObject(schema.properties)) schema.additionalProperties ??= false;
  for (const each of Object.values(schema)) close(each);
}
