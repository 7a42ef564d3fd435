// Callers may write our keys in snake_case. What is ours is what the schema names: keys inside free-form maps are left alone.
import type * as z from "zod/mini";
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
  return { value: walk(placeOf(schema), value, "", problems), problems };
}

/** A place in a value: what may have to be followed there, several schemas behind a union; and what was found out about them. */
interface Place {
  schemas: readonly Schema[];
  list?: ListPlace | null;
  keys?: KeyedPlace | null;
}

interface ListPlace {
  entry: Place;
  max: number;
}

interface KeyedPlace {
  /** By either spelling. */
  names: ReadonlyMap<string, { name: string; place: Place }>;
  known: string;
}

/** Of whole schemas, which live as long as the program: a request is only held against what its schema was found to say. */
const places = new WeakMap<Schema, Place>();

function placeOf(schema: Schema): Place {
  const known = places.get(schema);
  if (known) return known;
  const place = { schemas: [schema] };
  places.set(schema, place);
  return place;
}

function walk(place: Place, value: unknown, path: string, problems: ErrorDetail[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    if (place.list === undefined) place.list = listAt(place.schemas);
    return place.list ? walkList(place.list, value, path, problems) : value;
  }
  if (place.keys === undefined) place.keys = keysAt(place.schemas);
  return place.keys ? respellKeys(place.keys, value, path, problems) : value;
}

/** Null where no schema speaks of a list. */
function listAt(schemas: readonly Schema[]): ListPlace | null {
  const lists = schemas.flatMap(unwrap).filter((schema) => schema._zod.def.type === "array") as z.core.$ZodArray[];
  if (lists.length === 0) return null;
  return {
    entry: { schemas: lists.map((schema) => schema._zod.def.element) },
    max: Math.max(...lists.map(mostEntries)),
  };
}

/** Null where keys may be anything. */
function keysAt(schemas: readonly Schema[]): KeyedPlace | null {
  const bare = schemas.flatMap(unwrap);
  const shapes = bare.flatMap((schema) => (schema._zod.def.type === "object" ? [schema._zod.def] : []));
  const isFree = shapes.length === 0 || shapes.length < bare.length || shapes.some(isOpen);
  if (isFree) return null;
  const merged = [...mergeShapes(shapes)].map(([name, own]) => ({ name, place: { schemas: own } }));
  const spelled = merged.flatMap((each) => [[each.name, each] as const, [snakeCase(each.name), each] as const]);
  return { names: new Map(spelled), known: merged.map(({ name }) => name).join(", ") };
}

/** A list that is too long is looked at as far as it may go, and no further. */
function walkList(
  { entry, max }: ListPlace,
  value: readonly unknown[],
  path: string,
  problems: ErrorDetail[],
): unknown[] {
  if (value.length > max) problems.push({ path, message: `must have at most ${max} entries` });
  return value.slice(0, max).map((each, index) => walk(entry, each, join(path, index), problems));
}

function mostEntries(list: z.core.$ZodArray): number {
  const checks = (list._zod.def.checks ?? []) as z.core.$ZodChecks[];
  return Math.min(
    ...checks.map(({ _zod: { def } }) => (def.check === "max_length" ? def.maximum : Number.POSITIVE_INFINITY)),
  );
}

function respellKeys({ names, known }: KeyedPlace, value: object, path: string, problems: ErrorDetail[]): object {
  const result: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const own = names.get(key);
    if (own === undefined) {
      problems.push({ path: join(path, key), message: `is not known here; known are ${known}` });
    } else if (Object.hasOwn(result, own.name)) {
      const { name } = own;
      const message = `is given twice; send ${name} or ${snakeCase(name)}, not both`;
      problems.push({ path: join(path, name), message });
    } else {
      result[own.name] = walk(own.place, entry, join(path, own.name), problems);
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
