// From zod's schemas to the document's: JSON Schema 2020-12, with named parts under components.
import * as z from "zod";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface Components {
  /** Named parts, as they come up. */
  readonly schemas: Record<string, JsonSchema>;
}

/** What stands for the name that zod gives to its own schema of any JSON value. */
const JSON_VALUE = "JsonValue";

/**
 * The schema as JSON Schema; parts with an id (`.meta({ id })`) move to the components and are referred to. `io`: whether it is about what
 * comes in, or what goes out. Throws when two different parts have one id.
 */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output", components: Components): JsonSchema {
  const { $schema: _, $defs = {}, id: __, ...root } = z.toJSONSchema(schema, { io });
  const isJsonValue = (part: object) =>
    /^\{"anyOf":\[\{"type":"string"\},\{"type":"number"\}/.test(JSON.stringify(part));
  const names = new Map(
    Object.entries($defs).map(([id, part]) => [id, id.startsWith("__") && isJsonValue(part) ? JSON_VALUE : id]),
  );
  for (const [id, part] of Object.entries($defs)) addComponent(components, names.get(id) ?? id, renamed(part, names));
  return renamed(root, names);
}

/** The part of that name, made known if it is not yet. Answers a reference to it. */
export function addComponent({ schemas }: Components, name: string, schema: JsonSchema): JsonSchema {
  const { id: _, ...part } = schema;
  if (name.startsWith("__"))
    throw new Error(`A schema that is used in several places needs an id: ${JSON.stringify(part)}`);
  const known = schemas[name];
  if (known && JSON.stringify(known) !== JSON.stringify(part)) throw new Error(`Two schemas have the id ${name}.`);
  schemas[name] = part;
  return { $ref: `#/components/schemas/${name}` };
}

function renamed<Part extends object>(part: Part, names: ReadonlyMap<string, string>): Part {
  const text = JSON.stringify(part).replaceAll(
    /"\$ref":"#\/\$defs\/([^"]+)"/g,
    (_, id) => `"$ref":"#/components/schemas/${names.get(id) ?? id}"`,
  );
  return JSON.parse(text);
}
