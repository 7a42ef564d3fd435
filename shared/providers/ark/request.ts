// A request in Ark's words: pictures by Seedream, videos by Seedance.
import type { VendorConfig } from "../../config/vendors.ts";
import type { CallContext, ProviderRequest } from "../../ports/provider.ts";
import { urlOfInput } from "../calling/inputs.ts";
import { isAbroad } from "./call.ts";
import { hasSound } from "./rules.ts";

const DEFAULT_SECONDS = 5;
/** The vendor's own default is that for some models and 1080p for others; what nobody asked for is to cost the same at all of them. */
const DEFAULT_RESOLUTION = "720p";

/** Abroad the names are without `doubao-`. */
export function modelAt(config: Pick<VendorConfig, "baseUrl">, model: string): string {
  return isAbroad(config) ? model.replace(/^doubao-/, "") : model;
}

export async function imageBody(config: VendorConfig, request: ProviderRequest, context: CallContext): Promise<object> {
  const { model, prompt, instruction, size } = request;
  const pictures = await urlsOf(request, context);
  return {
    model: modelAt(config, model),
    prompt: instruction ?? prompt,
    ...(size && { size }),
    ...(pictures.length > 0 && { image: pictures }),
    sequential_image_generation: "disabled",
    response_format: "url",
    watermark: false,
  };
}

export async function videoBody(config: VendorConfig, request: ProviderRequest, context: CallContext): Promise<object> {
  const { model, prompt, instruction, resolution = DEFAULT_RESOLUTION, durationSec = DEFAULT_SECONDS, seed } = request;
  const pictures = await urlsOf(request, context);
  const ratio = request.ratio ?? (pictures.length > 0 ? "adaptive" : undefined);
  return {
    model: modelAt(config, model),
    content: [{ type: "text", text: instruction ?? prompt }, ...pictures.map(frame)],
    resolution,
    duration: durationSec,
    ...(ratio && { ratio }),
    ...(seed !== undefined && { seed }),
    ...(hasSound(model) && { generate_audio: true }),
    watermark: false,
    ...(context.callbackUrl && { callback_url: context.callbackUrl }),
  };
}

function frame(url: string, index: number): object {
  return { type: "image_url", image_url: { url }, role: index === 0 ? "first_frame" : "last_frame" };
}

async function urlsOf({ inputs = [] }: ProviderRequest, context: CallContext): Promise<string[]> {
  return Promise.all(inputs.map((file, index) => urlOfInput(context, index, file)));
}
