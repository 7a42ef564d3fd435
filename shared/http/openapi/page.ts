// The reference as a page: made from the document, whole in itself, readable without scripts.
import { createHash } from "node:crypto";
import type { OpenApiDocument } from "./document.ts";
import { type Html, html } from "./html.ts";
import type { JsonSchema } from "./json-schema.ts";
import { languages } from "./page-calls.ts";
import { type Chapter, here, introductionChapters } from "./page-introduction.ts";
import { operationArticle, pathName } from "./page-operation.ts";
import { prose, schemaTable } from "./page-schema.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";

/** Nothing is loaded, nobody frames it: only the page's own style and script count, by what they are. */
const policy = [
  "default-src 'none'",
  `style-src '${hashOf(pageStyle)}'`,
  `script-src '${hashOf(pageScript)}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const pageHeaders = { "content-security-policy": policy, "referrer-policy": "no-referrer" };

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

export function referencePage(document: OpenApiDocument): string {
  const { info, tags } = document;
  const parts = partsOf(document);
  const chapters = introductionChapters(document);
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
${languages.map(({ id, name }, index) => html`<input type="radio" name="language" class="language" id="in-${id}" aria-label="Calls in ${name}"${index === 0 ? html` checked` : ""}>`)}
<nav aria-label="Contents">
<a href="#top"><strong>${info.title}</strong></a> <span class="soft">${info.version}</span>
<input type="search" id="search" placeholder="Search  /" aria-label="Search routes, fields and texts" hidden>
<details><summary>Contents</summary>
<h2>About</h2><ul>${chapters.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
${tags.map(({ name }) => html`<h2>${name}</h2><ul>${operationsOf(document, name).map(entry)}</ul>`)}
<h2>sent by this server</h2><ul>${Object.keys(document.webhooks).map((name) => html`<li><a href="#${name}">${name}</a></li>`)}</ul>
<h2>Schemas</h2><ul>${parts.map(([name]) => schemaEntry(name))}</ul>
</details>
</nav>
<main id="top">
<h1>${info.title}</h1>
<p>${info.summary}</p>
<p class="soft">All paths stand below <code>${here}</code>. The same for programs: <a href="openapi.json">openapi.json</a>, OpenAPI ${document.openapi}.</p>
<p id="nothing" hidden>Nothing has all of these words.</p>
<section>${chapters.map(chapterArticle)}</section>
${tags.map((tag) => section(document, tag))}
<section><h2 id="sent">Sent by this server</h2>${Object.entries(document.webhooks).map(webhookArticle)}</section>
<section><h2 id="schemas">Schemas</h2>
${parts.map(([name, schema]) => schemaArticle(name, schema))}</section>
</main>
<script>${{ html: pageScript }}</script>
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

/** Schemas that have no other place: a body stands whole with its operation, and failures are one chapter. */
function partsOf({ paths, components }: OpenApiDocument): [name: string, schema: JsonSchema][] {
  const bodies = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ requestBody }) => requestBody?.content["application/json"]?.schema.$ref),
  );
  return Object.entries(components.schemas).filter(([name]) => !bodies.includes(`#/components/schemas/${name}`));
}

function chapterArticle({ id, title, text }: Chapter): Html {
  return html`<article class="chapter" id="${id}"><h2>${title}</h2>${text}</article>`;
}

function section(document: OpenApiDocument, { name, description }: OpenApiDocument["tags"][number]): Html {
  const articles = operationsOf(document, name).map(({ path, method, operation }) =>
    operationArticle(document, path, method, operation),
  );
  return html`<section><h2 id="tag-${name}">${name}</h2><p class="soft">${description}</p>${articles}</section>`;
}

function entry({ path, method, operation }: Placed): Html {
  return html`<li><a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span> ${pathName(path)}</a></li>`;
}

function webhookArticle([name, { post }]: [string, OpenApiDocument["webhooks"][string]]): Html {
  const { example, schema } = post.requestBody.content["application/json"];
  return html`<article id="${name}"><h3><span class="method post">POST</span> <code>${name}</code></h3>
<p>${prose(post.summary)}</p><p>${prose(post.description)}</p>
<table><tbody>${post.parameters.map((each) => html`<tr><td><code>${each.name}</code></td><td>${prose(each.description)}</td></tr>`)}</tbody></table>
<h4>Body</h4>${schemaTable(schema)}
${example === undefined ? "" : html`<details><summary>A real message</summary><pre><code>${JSON.stringify(example, null, 2)}</code></pre></details>`}</article>`;
}

function schemaEntry(name: string): Html {
  return html`<li><a href="#schema-${name}">${name}</a></li>`;
}

function schemaArticle(name: string, schema: JsonSchema): Html {
  return html`<article id="schema-${name}"><h3><code>${name}</code></h3>${schemaTable(schema)}</article>`;
}
