// One operation on the page: what it takes, what it answers, and a call to try.
import { type OpenApiDocument, responseOf } from "./document.ts";
import { type Html, html } from "./html.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Content, Operation, Parameter } from "./operation.ts";
import { prose, row, schemaTable, typeOf } from "./page-schema.ts";

export function operationArticle(document: OpenApiDocument, path: string, method: string, operation: Operation): Html {
  const { operationId, summary, description, security, requestBody, responses } = operation;
  const who = security.length > 0 ? "Needs a token." : "Open to anyone.";
  const told = Object.entries(responses).map(([status, each]) => [status, responseOf(document, each)] as const);
  const isSuccess = ([status]: readonly [string, unknown]) => Number(status) < 400;
  return html`<article id="${operationId}">
<h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
<p>${prose(summary)} <span class="soft">${who}</span></p>
${description ? html`<p>${prose(description)}</p>` : ""}
${parameterTable(document, operation)}
${requestBody ? html`<h4>Body</h4>${bodyTable(document, requestBody.content)}` : ""}
<h4>Answers</h4>
${told
  .filter(isSuccess)
  .map(
    ([status, response]) =>
      html`<p><code>${status}</code> ${prose(response.description)}</p>${answer(response.content)}`,
  )}
<details><summary>Errors</summary>${told
    .filter((entry) => !isSuccess(entry))
    .map(([status, response]) => html`<p><code>${status}</code> ${prose(response.description)}</p>`)}</details>
<details><summary>With curl</summary><pre><code>${curl(document, path, method, operation)}</code></pre></details>
</article>`;
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
  return row(name, required, schema, [where, description ?? schema.description].filter(Boolean).join(" "));
}

/** A body has a name of its own, which says less than its fields. */
function bodyTable({ components }: OpenApiDocument, content: Content): Html {
  const { schema = {} } = content["application/json"] ?? {};
  return schemaTable(components.schemas[schema.$ref?.split("/").at(-1) ?? ""] ?? schema);
}

function answer(content: Content = {}): Html {
  return html`${Object.entries(content).map(([type, { schema }]) => html`<p class="soft">${type}</p>${answerSchema(schema)}`)}`;
}

/** Of an envelope only the data differ from answer to answer. */
function answerSchema(schema: JsonSchema): Html {
  const data = schema.properties?.data as JsonSchema | undefined;
  if (!data) return schemaTable(schema);
  return data.properties
    ? html`<p><code>data</code>:</p>${schemaTable(data)}`
    : html`<p><code>data</code>: ${typeOf(data)}</p>`;
}

function curl({ servers }: OpenApiDocument, path: string, method: string, operation: Operation): string {
  const lines = [
    `curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`} "$HOST${servers[0]?.url ?? ""}${path}"`,
    ...(operation.security.length > 0 ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(operation.requestBody ? ["-H 'Content-Type: application/json'", "-d '{…}'"] : []),
  ];
  return lines.join(" \\\n  ");
}
