// The models of a vendor as data: `models.json` in the vendor's folder, held against the adapters and this shape by a test.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Model, ProviderRequest } from "../../ports/provider.ts";
import { sizeProblem } from "./size-rule.ts";

/** A model, and where what is said of it comes from. */
export interface Registered extends Model {
  /** Milliseconds from start to success, as a rule. */
  typicalMs: number;
  /** Where it was read, and on which day. */
  source: string;
  checkedOn: string;
}

/** What the file says; its shape is a test's to see to. */
export function registered(file: { readonly models: readonly unknown[] }): readonly Registered[] {
  return file.models as readonly Registered[];
}

type Named = "size" | "ratio" | "resolution" | "quality";

const lists = { size: "sizes", ratio: "ratios", resolution: "resolutions", quality: "qualities" } as const;

/** What is wrong with a request by what its model states; an adapter adds what only it knows. Empty when nothing is. */
export function validateByModel(models: readonly Model[], request: ProviderRequest): ErrorDetail[] {
  const model = models.find(({ id, type }) => id === request.model && type === request.type);
  if (!model) {
    const ids = models.filter(({ type }) => type === request.type).map(({ id }) => id);
    return [{ path: "model", message: `There is no such model for ${request.type}s. There is: ${ids.join(", ")}.` }];
  }
  const wrong: ErrorDetail[] = [];
  const { operations, maxOutputs, maxInputs = 0, durations } = model;
  if (!operations.includes(request.operation)) {
    wrong.push({ path: "operation", message: `${model.id} offers: ${operations.join(", ")}.` });
  }
  if (!Number.isInteger(request.n) || request.n < 1 || request.n > maxOutputs) {
    wrong.push({ path: "n", message: `must be a whole number from 1 to ${maxOutputs} for ${model.id}` });
  }
  if ((request.inputs?.length ?? 0) > maxInputs) {
    wrong.push({
      path: "inputs",
      message: maxInputs === 0 ? `${model.id} takes no pictures` : `at most ${maxInputs} for ${model.id}`,
    });
  }
  for (const [index, { type }] of (request.inputs ?? []).entries()) {
    if (type !== "image") wrong.push({ path: `inputs.${index}`, message: `must be a picture for ${model.id}` });
  }
  for (const field of Object.keys(lists) as Named[]) {
    const [value, allowed] = [request[field], model[lists[field]]];
    if (value !== undefined && allowed && !allowed.includes(value)) {
      wrong.push({ path: field, message: `${model.id} takes: ${allowed.join(", ")}` });
    }
  }
  const { durationSec, size } = request;
  const problem = size !== undefined && model.sizeRule ? sizeProblem(model.sizeRule, size) : null;
  if (problem !== null) wrong.push({ path: "size", message: `${problem}, for ${model.id}` });
  if (durationSec !== undefined && durations && !durations.includes(durationSec)) {
    wrong.push({ path: "durationSec", message: `${model.id} makes: ${durations.join(", ")} seconds` });
  }
  return wrong;
}
