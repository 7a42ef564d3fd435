// One call of a route in three languages, ready to be copied: `API`, `TOKEN` and the ids are set once, as the introduction shows.
import type { OpenApiDocument } from "./document.ts";
import { type Html, html, type Part } from "./html.ts";
import type { Operation } from "./operation.ts";
import { responseOf } from "./response-of.ts";

export const languages = [
  { id: "curl", name: "curl" },
  { id: "javascript", name: "JavaScript" },
  { id: "python", name: "Python" },
] as const;

interface Call {
  method: string;
  /** With `{id}` where an id belongs. */
  path: string;
  needsToken: boolean;
  headers: [name: string, value: string][];
  body?: unknown;
  /** And nothing else: a feed is a text as well. */
  isJson: boolean;
}

export function callBlock(document: OpenApiDocument, path: string, method: string, operation: Operation): Html {
  const call = callOf(document, path, method, operation);
  const texts = { curl: curl(call), javascript: javaScript(call), python: python(call) };
  return inLanguages(texts);
}

type Texts = Partial<Record<(typeof languages)[number]["id"], Part>>;

/** One of them is seen; the labels switch all blocks of the page together. What has no call of curl shows whoever wants one Python. */
export function inLanguages(texts: Texts): Html {
  const shown = languages.flatMap(({ id, name }) => {
    const text = texts[id];
    const classes = id === "python" && !texts.curl ? "python curl" : id;
    return text === undefined ? [] : [{ id, name, text, classes }];
  });
  return html`<div class="calls"><p class="languages">${shown.map(({ id, name, classes }) => html`<label class="${classes}" for="in-${id}">${name}</label>`)}</p>
${shown.map(({ text, classes }) => html`<pre class="${classes}"><code>${text}</code></pre>`)}</div>`;
}

function callOf(document: OpenApiDocument, path: string, method: string, operation: Operation): Call {
  const { parameters, requestBody, responses, security } = operation;
  const isKeyed = parameters.some((each) => "$ref" in each && each.$ref.endsWith("/Idempotency-Key"));
  const body = requestBody?.content["application/json"]?.example;
  const answer = Object.values(responses).map((each) => responseOf(document, each))[0];
  return {
    ...{ method: method.toUpperCase(), path, needsToken: security.length > 0 },
    headers: isKeyed ? [["Idempotency-Key", "order-17"]] : [],
    ...(requestBody && { body: body ?? {} }),
    isJson: Object.keys(answer?.content ?? {}).every((type) => type === "application/json"),
  };
}

/** `{id}` as the variable ID, `{sceneId}` as SCENE_ID. */
function variable(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function placed(path: string, write: (name: string) => string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => write(variable(name)));
}

function curl({ method, path, needsToken, headers, body }: Call): string {
  const url = `"$API${placed(path, (name) => `$${name}`)}"`;
  const isPlain = method === "GET" || (method === "POST" && body !== undefined);
  return [
    `curl${isPlain ? "" : ` -X ${method}`} ${url}`,
    ...(needsToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...headers.map(([name, value]) => `-H "${name}: ${value}"`),
    ...(body === undefined ? [] : ['-H "Content-Type: application/json"', `-d '${inQuotes(json(body))}'`]),
  ].join(" \\\n  ");
}

/** Within single quotes a shell takes everything as it is, but these quotes themselves. */
function inQuotes(text: string): string {
  return text.replaceAll("'", "'\\''");
}

function javaScript({ method, path, needsToken, headers, body, isJson }: Call): string {
  const shown = [
    ...(needsToken ? [`Authorization: \`Bearer ${"$"}{TOKEN}\``] : []),
    ...headers.map(([name, value]) => `"${name}": "${value}"`),
    ...(body === undefined ? [] : ['"Content-Type": "application/json"']),
  ];
  const options = [
    ...(method === "GET" ? [] : [`  method: "${method}",`]),
    ...(shown.length === 0 ? [] : [`  headers: { ${shown.join(", ")} },`]),
    ...(body === undefined ? [] : [`  body: JSON.stringify(${json(body).replaceAll("\n", "\n  ")}),`]),
  ];
  const url = `\`\${API}${placed(path, (name) => `\${${name}}`)}\``;
  const init = options.length === 0 ? "" : `, {\n${options.join("\n")}\n}`;
  return `const answer = await fetch(${url}${init});\nconsole.log(await answer.${isJson ? "json" : "text"}());`;
}

function python({ method, path, needsToken, headers, body, isJson }: Call): string {
  const shown = [
    ...(needsToken ? ['"Authorization": f"Bearer {TOKEN}"'] : []),
    ...headers.map(([name, value]) => `"${name}": "${value}"`),
  ];
  const inputs = [
    `    f"{API}${placed(path, (name) => `{${name}}`)}",`,
    ...(shown.length === 0 ? [] : [`    headers={${shown.join(", ")}},`]),
    ...(body === undefined ? [] : [`    json=${pythonValue(body, "    ")},`]),
  ];
  return `answer = requests.${method.toLowerCase()}(\n${inputs.join("\n")}\n)\nprint(answer.${isJson ? "json()" : "text"})`;
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

const pythonWords = new Map<unknown, string>([
  [true, "True"],
  [false, "False"],
  [null, "None"],
]);

function pythonValue(value: unknown, indent: string): string {
  const inner = `${indent}    `;
  const listed = (open: string, entries: string[], close: string) =>
    entries.length === 0
      ? open + close
      : `${open}\n${entries.map((each) => `${inner}${each},\n`).join("")}${indent}${close}`;
  if (Array.isArray(value))
    return listed(
      "[",
      value.map((each) => pythonValue(each, inner)),
      "]",
    );
  if (typeof value !== "object" || value === null) return pythonWords.get(value) ?? JSON.stringify(value);
  const fields = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${pythonValue(each, inner)}`);
  return listed("{", fields, "}");
}
