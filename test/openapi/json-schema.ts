// A validator for as much of JSON Schema 2020-12 as the document uses. Whatever else it meets is an error: nothing goes unchecked unseen.

type Schema = Record<string, unknown>;

const annotations = new Set(["title", "description", "default", "format", "example", "$comment"]);

/** What is wrong with the value, each with its path; empty when it fits. `refs`: where `#/components/schemas/…` lead. */
export function problemsOf(
  schema: Schema,
  value: unknown,
  refs: Readonly<Record<string, unknown>>,
  path = "$",
): string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    if (annotations.has(keyword)) return [];
    const check = keywords[keyword];
    if (!check) return [`${path}: the keyword ${keyword} is not known to this validator`];
    return check({
      wanted,
      value,
      path,
      schema,
      into: (inner, part, name) =>
        problemsOf(inner as Schema, part, refs, name === undefined ? path : `${path}.${name}`),
      refs,
    });
  });
}

interface Check {
  wanted: unknown;
  value: unknown;
  path: string;
  schema: Schema;
  refs: Readonly<Record<string, unknown>>;
  into(schema: unknown, part: unknown, name?: string | number): string[];
}

const keywords: Record<string, (check: Check) => string[]> = {
  $ref: ({ wanted, value, path, refs, into }) => {
    const target = refs[String(wanted).replace("#/components/schemas/", "")];
    return target ? into(target, value) : [`${path}: ${wanted} leads nowhere`];
  },
  type: ({ wanted, value, path }) =>
    unless(
      [wanted].flat().some((type) => isOfType(String(type), value)),
      `${path}: must be ${wanted}, is ${JSON.stringify(value)}`,
    ),
  const: ({ wanted, value, path }) =>
    unless(wanted === value, `${path}: must be ${wanted}, is ${JSON.stringify(value)}`),
  enum: ({ wanted, value, path }) =>
    unless((wanted as unknown[]).includes(value), `${path}: must be one of ${wanted}, is ${JSON.stringify(value)}`),
  pattern: ({ wanted, value, path }) =>
    unless(
      typeof value !== "string" || new RegExp(String(wanted), "u").test(value),
      `${path}: ${value} does not match ${wanted}`,
    ),
  minLength: ({ wanted, value, path }) =>
    unless(typeof value !== "string" || [...value].length >= Number(wanted), `${path}: too short`),
  maxLength: ({ wanted, value, path }) =>
    unless(typeof value !== "string" || [...value].length <= Number(wanted), `${path}: too long`),
  minimum: ({ wanted, value, path }) =>
    unless(typeof value !== "number" || value >= Number(wanted), `${path}: ${value} is too small`),
  maximum: ({ wanted, value, path }) =>
    unless(typeof value !== "number" || value <= Number(wanted), `${path}: ${value} is too big`),
  minItems: ({ wanted, value, path }) =>
    unless(!Array.isArray(value) || value.length >= Number(wanted), `${path}: too few`),
  maxItems: ({ wanted, value, path }) =>
    unless(!Array.isArray(value) || value.length <= Number(wanted), `${path}: too many`),
  required: ({ wanted, value, path }) =>
    isObject(value)
      ? (wanted as string[]).filter((name) => !(name in value)).map((name) => `${path}: ${name} is missing`)
      : [],
  properties: ({ wanted, value, into }) =>
    isObject(value)
      ? Object.entries(wanted as Schema).flatMap(([name, inner]) =>
          name in value ? into(inner, value[name], name) : [],
        )
      : [],
  additionalProperties: ({ wanted, value, schema, into, path }) => {
    if (!isObject(value)) return [];
    const more = Object.keys(value).filter((name) => !(name in ((schema.properties as Schema | undefined) ?? {})));
    return wanted === false
      ? more.map((name) => `${path}: ${name} is not in the schema`)
      : more.flatMap((name) => into(wanted, value[name], name));
  },
  propertyNames: ({ wanted, value, into }) =>
    isObject(value) ? Object.keys(value).flatMap((name) => into(wanted, name, name)) : [],
  items: ({ wanted, value, into }) =>
    Array.isArray(value) ? value.flatMap((item, index) => into(wanted, item, index)) : [],
  allOf: ({ wanted, value, into }) => (wanted as unknown[]).flatMap((inner) => into(inner, value)),
  anyOf: ({ wanted, value, into, path }) => {
    const all = (wanted as unknown[]).map((inner) => into(inner, value));
    return all.some((found) => found.length === 0)
      ? []
      : [`${path}: fits no form: ${all.map((found) => found[0]).join("; ")}`];
  },
};

function isOfType(type: string, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  return type === "object" ? isObject(value) : typeof value === type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unless(isRight: boolean, problem: string): string[] {
  return isRight ? [] : [problem];
}
