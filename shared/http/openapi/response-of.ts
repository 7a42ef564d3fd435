// In a file of its own: the page needs it, and nothing that makes the document.
import type { OpenApiDocument } from "./document.ts";
import type { Response } from "./operation.ts";

/** What stands behind an operation's answer. */
export function responseOf({ components }: OpenApiDocument, response: Response | { $ref: string }): Response {
  if (!("$ref" in response)) return response;
  const found = components.responses[response.$ref.split("/").at(-1) ?? ""];
  if (!found) throw new Error(`${response.$ref} is not in the document.`);
  return found;
}
