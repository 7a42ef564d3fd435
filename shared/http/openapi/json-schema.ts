// From zod's schemas to the document's: JSON Schema 2020-12, with named parts under components.
import * as z from "zod/mini";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface Components {
  /** Named parts, as they come up. */
  readonly schemas: Record<string, JsonSchema>;
  readonly responses: Record<string, object>;
}

/**
 * The schema as JSON Schema; parts with an id (`.meta({ id })`) move to the components and are referred to. `io`: whether it is about what
 * comes in, or what goes out. Throws when two different parts have one id.
 */
export function toJsonSchema(schema: z.ZodMiniType, io: "input" | "output", components: Components): JsonSchema {
  const { $schema: _, $defs = {}, id: __, ...root } = z.toJSONSchema(schema, { io });
  const said = (part: JsonSchema) => renamed(io === "input" ? withDefaultsInWords(part) : part, $defs);
  for (const [id, part] of Object.entries($defs)) {
    if (!isAnyJson(id, part)) addComponent(components, id, said(part));
  }
  return said(root);
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

/** What an answer is made of: under its own id, or under this name. What is no object stays where it is. */
export function namedPart(name: string, schema: z.ZodMiniType, components: Components): JsonSchema {
  const part = toJsonSchema(z.strictObject({ schema }), "output", components).properties?.schema as JsonSchema;
  return part.type === "object" || part.anyOf ? addComponent(components, name, part) : part;
}

/** zod's own schema of any JSON value speaks of itself, which generators of types cannot follow. JSON Schema says it with nothing at all. */
function isAnyJson(id: string, part: object): boolean {
  return id.startsWith("__") && /^\{"anyOf":\[\{"type":"string"\},\{"type":"number"\}/.test(JSON.stringify(part));
}

/**
 * Whoever leaves a field out may do so, and most generators of types take a field with a `default` for one that is always there: the default is said
 * in words.
 */
function withDefaultsInWords(schema: JsonSchema): JsonSchema {
  const { default: usual, ...rest } = schema;
  const told = usual === undefined ? [] : [`Absent: \`${typeof usual === "string" ? usual : JSON.stringify(usual)}\`.`];
  const description = [...(rest.description ? [rest.description] : []), ...told].join(" ");
  return { ...rest, ...(description && { description }), ...partsOf(rest) };
}

function partsOf({ properties, items, anyOf, allOf, oneOf }: JsonSchema): Partial<JsonSchema> {
  const all = (list: readonly unknown[]) => list.map((each) => withDefaultsInWords(each as JsonSchema));
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [
    name,
    withDefaultsInWords(field as JsonSchema),
  ]);
  return {
    ...(properties && { properties: Object.fromEntries(fields) }),
    ...(items && !Array.isArray(items) && { items: withDefaultsInWords(items as JsonSchema) }),
    ...(anyOf && { anyOf: all(anyOf) }),
    ...(allOf && { allOf: all(allOf) }),
    ...(oneOf && { oneOf: all(oneOf) }),
  };
}

/** References lead to the components; those to any JSON value give way to the empty schema. */
function renamed(part: JsonSchema, defs: Record<string, object>): JsonSchema {
  const text = JSON.stringify(part, (_, value) => {
    const id = typeof value?.$ref === "string" ? value.$ref.replace("#/$defs/", "") : "";
    const target = defs[id];
    if (!target) return value;
    return isAnyJson(id, target) ? {} : { ...value, $ref: `#/components/schemas/${id}` };
  });
  return JSON.parse(text);
}
