// Schemas in the words of the page: what fields there are, and what each may be.
import { type Html, html, type Part } from "./html.ts";
import type { JsonSchema } from "./json-schema.ts";

/** The fields of an object as a table; of anything else, what it may be. */
export function schemaTable(schema: JsonSchema): Html {
  const { anyOf } = schema;
  if (anyOf?.every((form) => (form as JsonSchema).properties)) {
    return html`${anyOf.map((form, index) => html`${index > 0 ? html`<p>or</p>` : ""}${schemaTable(form as JsonSchema)}`)}`;
  }
  if (!schema.properties) return html`<p>${typeOf(schema)} ${notesOf(schema)}</p>`;
  return html`<table><thead><tr><th>Field</th><th>Type</th><th>Notes</th></tr></thead><tbody>${rows(schema, "")}</tbody></table>`;
}

/** Fields of fields stand below them, with their whole path. */
function rows(schema: JsonSchema, prefix: string): Html[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = field as JsonSchema;
    const isRequired = schema.required?.includes(name) ?? false;
    const path = `${prefix}${name}`;
    const item = inner.items as JsonSchema | undefined;
    return [
      row(path, isRequired, inner),
      ...rows(inner, `${path}.`),
      ...(item?.properties ? rows(item, `${path}[].`) : []),
    ];
  });
}

export function row(name: string, isRequired: boolean, schema: JsonSchema, description?: string): Html {
  const mark = isRequired ? html` <span class="required">required</span>` : "";
  return html`<tr><td><code>${name}</code>${mark}</td><td>${typeOf(schema)}</td><td>${notesOf(schema, description)}</td></tr>`;
}

export function typeOf(schema: JsonSchema): Html {
  if (schema.$ref) return reference(schema.$ref);
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum)
    return joined(
      schema.enum.map((value) => html`<code>${String(value)}</code>`),
      " · ",
    );
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms)
    return joined(
      forms.map((form) => typeOf(form as JsonSchema)),
      " or ",
    );
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
  return html`${text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function notesOf(schema: JsonSchema, description = schema.description): Html {
  const notes: Part[] = [
    ...(description ? [prose(description)] : []),
    ...limitsOf(schema),
    ...(schema.default === undefined ? [] : [html`Default <code>${JSON.stringify(schema.default)}</code>.`]),
    ...(schema.pattern === undefined || schema.format ? [] : [html`Form: <code>${schema.pattern}</code>`]),
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
