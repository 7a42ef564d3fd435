// What is asked of Runway: the endpoint and its body, with fields for the model and no others, as unknown ones are refused.
import type { ProviderRequest } from "../../ports/provider.ts";
import { textOf } from "./rules.ts";

export interface RunwayRequest {
  path: string;
  json: Readonly<Record<string, unknown>>;
}

/** `pictures` are URIs that the vendor can read, in the order of the request's inputs. */
export function requestOf(request: ProviderRequest, pictures: readonly string[]): RunwayRequest {
  return request.type === "image" ? imageRequest(request, pictures) : videoRequest(request, pictures);
}

function imageRequest(request: ProviderRequest, pictures: readonly string[]): RunwayRequest {
  const { model, size = DEFAULT_SIZE, seed } = request;
  // A tag has 3 to 16 letters and digits; by it a prompt can speak of one of them.
  const referenceImages = pictures.map((uri, i) => ({ uri, tag: `picture${i + 1}` }));
  return {
    path: "/v1/text_to_image",
    json: {
      ...{ model, promptText: textOf(request), ratio: size.replace("x", ":") },
      ...(pictures.length > 0 && { referenceImages }),
      ...(seed !== undefined && { seed }),
    },
  };
}

function videoRequest(request: ProviderRequest, [promptImage]: readonly string[]): RunwayRequest {
  const { model, ratio, durationSec: duration = DEFAULT_SECONDS, seed } = request;
  const promptText = textOf(request);
  return {
    path: promptImage === undefined ? "/v1/text_to_video" : "/v1/image_to_video",
    json: {
      ...{ model, ratio: pixelRatios[ratio ?? DEFAULT_RATIO], duration },
      ...(promptText !== "" && { promptText }),
      ...(promptImage !== undefined && { promptImage }),
      ...(seed !== undefined && { seed }),
    },
  };
}

/** What the price is for when nobody names a size. */
const DEFAULT_SIZE = "1024x1024";
const DEFAULT_SECONDS = 5;
const DEFAULT_RATIO = "16:9";

/** A ratio in this vendor's spelling is a size. */
const pixelRatios: Readonly<Record<string, string>> = {
  "16:9": "1280:720",
  "9:16": "720:1280",
  "4:3": "1104:832",
  "3:4": "832:1104",
  "1:1": "960:960",
  "21:9": "1584:672",
};
