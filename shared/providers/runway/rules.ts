// What Runway's models take beyond what their list says.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Model, ProviderRequest } from "../../ports/provider.ts";
import { validateByModel } from "../calling/registry.ts";

/** Types of the vendor's SDK: `promptText` has 1 to 1,000 UTF-16 units. */
const MAX_PROMPT = 1000;

export function validate(models: readonly Model[], request: ProviderRequest): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  if (textOf(request).length > MAX_PROMPT) {
    const message = `may have ${MAX_PROMPT} characters together with what style and enhancement add`;
    wrong.push({ path: "prompt", message });
  }
  if (request.negativePrompt !== undefined) {
    wrong.push({ path: "negativePrompt", message: "is nothing that these models take; leave it out" });
  }
  return wrong;
}

/** These models are told by words alone. */
export function textOf({ instruction, prompt }: ProviderRequest): string {
  return instruction ?? prompt;
}
