// What JSON in a setting has to look like. What is wrong is said by its place, and never by its value: it may be a secret in the wrong one.

export interface JsonProblem {
  /** Names and numbers, divided by dots; empty for the whole. */
  path: string;
  message: string;
}

export type Check = (value: unknown) => JsonProblem[];

/** What does not hold is a problem with the value as a whole. */
export function that(isFine: (value: unknown) => boolean, message: string): Check {
  return (value) => (isFine(value) ? [] : [{ path: "", message }]);
}

export function number(from: number, to: number): Check {
  return that((value) => isWithin(value, from, to), `must be a number from ${from} to ${to}`);
}

export function whole(from: number, to: number): Check {
  const message = `must be a whole number from ${from} to ${to}`;
  return that((value) => Number.isInteger(value) && isWithin(value, from, to), message);
}

export function matching(pattern: RegExp, message: string): Check {
  return that((value) => typeof value === "string" && pattern.test(value), message);
}

export function oneOf(values: readonly string[]): Check {
  const [last = "", ...others] = [...values].reverse();
  const message = `must be ${others.length > 0 ? `${others.reverse().join(", ")} or ` : ""}${last}`;
  return that((value) => values.some((each) => each === value), message);
}

/** At least one. */
export function list(each: Check): Check {
  return (value) => {
    if (!Array.isArray(value) || value.length === 0) return [{ path: "", message: "must be a list of at least one" }];
    return value.flatMap((entry, index) => below(index, each(entry)));
  };
}

/** `allowed`: those of `shape` that may be left out. `message` answers the names that are there, and those that must be. */
export function object(
  shape: Readonly<Record<string, Check>>,
  { optional = {}, message }: { optional?: Readonly<Record<string, Check>>; message?: string } = {},
): Check {
  const known = { ...shape, ...optional };
  return (value) => {
    if (!isObject(value)) return [{ path: "", message: message ?? "must be an object" }];
    const unknown = Object.keys(value).filter((name) => !Object.hasOwn(known, name));
    const said = message ?? `may not have ${unknown.join(", ")}; known are ${Object.keys(known).join(", ")}`;
    const given = Object.entries(known).filter(([name]) => Object.hasOwn(shape, name) || value[name] !== undefined);
    const inside = given.flatMap(([name, check]) => below(name, check(value[name])));
    return [...inside, ...(unknown.length > 0 ? [{ path: "", message: said }] : [])];
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Problems of a part, as problems of what it is a part of. */
export function below(name: string | number, problems: readonly JsonProblem[]): JsonProblem[] {
  return problems.map(({ path, message }) => ({ path: path === "" ? String(name) : `${name}.${path}`, message }));
}

/** Undefined when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isWithin(value: unknown, from: number, to: number): boolean {
  return typeof value === "number" && value >= from && value <= to;
}
