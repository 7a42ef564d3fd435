// The calls of the reference's page, as somebody gets them who copies them from it.

import type { OpenApiDocument } from "../../shared/http/openapi/document.ts";
import { referencePage } from "../../shared/http/openapi/page.ts";

export type Language = "curl" | "javascript" | "python";

export interface CopiedCall {
  /** Of its article: the operation, or a chapter of the introduction. */
  id: string;
  code: string;
}

/** In the order of the page, as its own script shows them: with the address that the page came from. */
export function copiedCalls(document: OpenApiDocument, language: Language, address: string): CopiedCall[] {
  const page = referencePage(document).replaceAll(/<span class="here">.*?<\/span>/g, address);
  return [...page.matchAll(/<article [^>]*id="([^"]+)">(.*?)<\/article>/gs)].flatMap(([, id = "", article = ""]) => {
    const [, code] =
      new RegExp(`<pre class="[^"]*\\b${language}\\b[^"]*"><code>(.*?)</code></pre>`, "s").exec(article) ?? [];
    return code === undefined ? [] : [{ id, code: readText(code) }];
  });
}

/** The only block of a chapter that speaks one language alone. */
export function copiedBlock(document: OpenApiDocument, id: string): string {
  const article = referencePage(document).split(`id="${id}">`)[1]?.split("</article>")[0] ?? "";
  return readText(/<pre><code>(.*?)<\/code><\/pre>/s.exec(article)?.[1] ?? "");
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

function readText(html: string): string {
  return html.replaceAll(/<[^>]+>/g, "").replaceAll(/&[#\w]+;/g, (entity) => entities[entity] ?? entity);
}
