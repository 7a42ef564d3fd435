// What is asked for a video: three older shapes, which name a size or a tier, and the newer one with tiers, ratios and media.
import type { ProviderRequest } from "../../ports/provider.ts";
import { textFor } from "./prompt.ts";
import type { Fields } from "./request.ts";
import { type Protocol, traitsOf } from "./traits.ts";

export function videoBody(request: ProviderRequest, urls: readonly string[]): { input: Fields; parameters: Fields } {
  const { model, negativePrompt, seed, durationSec: duration = DEFAULT_SECONDS } = request;
  const { protocol, hasFixedDuration } = traitsOf(model);
  const prompt = textFor(request);
  return {
    input: {
      ...(prompt !== "" && { prompt }),
      ...(negativePrompt !== undefined && { negative_prompt: negativePrompt }),
      ...picturesOf(request, urls, protocol),
    },
    parameters: {
      ...shapeOf(request, protocol),
      ...(!hasFixedDuration && { duration }),
      ...(seed !== undefined && { seed }),
    },
  };
}

function picturesOf({ model }: ProviderRequest, urls: readonly string[], protocol: Protocol): Fields {
  if (urls.length === 0) return {};
  if (protocol === "frame-to-video") return { img_url: urls[0] };
  if (protocol === "references-to-video") return { reference_urls: urls };
  const frames = ["first_frame", "last_frame"];
  const typeOf = (i: number) => (traitsOf(model).media === "frames" ? frames[i] : "reference_image");
  return { media: urls.map((url, i) => ({ type: typeOf(i), url })) };
}

function shapeOf(request: ProviderRequest, protocol: Protocol): Fields {
  const { model, resolution = defaultResolution(model), ratio = DEFAULT_RATIO } = request;
  const tier = resolution.toUpperCase();
  if (protocol === "frame-to-video") return { resolution: tier };
  if (protocol !== "media-to-video") return { size: sizes[resolution]?.[ratio] };
  return traitsOf(model).media === "frames" ? { resolution: tier } : { resolution: tier, ratio };
}

/** What the prices are for when nobody says more. The vendor's own are the dearest: 1080P. */
export function defaultResolution(model: string): string {
  return model === "wan2.2-t2v-plus" || model === "wan2.2-i2v-plus" ? "480p" : "720p";
}

const DEFAULT_SECONDS = 5;
const DEFAULT_RATIO = "16:9";

/** Vendor documentation, text to video: the sizes of each tier. */
const sizes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "480p": { "16:9": "832*480", "9:16": "480*832", "1:1": "624*624" },
  "720p": { "16:9": "1280*720", "9:16": "720*1280", "1:1": "960*960", "4:3": "1088*832", "3:4": "832*1088" },
  "1080p": { "16:9": "1920*1080", "9:16": "1080*1920", "1:1": "1440*1440", "4:3": "1632*1248", "3:4": "1248*1632" },
};

/** Whether a tier can be had in a ratio where both are told as one size. */
export function hasSize(resolution: string, ratio: string): boolean {
  return sizes[resolution]?.[ratio] !== undefined;
}
