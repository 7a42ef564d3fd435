// What may be asked of Stability, beside what its list of models says.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { InputFile, Model, ProviderRequest } from "../../ports/provider.ts";
import { pictureSides } from "../calling/inputs.ts";
import { validateByModel } from "../calling/registry.ts";

export function validate(models: readonly Model[], request: ProviderRequest): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  const { inputs = [], size, model: id } = request;
  const model = models.find((each) => each.id === id);
  const keepsShape = !model?.sizes || (inputs.length > 0 && model.id !== "style-guide");
  if (model && size !== undefined && keepsShape) {
    wrong.push({ path: "size", message: `is not taken here: what ${id} makes of a picture has that picture's shape` });
  }
  const pictures = inputs.map((picture, index) => ({ index, message: wrongPicture(picture) }));
  return [
    ...wrong,
    ...pictures.flatMap(({ index, message }) => (message === null ? [] : [{ path: `inputs.${index}`, message }])),
  ];
}

// Vendor documentation, image: each side at least 64 pixels, 4,096 to 9,437,184 in all, the whole request at most 10 MiB.
const SHORTEST_SIDE = 64;
const MOST_PIXELS = 9_437_184;
const MOST_BYTES = 10 * 1024 * 1024 - 64 * 1024;

function wrongPicture({ size, ...file }: InputFile): string | null {
  const { width, height } = pictureSides(file);
  if (Math.min(width, height) < SHORTEST_SIDE) return `must have sides of at least ${SHORTEST_SIDE} pixels`;
  if (width * height > MOST_PIXELS) return `must have at most ${MOST_PIXELS} pixels, such as 3072x3072`;
  return size > MOST_BYTES ? `must have at most ${MOST_BYTES} bytes` : null;
}
