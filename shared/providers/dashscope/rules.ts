// What the models take beyond what the registry says.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Model, ProviderRequest } from "../../ports/provider.ts";
import { validateByModel } from "../calling/registry.ts";
import { speechProblems } from "../calling/voices.ts";
import { textFor } from "./prompt.ts";
import { familyOf, maxSpeech } from "./speech-limits.ts";
import { type Traits, traitsOf } from "./traits.ts";
import { defaultResolution, hasSize } from "./video-request.ts";

/** Vendor documentation: what is longer is cut. */
const MAX_NEGATIVE_PROMPT = 500;

export function validate(models: readonly Model[], request: ProviderRequest): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  const known = models.find(({ id, type }) => id === request.model && type === request.type);
  if (!known) return wrong;
  if (known.type === "audio") return [...wrong, ...speechProblems(known, request, maxSpeech[familyOf(known.id)])];
  const model = traitsOf(request.model);
  const check: Check = (isRight, path, message) => {
    if (!isRight) wrong.push({ path, message });
  };
  checkWords(request, model, check);
  check(!model.needsInput || Boolean(request.inputs?.length), "inputs", `${request.model} needs a picture to work on`);
  if (request.type === "image") checkSize(request, known, model, check);
  else checkShape(request, model, check);
  return wrong;
}

type Check = (isRight: boolean, path: string, message: string) => void;

function checkShape({ model: id, ratio, resolution }: ProviderRequest, model: Traits, check: Check): void {
  const followsPicture = model.protocol === "frame-to-video" || model.media === "frames";
  check(!followsPicture || ratio === undefined, "ratio", "follows the first picture here; leave it out");
  if (followsPicture || model.protocol === "media-to-video") return;
  const message = `there is none of this ratio at ${resolution ?? defaultResolution(id)} for ${id}`;
  check(ratio === undefined || hasSize(resolution ?? defaultResolution(id), ratio), "ratio", message);
}

function checkWords(request: ProviderRequest, model: Traits, check: Check): void {
  const { negativePrompt } = request;
  const { maxPrompt } = model;
  const message = `may have ${maxPrompt} characters for ${request.model}, together with what style and enhancement add`;
  check(lengthOf(textFor(request)) <= maxPrompt, "prompt", message);
  if (negativePrompt === undefined) return;
  if (!model.takesNegativePrompt)
    check(false, "negativePrompt", `is nothing that ${request.model} takes; leave it out`);
  check(
    lengthOf(negativePrompt) <= MAX_NEGATIVE_PROMPT,
    "negativePrompt",
    `may have ${MAX_NEGATIVE_PROMPT} characters here`,
  );
}

/** Models with a list of sizes or a rule for them were checked against it already. */
function checkSize({ size, n }: ProviderRequest, model: Model, { hasSizeAloneOnly }: Traits, check: Check): void {
  if (size === undefined) return;
  const takesSize = model.sizes !== undefined || model.sizeRule !== undefined;
  check(takesSize, "size", `is nothing that ${model.id} takes: the picture keeps the shape of its input`);
  check(!hasSizeAloneOnly || n === 1, "size", `can be named for ${model.id} when n is 1`);
}

function lengthOf(text: string): number {
  return [...text].length;
}
