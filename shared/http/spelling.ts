// Callers may write our keys in snake_case. What is ours is what the schema names: keys inside free-form maps are left alone.
import type * as z from "zod";
import type { ErrorDetail } from "../errors/app-error.ts";

type Schema = z.core.$ZodType;

export interface Respelled {
  value: unknown;
  /** Keys that are not known, and keys that were given in both spellings. */
  problems: ErrorDetail[];
}

/** Gives each key of the value the schema's spelling, at every level that the schema describes. */
export function respell(schema: Schema, value: unknown): Respelled {
  const problems: ErrorDetail[] = [];
  return { value: walk([schema], value, "", problems), problems };
}

/** `schemas`: those that the value may have to follow; several behind a union. */
function walk(schemas: readonly Schema[], value: unknown, path: string, problems: ErrorDetail[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  const bare = schemas.flatMap(unwrap);
  if (Array.isArray(value)) {
    const lists = bare.filter((schema) => schema._zod.def.type === "array");
    return lists.length === 0 ? value : walkList(lists as z.core.$ZodArray[], value, path, problems);
  }
  const shapes = bare.flatMap((schema) => (schema._zod.def.type === "object" ? [schema._zod.def] : []));
  const isFree = shapes.length === 0 || shapes.length < bare.length || shapes.some(isOpen);
  return isFree ? value : respellKeys(mergeShapes(shapes), value, path, problems);
}

/** A list that is too long is looked at as far as it may go, and no further. */
function walkList(
  lists: readonly z.core.$ZodArray[],
  value: readonly unknown[],
  path: string,
  problems: ErrorDetail[],
): unknown[] {
  const elements = lists.map((schema) => schema._zod.def.element);
  const max = Math.max(...lists.map(mostEntries));
  if (value.length > max) problems.push({ path, message: `must have at most ${max} entries` });
  return value.slice(0, max).map((entry, index) => walk(elements, entry, join(path, index), problems));
}

function mostEntries(list: z.core.$ZodArray): number {
  const checks = (list._zod.def.checks ?? []) as z.core.$ZodChecks[];
  return Math.min(
    ...checks.map(({ _zod: { def } }) => (def.check === "max_length" ? def.maximum : Number.POSITIVE_INFINITY)),
  );
}

function respellKeys(
  shape: ReadonlyMap<string, Schema[]>,
  value: object,
  path: string,
  problems: ErrorDetail[],
): object {
  const spellings = new Map(
    [...shape.keys()].flatMap((name) => [[name, name] as const, [snakeCase(name), name] as const]),
  );
  const unknown = `is not known here; known are ${[...shape.keys()].join(", ")}`;
  const result: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const name = spellings.get(key);
    if (name === undefined) {
      problems.push({ path: join(path, key), message: unknown });
    } else if (Object.hasOwn(result, name)) {
      problems.push({
        path: join(path, name),
        message: `is given twice; send ${name} or ${snakeCase(name)}, not both`,
      });
    } else {
      result[name] = walk(shape.get(name) ?? [], entry, join(path, name), problems);
    }
  }
  return result;
}

/** What stands behind the words around a schema: its alternatives, each an object, a list or something else. */
function unwrap(schema: Schema): z.core.$ZodTypes[] {
  const known = schema as z.core.$ZodTypes;
  const { def } = known._zod;
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return unwrap(def.innerType);
    case "pipe":
      return unwrap(def.in);
    case "lazy":
      return unwrap(def.getter());
    case "union":
      return def.options.flatMap(unwrap);
    case "intersection":
      return [...unwrap(def.left), ...unwrap(def.right)];
    default:
      return [known];
  }
}

function isOpen({ catchall }: z.core.$ZodObjectDef): boolean {
  return catchall !== undefined && catchall._zod.def.type !== "never";
}

function mergeShapes(shapes: readonly z.core.$ZodObjectDef[]): Map<string, Schema[]> {
  const merged = new Map<string, Schema[]>();
  for (const [name, schema] of shapes.flatMap(({ shape }) => Object.entries(shape))) {
    merged.set(name, [...(merged.get(name) ?? []), schema]);
  }
  return merged;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function join(path: string, key: string | number): string {
  return path === "" ? String(key) : `${path}.${key}`;
}
