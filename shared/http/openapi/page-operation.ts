// One operation on the page: a call to copy and a real answer, what it takes, what it answers.
import type { OpenApiDocument } from "./document.ts";
import { type Html, html } from "./html.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Content, Operation, Parameter, Response } from "./operation.ts";
import { callBlock } from "./page-calls.ts";
import { fieldName, prose, row, schemaTable, typeOf } from "./page-schema.ts";
import { responseOf } from "./response-of.ts";

export function operationArticle(document: OpenApiDocument, path: string, method: string, operation: Operation): Html {
  const { operationId, summary, description, security, requestBody, responses } = operation;
  const who = security.length > 0 ? "Needs a token." : "Open to anyone.";
  const told = Object.entries(responses).map(([status, each]) => [status, responseOf(document, each)] as const);
  const isSuccess = ([status]: readonly [string, unknown]) => Number(status) < 400;
  return html`<article id="${operationId}">
<h3><a href="#${operationId}"><span class="method ${method}">${method.toUpperCase()}</span> <code>${pathName(path)}</code></a></h3>
<p>${prose(summary)} <span class="soft">${who}</span></p>
${description === undefined || description === summary ? "" : html`<p>${prose(description)}</p>`}
${isForPeople(path, operation) ? callBlock(document, path, method, operation) : ""}
${told.filter(isSuccess).map(([status, { content }]) => realAnswer(status, content))}
${parameterTable(document, operation)}
${requestBody ? html`<h4>Body</h4>${bodyTable(document, requestBody.content)}` : ""}
<h4>Answers</h4>
${told
  .filter(isSuccess)
  .map(
    ([status, response]) =>
      html`<p><code>${status}</code> ${prose(response.description)}</p>${answer(response.content)}`,
  )}
<p class="soft">${told.filter((entry) => !isSuccess(entry)).map(failure)} <a href="#about-limits">What they mean</a></p>
</article>`;
}

/** Providers and Stripe call their routes with what they were told, and signed; a WebSocket is not opened by a plain request. */
function isForPeople(path: string, { responses }: Operation): boolean {
  return !path.includes("{provider}") && path !== "/webhooks/stripe" && !("101" in responses);
}

/** What it means stands in one place for all. */
function failure([status, { content }]: readonly [string, Response]): Html {
  const [, own] = (content?.["application/json"]?.schema.allOf ?? []) as JsonSchema[];
  const error = own?.properties?.error as JsonSchema | undefined;
  const { enum: types = [] } = (error?.properties?.type ?? {}) as JsonSchema;
  return html`${status} ${types.map((type) => html`<code>${String(type)}</code> `)}`;
}

/** A path may break behind a slash, and nowhere else. */
export function pathName(path: string): Html {
  return html`${path.split("/").map((part, index) => (index > 0 ? html`/<wbr>${part}` : part))}`;
}

function realAnswer(status: string, content: Content = {}): Html[] {
  return Object.values(content).flatMap(({ example }) => {
    if (example === undefined) return [];
    const text = typeof example === "string" ? example : JSON.stringify(example, null, 2);
    return [html`<details><summary>A real answer (${status})</summary><pre><code>${text}</code></pre></details>`];
  });
}

interface HeaderParameter {
  name: string;
  description: string;
  schema: JsonSchema;
}

function parameterTable({ components }: OpenApiDocument, { parameters }: Operation): Html | "" {
  if (parameters.length === 0) return "";
  const rows = parameters.map((parameter) => {
    if ("in" in parameter) return parameterRow(parameter);
    const header = components.parameters[parameter.$ref.split("/").at(-1) ?? ""] as HeaderParameter;
    return row(header.name, false, header.schema, `Header. ${header.description}`);
  });
  return html`<h4>Parameters</h4><table><tbody>${rows}</tbody></table>`;
}

function parameterRow({ name, in: place, required, schema, description }: Parameter): Html {
  const where = place === "path" ? "In the path." : "In the query.";
  return row(name, required, schema, [where, description].filter(Boolean).join(" "));
}

/** A body has a name of its own, which says less than its fields. */
function bodyTable({ components }: OpenApiDocument, content: Content): Html {
  const { schema = {} } = content["application/json"] ?? {};
  const orFile = content["*/*"] ? html`<p>Or a file's bytes, as they are.</p>` : "";
  return html`${schemaTable(components.schemas[schema.$ref?.split("/").at(-1) ?? ""] ?? schema)}${orFile}`;
}

function answer(content: Content = {}): Html {
  return html`${Object.entries(content).map(([type, { schema }]) => answerSchema(type, schema))}`;
}

/** Of an envelope only the data differ from answer to answer. */
function answerSchema(type: string, schema: JsonSchema): Html {
  const data = schema.properties?.data as JsonSchema | undefined;
  if (!data) return html`<p class="soft">${type}</p>${schemaTable(schema)}`;
  return html`<p>${fieldName("data")}: ${typeOf(data)}</p>`;
}
