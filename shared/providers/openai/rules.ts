// What may be asked of OpenAI's image models, beside what their list says.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Model, ProviderRequest } from "../../ports/provider.ts";
import { validateByModel } from "../calling/registry.ts";
import { speechProblems } from "../calling/voices.ts";

export function validate(models: readonly Model[], request: ProviderRequest): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  const model = models.find(({ id, type }) => id === request.model && type === request.type);
  if (model?.type === "audio") return [...wrong, ...speechProblems(model, request, MAX_SPEECH)];
  const size = model?.sizes ? null : wrongSize(request.size);
  if (size !== null) wrong.push({ path: "size", message: size });
  if (request.seed !== undefined)
    wrong.push({ path: "seed", message: "is nothing that this provider takes; leave it out" });
  return wrong;
}

/** Vendor documentation, speech: `input` has at most 4,096 characters; ours have 4,000. */
const MAX_SPEECH = 4000;

// Vendor documentation, size: both sides divisible by 16, shape from 1:3 to 3:1, experimental above 2560x1440.
const STEP = 16;
const LONGEST_SHAPE = 3;
const MOST_PIXELS = 2560 * 1440;
/** The vendor's own calculator refuses what is smaller. */
const FEWEST_PIXELS = 655_360;

function wrongSize(size: string | undefined): string | null {
  if (size === undefined) return null;
  const [width = 0, height = 0] = size.split("x").map(Number);
  if (width % STEP !== 0 || height % STEP !== 0) return `must have sides that ${STEP} divides`;
  if (Math.max(width, height) > LONGEST_SHAPE * Math.min(width, height)) return "must have a shape from 1:3 to 3:1";
  const pixels = width * height;
  if (pixels > MOST_PIXELS) return `must not have more pixels than 2560x1440, such as 1920x1920`;
  return pixels < FEWEST_PIXELS ? `must have at least ${FEWEST_PIXELS} pixels, such as 1024x640` : null;
}
