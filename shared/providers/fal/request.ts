// What a model of fal is given: the request in the words of its input, and what its users may not ask for.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { ProviderRequest } from "../../ports/provider.ts";
import { validateByModel } from "../calling/registry.ts";
import type { FalModel } from "./models.ts";

export function modelOf(models: readonly FalModel[], { model, type }: ProviderRequest): FalModel | undefined {
  return models.find((each) => each.id === model && each.type === type);
}

const optional = ["negativePrompt", "seed", "size", "durationSec", "ratio", "resolution", "quality"] as const;

export function validate(models: readonly FalModel[], request: ProviderRequest): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  const model = modelOf(models, request);
  if (!model) return wrong;
  const { fields } = model;
  const unknown = optional.filter(
    (name) => request[name] !== undefined && !fields[name] && !(name === "durationSec" && fields.durationText),
  );
  return [...wrong, ...unknown.map((path) => ({ path, message: `is nothing that ${model.id} takes; leave it out` }))];
}

/** `pictures` are URLs, in the order of the request's inputs. */
export function inputOf(
  { fields, parameters, defaults }: FalModel,
  request: ProviderRequest,
  pictures: readonly string[],
): Record<string, unknown> {
  const { size, durationSec, ratio, resolution, quality } = { ...defaults, ...request };
  const { instruction, prompt, negativePrompt, seed, n } = request;
  const promptField = fields.prompt === undefined ? "prompt" : fields.prompt;
  const values: [field: string | null | undefined, value: unknown][] = [
    [promptField, instruction ?? prompt],
    [fields.negativePrompt, negativePrompt],
    [fields.n, n],
    [fields.seed, seed],
    [fields.size, size === undefined ? undefined : pixels(size)],
    [fields.durationSec, durationSec],
    [fields.durationText, durationSec === undefined ? undefined : String(durationSec)],
    [fields.ratio, ratio],
    [fields.resolution, resolution],
    [fields.quality, quality],
    [fields.input, pictures[0]],
    [fields.inputs, pictures.length > 0 ? pictures : undefined],
  ];
  const named = values.flatMap(([field, value]) => (field && value !== undefined ? [[field, value] as const] : []));
  return { ...parameters, ...Object.fromEntries(named) };
}

function pixels(size: string): { width: number; height: number } {
  const [width, height] = size.split("x").map(Number);
  return { width: width ?? 0, height: height ?? 0 };
}
