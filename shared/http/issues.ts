// What a schema found, in words for the caller: where, what is wrong, what is allowed.
import type * as z from "zod/mini";
import type { ErrorDetail } from "../errors/app-error.ts";

type Issue = z.core.$ZodIssue;

/** Pass it as `error` when parsing. A message that a schema brings itself goes before it. */
export function describe(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is required"
        : `must be ${article(issue.expected)}, not ${nameOf(issue.input)}`;
    case "too_small":
      return `must ${bound(issue, issue.inclusive === false ? "more than" : "at least", issue.minimum)}`;
    case "too_big":
      return `must ${bound(issue, issue.inclusive === false ? "less than" : "at most", issue.maximum)}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_value":
      return issue.input === undefined ? "is required" : `must be ${alternatives(issue.values)}`;
    case "invalid_format":
      return "does not have the right form";
    case "unrecognized_keys":
      return `may not have ${issue.keys?.join(", ")} beside the rest`;
    case "invalid_union":
      if (issue.input === undefined) return "is required";
      return `must be ${Array.isArray(issue.options) ? alternatives(issue.options) : forms(issue.inst)}`;
    default:
      return "is not valid";
  }
}

/** `root`: what a problem with the whole is called. What two schemas find alike is said once. */
export function detailsOf(issues: readonly Issue[], root: string): ErrorDetail[] {
  const details = issues.flatMap(intoUnion).map(({ path, message }) => ({ path: path.join(".") || root, message }));
  return [...new Map(details.map((detail) => [`${detail.path} ${detail.message}`, detail])).values()];
}

/** Where exactly one form of a union was meant, what is wrong with that form says more than a list of all. */
function intoUnion(issue: Issue): { path: PropertyKey[]; message: string }[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.filter((inner) => inner.length > 0 && !inner.some(isOtherForm));
  const [only] = meant;
  if (!only || meant.length > 1) return [issue];
  return only.flatMap((inner) => intoUnion({ ...inner, path: [...issue.path, ...inner.path] }));
}

function isOtherForm(issue: Issue): boolean {
  return issue.code === "unrecognized_keys" || (issue.path.length === 0 && issue.code !== "custom");
}

function bound(issue: { origin?: string }, words: string, limit: unknown): string {
  if (issue.origin === "string") return `have ${words} ${limit} characters`;
  if (issue.origin === "array" || issue.origin === "set") return `have ${words} ${limit} entries`;
  return `be ${words} ${limit}`;
}

const kinds: Readonly<Record<string, string>> = {
  int: "a whole number",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

function article(kind: string): string {
  return kinds[kind] ?? `a ${kind}`;
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "number" && !Number.isInteger(value) ? "a fraction" : article(typeof value);
}

function alternatives(values: readonly unknown[]): string {
  const [first, ...more] = values.map(String);
  return more.length === 0 ? String(first) : `one of ${[first, ...more].join(", ")}`;
}

/** `{uploadId}, {jobId, index} or {url}`. */
function forms(union: unknown): string {
  const { options } = (union as z.core.$ZodUnion)._zod.def;
  const names = options.map((option) => form(option as z.core.$ZodTypes));
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

function form(schema: z.core.$ZodTypes): string {
  const { def } = schema._zod;
  if (def.type !== "object") return article(def.type);
  const keys = Object.entries(def.shape).map(([name, { _zod }]) => (_zod.optin === "optional" ? `${name}?` : name));
  return `{${keys.join(", ")}}`;
}
