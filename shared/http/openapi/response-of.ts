// What stands behind an operation's answer. Apart from what makes the document: the page needs it where that is made already.
import type { OpenApiDocument } from "./document.ts";
import type { Response } from "./operation.ts";

export function responseOf({ components }: OpenApiDocument, response: Response | { $ref: string }): Response {
  if (!("$ref" in response)) return response;
  const found = components.responses[response.$ref.split("/").at(-1) ?? ""];
  if (!found) throw new Error(`${response.$ref} is not in the document.`);
  return found;
}
