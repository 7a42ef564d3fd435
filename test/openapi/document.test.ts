import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { declarations } from "../../functions/declarations.ts";
import { readDocument } from "../../functions/reference.ts";
import { OPENAI_PATH } from "../../shared/faces/openai/path.ts";
import { openApiDocument } from "../../shared/http/openapi/document.ts";
import { camelCase } from "../../shared/http/openapi/operation.ts";
import { pageHeaders, referencePage } from "../../shared/http/openapi/page.ts";
import { problemsOf } from "./json-schema.ts";

const document = await readDocument();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ where: `${method.toUpperCase()} ${path}`, path, operation })),
);

describe("The document", () => {
  test("has every route that is declared, under the name of its function as programs write it, but for those that speak as another service does", () => {
    const declared = declarations.flatMap(({ name, trigger }) =>
      trigger.type === "http" && !trigger.path.startsWith(OPENAI_PATH)
        ? [`${camelCase(name)}: ${trigger.method} ${trigger.path}`]
        : [],
    );
    expect(operations.map(({ where, operation }) => `${operation.operationId}: ${where}`).sort()).toEqual(
      declared.sort(),
    );
  });

  test("says in a sentence what each route is for, and what comes back when it goes well", () => {
    const isSilent = ({ operation }: (typeof operations)[number]) => operation.summary === "";
    const hasNoSuccess = ({ operation }: (typeof operations)[number]) =>
      !Object.keys(operation.responses).some((status) => Number(status) < 300);
    expect(operations.filter(isSilent).map(({ where }) => where)).toEqual([]);
    expect(operations.filter(hasNoSuccess).map(({ where }) => where)).toEqual([]);
  });

  test("refers only to what is in it, and has a parameter for each name in a path", () => {
    const text = JSON.stringify(document);
    const refs = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, ref = ""]) => ref);
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of new Set(refs)) {
      const target = ref
        .split("/")
        .reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], document);
      expect(target, ref).toBeDefined();
    }
    for (const { where, path, operation } of operations) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = operation.parameters.filter((each) => "in" in each && each.in === "path");
      expect(
        inPath.map((each) => "name" in each && each.name),
        where,
      ).toEqual(names);
    }
  });

  test("demands a token exactly where the API does", () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ where }) => where);
    expect(open).toEqual(
      expect.arrayContaining(["POST /auth/register", "POST /auth/login", "GET /health", "GET /docs"]),
    );
    // What is sold, anybody may see.
    expect(open.filter((where) => /jobs|credits|users|generate/.test(where))).toEqual(["GET /credits/packs"]);
    expect(operations.filter(({ operation }) => operation.security.length > 0 && !operation.responses[401])).toEqual(
      [],
    );
  });

  test("shows what a body may hold as it is validated", () => {
    const { GenerateImageRequest: schema, RegisterRequest: register } = document.components.schemas;
    const check = (value: unknown) => problemsOf({ ...schema }, value, document.components.schemas);
    expect(schema).toMatchObject({
      additionalProperties: false,
      properties: { prompt: { maxLength: 4000 }, n: { maximum: 4 } },
    });
    expect(register?.required).toEqual(["username", "email", "password"]);
    expect(check({ prompt: "a lake", metadata: { deep: [{ a: null }] } })).toEqual([]);
    expect(check({ prompt: 1 })).not.toEqual([]);
    expect(check({ prompt: "a", n: 5 })).not.toEqual([]);
    expect(check({ prompt: "a", unknown: 5 })).not.toEqual([]);
  });

  test("is not made when two schemas claim one name", () => {
    const route = (name: string, schema: z.ZodMiniType) => ({
      name,
      method: "GET",
      path: `/${name}`,
      described: { auth: "none" as const, summary: "x", answers: () => ({ 200: schema }) },
    });
    const twins = [
      z.strictObject({ a: z.string().register(z.globalRegistry, { id: "TestTwin" }) }),
      z.strictObject({ a: z.int().register(z.globalRegistry, { id: "TestTwin" }) }),
    ];
    const make = () =>
      openApiDocument(
        twins.map((schema, index) => route(`r${index}`, schema)),
        { version: "1", basePath: "/" },
      );
    expect(make).toThrow();
  });
});

describe("The page", () => {
  const page = referencePage(document);

  test("tells of every route and every schema: those of bodies with their routes", () => {
    for (const { operation } of operations) expect(page).toContain(`<article id="${operation.operationId}">`);
    for (const name of Object.keys(document.components.schemas).filter((each) => !each.endsWith("Request")))
      expect(page).toContain(`<article id="schema-${name}">`);
  });

  test("has a row for each field of each form of what may have several", () => {
    const row = (name: string) => `<tr><td><code>${name.replace(".", ".<wbr>")}</code>`;
    const article = page.split('<article id="generateImage">')[1]?.split("</article>")[0] ?? "";
    for (const name of ["inputs[].uploadId", "inputs[].jobId", "inputs[].index", "inputs[].url"])
      expect(article, name).toContain(row(name));
    expect(article.match(/<tr class="form">/g)).toHaveLength(3);
  });

  test("has a call in each language and a real answer for each route, but for those that nobody calls by hand", () => {
    const without = (part: string) =>
      operations
        .map(({ operation }) => operation.operationId)
        .filter((id) => !page.split(`<article id="${id}">`)[1]?.split("</article>")[0]?.includes(part));
    for (const language of ["curl", "javascript", "python"])
      expect(without(`<pre class="${language}">`), language).toEqual([
        "projectSocket",
        "stripeWebhook",
        "providerWebhook",
      ]);
    // The two that are this reference itself are there to be looked at; what becomes a WebSocket has no answer.
    expect(without("<summary>A real answer (")).toEqual([
      ...["openapi", "docs", "projectSocket"],
      ...["stripeWebhook", "providerWebhook"],
    ]);
  });

  test("is small: all of it in one answer, with nothing to load", () => {
    const size = { bytes: Buffer.byteLength(page), zipped: gzipSync(page).length };
    console.log(`The page: ${size.bytes} bytes, ${size.zipped} of them over the wire.`);
    expect(size.zipped).toBeLessThan(48 * 1024);
    expect(page).not.toMatch(/ (src|srcset)=|<link(?! rel="icon" href="data:)/);
  });

  test("leads only to what is on it, or beside it", () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `#${id}`));
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => link.startsWith("#") && !ids.has(link))).toEqual([]);
    expect(new Set(links.filter((link) => !link.startsWith("#")))).toEqual(new Set(["data:,", "openapi.json"]));
  });

  test("has no scripts, no handlers and no styles but its own, and its policy allows nothing else", () => {
    expect(page).not.toMatch(/<iframe|<form|\son\w+=|\sstyle=|@import|url\(/i);
    const policy = pageHeaders["content-security-policy"];
    for (const [tag, directive] of [
      ["style", "style-src"],
      ["script", "script-src"],
    ]) {
      const [only, ...others] = page.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, "gs"));
      expect(others).toEqual([]);
      const hash = createHash("sha256")
        .update(only?.[1] ?? "")
        .digest("base64");
      expect(policy).toContain(`${directive} 'sha256-${hash}';`);
    }
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toContain("unsafe");
  });

  test("escapes what is put into it", () => {
    const evil = '<script>alert("1")</script>';
    expect(referencePage({ ...document, info: { ...document.info, summary: evil } })).toContain(
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;",
    );
  });
});
