// What may be asked of Ark's models, beyond what the list of them says.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { InputFile, Model, ProviderRequest, VisualKind } from "../../ports/provider.ts";
import { pictureSides } from "../calling/inputs.ts";
import { validateByModel } from "../calling/registry.ts";
import { visual } from "../calling/visual.ts";

const unknownTo = {
  image: ["negativePrompt", "seed", "quality", "durationSec", "ratio", "resolution"],
  video: ["negativePrompt", "quality", "size"],
} as const;

export function validate(models: readonly Model[], request: ProviderRequest): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  if (wrong.some(({ path }) => path === "model")) return wrong;
  const { model, prompt, instruction, inputs = [] } = request;
  const type = visual(request.type);
  for (const path of unknownTo[type]) {
    if (request[path] !== undefined) wrong.push({ path, message: `is nothing that ${model} can be told` });
  }
  const command = type === "video" ? commands.exec(`${prompt} ${instruction ?? ""}`)?.[1] : undefined;
  if (command) {
    const message = `"${command}" would be a command to ${model}: say it by the request's own fields, such as durationSec`;
    wrong.push({ path: "prompt", message });
  }
  return [...wrong, ...inputs.flatMap((file, index) => inputProblem(type, file, `inputs.${index}`))];
}

/**
 * Vendor documentation, video generation: what is written so behind the words sets the video's length, size and more. It would be another
 * video than the one that was paid for.
 */
const commands =
  /(?:^|\s)(--(?:resolution|rs|ratio|rt|duration|dur|frames|framespersecond|fps|seed|camerafixed|cf|watermark|wm))(?![\w-])/i;

/** Vendor documentation, image and video generation: what a picture must be that is worked on. */
const inputLimits: Readonly<Record<VisualKind, { least: number; most: number; ratio: number; bytes: number }>> = {
  image: { least: 15, most: 6000, ratio: 16, bytes: 10 * 1024 * 1024 },
  video: { least: 300, most: 6000, ratio: 2.5, bytes: 30 * 1024 * 1024 },
};

function inputProblem(type: VisualKind, { size, ...file }: InputFile, path: string): ErrorDetail[] {
  const { width, height } = pictureSides(file);
  const { least, most, ratio, bytes } = inputLimits[type];
  if (size > bytes) return [{ path, message: `at most ${bytes / 1024 / 1024} MB for Ark` }];
  if (Math.min(width, height) < least || Math.max(width, height) > most) {
    return [{ path, message: `must be ${least} to ${most} pixels wide and high for Ark` }];
  }
  return ratioOf(width, height) > ratio
    ? [{ path, message: `must be at most ${ratio} times as long as wide for Ark` }]
    : [];
}

function ratioOf(width: number, height: number): number {
  return Math.max(width, height) / Math.min(width, height);
}

/** Vendor documentation, video generation: from Seedance 1.5 on, unless it is told not to. */
export function hasSound(model: string): boolean {
  return !/seedance-1-0-/.test(model);
}
