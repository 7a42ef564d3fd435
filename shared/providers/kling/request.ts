// A request in Kling's words.
import type { CallContext, ProviderRequest } from "../../ports/provider.ts";
import { urlOfInput } from "../calling/inputs.ts";
import type { Kind } from "./call.ts";
import { ratioOf } from "./rules.ts";

const DEFAULT_SECONDS = 5;

export function kindOf({ type, inputs = [] }: ProviderRequest): Kind {
  if (type === "image") return "images/generations";
  return inputs.length > 0 ? "videos/image2video" : "videos/text2video";
}

export async function bodyOf(request: ProviderRequest, context: CallContext): Promise<object> {
  const { type, model, prompt, instruction, negativePrompt } = request;
  return {
    model_name: model,
    prompt: instruction ?? prompt,
    ...(negativePrompt && { negative_prompt: negativePrompt }),
    ...(type === "image" ? await imageFields(request, context) : await videoFields(request, context)),
    // Theirs to keep and ours to ask by: unique for each account.
    external_task_id: context.reference,
    ...(context.callbackUrl && { callback_url: context.callbackUrl }),
  };
}

async function imageFields(request: ProviderRequest, context: CallContext): Promise<object> {
  const ratio = ratioOf(request.size);
  return {
    n: request.n,
    ...(ratio && { aspect_ratio: ratio }),
    ...(request.quality && { resolution: request.quality }),
    ...(request.inputs?.length ? { image: await picture(request, context, 0) } : {}),
  };
}

/** A video of a picture has the picture's ratio; a second picture is its last frame. */
async function videoFields(request: ProviderRequest, context: CallContext): Promise<object> {
  const { durationSec = DEFAULT_SECONDS, quality, ratio, inputs = [] } = request;
  return {
    mode: quality ?? "std",
    duration: String(durationSec),
    ...(inputs.length === 0 && ratio ? { aspect_ratio: ratio } : {}),
    ...(inputs.length > 0 ? { image: await picture(request, context, 0) } : {}),
    ...(inputs.length > 1 ? { image_tail: await picture(request, context, 1) } : {}),
  };
}

/** Vendor documentation: a URL, or base64 without the `data:` in front of it. */
async function picture({ inputs = [] }: ProviderRequest, context: CallContext, index: number): Promise<string> {
  const file = inputs[index];
  if (!file) throw new Error(`there is no input ${index}`);
  return (await urlOfInput(context, index, file)).replace(/^data:[^,]*,/, "");
}
