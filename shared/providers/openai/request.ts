// What is sent to OpenAI: words alone are JSON, with pictures it is an edit.
import type { CallContext, ProviderRequest } from "../../ports/provider.ts";
import { bytesOfInput } from "../calling/inputs.ts";
import { type VoiceNames, voiceOf } from "../calling/voices.ts";

export interface Start {
  path: "/images/generations" | "/images/edits" | "/audio/speech";
  headers: Readonly<Record<string, string>>;
  body: string | FormData;
}

/** Nothing is sent yet. Throws AppError `fetch_failed` when a picture is gone. */
export async function startOf(request: ProviderRequest, context: CallContext): Promise<Start> {
  if (request.type === "audio") return speechOf(request);
  const { inputs = [] } = request;
  const fields = fieldsOf(request);
  if (inputs.length === 0) {
    const headers = { "content-type": "application/json" };
    return { path: "/images/generations", headers, body: JSON.stringify(fields) };
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  for (const [index, { contentType }] of inputs.entries()) {
    const picture = new Blob([await bytesOfInput(context, index)], { type: contentType });
    // Vendor documentation, edits: up to 16 of them as `image[]`; the name's ending says the format.
    form.append("image[]", picture, `picture-${index}.${contentType.replace("image/", "")}`);
  }
  return { path: "/images/edits", headers: {}, body: form };
}

/** Vendor documentation, voices: those that come nearest. */
const voiceNames: VoiceNames = {
  ...{ woman: "nova", man: "onyx", girl: "shimmer", boy: "fable", old_woman: "sage", old_man: "echo" },
};

function speechOf(request: ProviderRequest): Start {
  const { model, prompt } = request;
  const said = { model, input: prompt, voice: voiceOf(request, voiceNames), response_format: "mp3" };
  return { path: "/audio/speech", headers: { "content-type": "application/json" }, body: JSON.stringify(said) };
}

/** Left open, the vendor chooses the quality, and nobody knows beforehand what it costs. */
const DEFAULT_QUALITY = "medium";

/** Fields that are not needed are left out: gateways know fewer of them. */
function fieldsOf(request: ProviderRequest): Record<string, string | number> {
  const { model, n, size, quality = DEFAULT_QUALITY, operation } = request;
  return {
    ...{ model, prompt: promptOf(request), n, quality },
    ...(size !== undefined && { size }),
    // Vendor documentation, background: transparent needs a format that can be.
    ...(operation === "background_removal" && { background: "transparent", output_format: "png" }),
  };
}

function promptOf({ prompt, instruction, negativePrompt }: ProviderRequest): string {
  const words = instruction ?? prompt;
  return negativePrompt === undefined ? words : `${words}\nDo not show: ${negativePrompt}`;
}
