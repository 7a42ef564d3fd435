// What may be asked of Kling's models, beyond what the list of them says.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { InputFile, Model, ProviderRequest } from "../../ports/provider.ts";
import { pictureSides } from "../calling/inputs.ts";
import { validateByModel } from "../calling/registry.ts";
import { visual } from "../calling/visual.ts";

/** Vendor documentation: prompts and negative prompts have at most 2,500 characters. */
const MAX_PROMPT = 2500;
/** Vendor documentation, pictures: JPEG or PNG, at least 300 pixels each way, from 1:2.5 to 2.5:1, at most 10 MB. */
const MIN_PIXELS = 300;
const MAX_RATIO = 2.5;
const MAX_INPUT_BYTES = 10 * 1024 * 1024;

const unknownTo = {
  image: ["seed", "durationSec", "ratio", "resolution"],
  video: ["seed", "size", "resolution"],
} as const;

export function validate(models: readonly Model[], request: ProviderRequest): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  if (wrong.some(({ path }) => path === "model")) return wrong;
  const { prompt, instruction, inputs = [] } = request;
  const type = visual(request.type);
  for (const path of unknownTo[type]) {
    if (request[path] !== undefined) wrong.push({ path, message: "is nothing that Kling can be told" });
  }
  if ([...(instruction ?? prompt)].length > MAX_PROMPT) {
    wrong.push({ path: "prompt", message: `at most ${MAX_PROMPT} characters for Kling` });
  }
  return [...wrong, ...(type === "image" ? imageProblems(request) : videoProblems(request)), ...inputProblems(inputs)];
}

function imageProblems(request: ProviderRequest): ErrorDetail[] {
  const wrong: ErrorDetail[] = [];
  if (request.negativePrompt !== undefined && request.inputs?.length) {
    wrong.push({ path: "negativePrompt", message: "cannot be given together with a picture for Kling" });
  }
  return wrong;
}

function videoProblems({ inputs = [], ratio, quality }: ProviderRequest): ErrorDetail[] {
  const wrong: ErrorDetail[] = [];
  if (inputs.length > 0 && ratio !== undefined) {
    wrong.push({ path: "ratio", message: "is that of the picture, and cannot be given together with one" });
  }
  if (inputs.length > 1 && quality !== "pro") {
    wrong.push({ path: "quality", message: "must be pro for a video with a first and a last picture" });
  }
  return wrong;
}

function inputProblems(inputs: readonly InputFile[]): ErrorDetail[] {
  return inputs.flatMap(({ contentType, size, ...file }, index) => {
    const { width, height } = pictureSides(file);
    const path = `inputs.${index}`;
    if (contentType !== "image/jpeg" && contentType !== "image/png")
      return [{ path, message: "must be JPEG or PNG for Kling" }];
    if (size > MAX_INPUT_BYTES) return [{ path, message: "at most 10 MB for Kling" }];
    const [least, most] = [Math.min(width, height), Math.max(width, height)];
    if (least < MIN_PIXELS) return [{ path, message: `must be at least ${MIN_PIXELS} pixels wide and high for Kling` }];
    return most > MAX_RATIO * least ? [{ path, message: "must be at most 2.5 times as long as wide for Kling" }] : [];
  });
}

/** As Kling writes it. */
export function ratioOf(size: string | undefined): string | undefined {
  if (size === undefined) return undefined;
  const [width = 0, height = 0] = size.split("x").map(Number);
  const divisor = greatestDivisor(width, height) || 1;
  const reduced = `${width / divisor}:${height / divisor}`;
  return reduced === "7:3" ? "21:9" : reduced;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
