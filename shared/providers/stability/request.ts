// What is sent to Stability: a form, even where there is no file.
import type { CallContext, ProviderRequest } from "../../ports/provider.ts";
import { bytesOfInput } from "../calling/inputs.ts";
import type { Route } from "./routes.ts";

/** Nothing is sent yet. Throws AppError `fetch_failed` when a picture is gone. */
export async function formOf(route: Route, request: ProviderRequest, context: CallContext): Promise<FormData> {
  const form = new FormData();
  for (const [name, value] of Object.entries(route.fields(request))) {
    if (value !== undefined) form.set(name, String(value));
  }
  for (const [index, { contentType }] of (request.inputs ?? []).entries()) {
    const name = route.pictures[index];
    if (name === undefined) continue;
    const picture = new Blob([await bytesOfInput(context, index)], { type: contentType });
    form.set(name, picture, `${name}.${contentType.replace("image/", "")}`);
  }
  return form;
}
