// What may be asked of OpenAI's image models, beside what their list says.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Model, ProviderRequest } from "../../ports/provider.ts";
import { validateByModel } from "../calling/registry.ts";
import { speechProblems } from "../calling/voices.ts";

export function validate(models: readonly Model[], request: ProviderRequest): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  const model = models.find(({ id, type }) => id === request.model && type === request.type);
  if (model?.type === "audio") return [...wrong, ...speechProblems(model, request, MAX_SPEECH)];
  if (request.seed !== undefined)
    wrong.push({ path: "seed", message: "is nothing that this provider takes; leave it out" });
  return wrong;
}

/** Vendor documentation, speech: `input` has at most 4,096 characters; ours have 4,000. */
const MAX_SPEECH = 4000;
