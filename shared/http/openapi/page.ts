// The reference as a page: made from the document, whole in itself, readable without scripts.
import { createHash } from "node:crypto";
import type { OpenApiDocument } from "./document.ts";
import { type Html, html } from "./html.ts";
import type { JsonSchema } from "./json-schema.ts";
import { operationArticle } from "./page-operation.ts";
import { prose, schemaTable } from "./page-schema.ts";
import { pageStyle } from "./page-style.ts";

const styleHash = createHash("sha256").update(pageStyle).digest("base64");

/** Nothing is loaded, nothing runs, nobody frames it: only the page's own style counts. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const pageHeaders = { "content-security-policy": policy, "referrer-policy": "no-referrer" };

export function referencePage(document: OpenApiDocument): string {
  const { info, tags, components } = document;
  const { html: page } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}: API reference</title>
<link rel="icon" href="data:,">
<style>${{ html: pageStyle }}</style>
</head>
<body>
<nav aria-label="Contents">
<a href="#top"><strong>${info.title}</strong></a> <span class="soft">${info.version}</span>
${tags.map(({ name }) => html`<h2>${name}</h2><ul>${operationsOf(document, name).map(entry)}</ul>`)}
<details><summary>Schemas</summary><ul>${Object.keys(components.schemas).map(schemaEntry)}</ul></details>
</nav>
<main id="top">
<h1>${info.title}</h1>
<p>${info.summary}</p>
<p>${prose(info.description)}</p>
<p class="soft">All paths stand below <code>${document.servers[0]?.url ?? ""}</code>. The same for programs: <a href="openapi.json">openapi.json</a>, OpenAPI ${document.openapi}.</p>
${tags.map(({ name }) => section(document, name))}
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(([name, schema]) => schemaArticle(name, schema))}
</main>
</body>
</html>
`;
  return page;
}

interface Placed {
  path: string;
  method: string;
  operation: OpenApiDocument["paths"][string][string];
}

function operationsOf(document: OpenApiDocument, tag: string): Placed[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ path, method, operation })),
  );
}

function section(document: OpenApiDocument, tag: string): Html {
  const articles = operationsOf(document, tag).map(({ path, method, operation }) =>
    operationArticle(document, path, method, operation),
  );
  return html`<section><h2 id="tag-${tag}">${tag}</h2>${articles}</section>`;
}

function entry({ path, method, operation }: Placed): Html {
  return html`<li><a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span> ${path}</a></li>`;
}

function schemaEntry(name: string): Html {
  return html`<li><a href="#schema-${name}">${name}</a></li>`;
}

function schemaArticle(name: string, schema: JsonSchema): Html {
  return html`<article id="schema-${name}"><h3>${name}</h3>${schemaTable(schema)}</article>`;
}
