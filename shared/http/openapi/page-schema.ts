// Schemas in the words of the page: what fields there are, and what each may be.
import { type Html, html, type Part } from "./html.ts";
import type { JsonSchema } from "./json-schema.ts";

/** The fields of an object as a table; of anything else, what it may be. */
export function schemaTable(schema: JsonSchema): Html {
  const hasFields = schema.properties || formsOf(schema).some(({ properties }) => properties);
  if (!hasFields) return html`<p>${typeOf(schema)} ${notesOf(schema)}</p>`;
  return html`<table><thead><tr><th>Field</th><th>Type</th><th>Notes</th></tr></thead><tbody>${rows(schema, "")}</tbody></table>`;
}

/** Fields of fields stand below them, with their whole path; where there are several forms, those of each. */
function rows(schema: JsonSchema, prefix: string): Html[] {
  const forms = formsOf(schema).filter(({ properties }) => properties);
  const [only] = forms;
  if (only && forms.length === 1) return rows(only, prefix);
  if (forms.length > 1) return forms.flatMap((form, index) => [formRow(form, index, prefix), ...rows(form, prefix)]);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = field as JsonSchema;
    const isRequired = schema.required?.includes(name) ?? false;
    const path = `${prefix}${name}`;
    const item = inner.items as JsonSchema | undefined;
    return [row(path, isRequired, inner), ...rows(inner, `${path}.`), ...(item ? rows(item, `${path}[].`) : [])];
  });
}

function formsOf({ anyOf, oneOf }: JsonSchema): JsonSchema[] {
  return (anyOf ?? oneOf ?? []) as JsonSchema[];
}

/** Above the fields of one of several forms. */
function formRow({ description }: JsonSchema, index: number, prefix: string): Html {
  const whose = prefix === "" ? "" : html` <code>${prefix.replace(/\.$/, "")}</code>`;
  return html`<tr class="form"><td colspan="3">${index === 0 ? "Either" : "Or"}${whose}${description ? html`: ${prose(description)}` : ""}</td></tr>`;
}

/** A name is broken at a dot, and nowhere else. */
export function fieldName(name: string): Html {
  return html`<code>${name.split(".").map((part, index) => (index > 0 ? html`.<wbr>${part}` : part))}</code>`;
}

export function row(name: string, isRequired: boolean, schema: JsonSchema, description?: string): Html {
  const mark = isRequired ? html` <span class="required">required</span>` : "";
  return html`<tr><td>${fieldName(name)}${mark}</td><td>${typeOf(schema)}</td><td>${notesOf(schema, description)}</td></tr>`;
}

export function typeOf(schema: JsonSchema): Html {
  if (schema.$ref) return reference(schema.$ref);
  if (schema.const !== undefined) return codeOf(JSON.stringify(schema.const));
  if (schema.enum)
    return joined(
      schema.enum.map((value) => codeOf(String(value))),
      " · ",
    );
  // Forms of a type that is said are only further rules of it.
  const forms = schema.type === undefined ? formsOf(schema) : [];
  if (forms.length > 0) {
    const types = new Map(forms.map(typeOf).map((type) => [type.html, type]));
    return joined([...types.values()], " or ");
  }
  if (schema.type === "array") return html`list of ${typeOf((schema.items ?? {}) as JsonSchema)}`;
  if (schema.type === undefined) return html`anything`;
  return html`${[schema.type]
    .flat()
    .map((type) => words[type] ?? type)
    .join(" or ")}`;
}

const words: Readonly<Record<string, string>> = {
  integer: "whole number",
  string: "text",
  boolean: "true or false",
};

/** Backticks make code of what stands between them. */
export function prose(text: string): Html {
  return html`${text.split("`").map((part, index) => (index % 2 === 1 ? codeOf(part) : part))}`;
}

/** What a phone's line has room for is not broken. */
const LONGEST_WHOLE = 34;

export function codeOf(text: string): Html {
  return text.length > LONGEST_WHOLE ? html`<code class="long">${text}</code>` : html`<code>${text}</code>`;
}

function notesOf(schema: JsonSchema, description = schema.description): Html {
  const notes: Part[] = [
    ...(description ? [prose(description)] : []),
    ...limitsOf(schema),
    ...(schema.default === undefined ? [] : [html`Default <code>${JSON.stringify(schema.default)}</code>.`]),
    ...(schema.pattern === undefined || schema.format ? [] : [html`Form: ${codeOf(schema.pattern)}`]),
  ];
  return joined(notes, " ");
}

function limitsOf({ minimum, maximum, minLength, maxLength, minItems, maxItems, format }: JsonSchema): Part[] {
  const isBounded = maximum !== undefined && Math.abs(maximum) < Number.MAX_SAFE_INTEGER;
  return [
    ...range(minimum === -Number.MAX_SAFE_INTEGER ? undefined : minimum, isBounded ? maximum : undefined, ""),
    ...range(minLength, maxLength, " characters"),
    ...range(minItems, maxItems, " entries"),
    ...(format ? [`Format: ${format}.`] : []),
  ];
}

function range(min: number | undefined, max: number | undefined, unit: string): string[] {
  if (min !== undefined && max !== undefined) return [`${min} to ${max}${unit}.`];
  if (max !== undefined) return [`At most ${max}${unit}.`];
  return min === undefined ? [] : [`At least ${min}${unit}.`];
}

function reference(ref: string): Html {
  const name = ref.split("/").at(-1) ?? "";
  return html`<a href="#schema-${name}">${name}</a>`;
}

function joined(parts: readonly Part[], between: string): Html {
  return html`${parts.flatMap((part, index) => (index > 0 ? [between, part] : [part]))}`;
}
