// Speech on Model Studio: the answer to the start names the file. Two families, each with its own path and body.
import type { VendorConfig } from "../../config/vendors.ts";
import { languageOf } from "../../drama/wish.ts";
import type { CallContext, ProviderRequest, StartOutcome } from "../../ports/provider.ts";
import { UnclearAnswer } from "../calling/failures.ts";
import { textAt } from "../calling/json.ts";
import { type VoiceNames, voiceOf } from "../calling/voices.ts";
import { errorOf, refusalOf } from "./answer.ts";
import { callDashscope } from "./call.ts";
import { sourceOf } from "./sources.ts";
import { familyOf } from "./speech-limits.ts";

/** Vendor documentation, voices: those that come nearest. */
const qwenVoices: VoiceNames = {
  ...{ woman: "Serena", man: "Ethan", girl: "Bella", boy: "Ryan", old_woman: "Katerina", old_man: "Kai" },
};
const cosyVoices: VoiceNames = {
  ...{ woman: "longanhuan", man: "longanyang", girl: "longanling_v3", boy: "longanyang" },
  ...{ old_woman: "longanwen_v3", old_man: "longanyun_v3" },
};

export async function startSpeech(
  config: VendorConfig,
  request: ProviderRequest,
  { signal, reference }: CallContext,
): Promise<StartOutcome> {
  const answer = await callDashscope(config, { method: "POST", ...bodyOf(request), isAsync: false, signal });
  const error = errorOf(answer);
  if (error) return { state: "failed", failure: refusalOf(answer, error, reference.endsWith("-1")) };
  const sources = sourceOf(textAt(answer.json, "output", "audio", "url"));
  if (sources.length === 0) throw new UnclearAnswer(answer);
  return { state: "succeeded", sources };
}

function bodyOf(request: ProviderRequest) {
  const { model, prompt: text } = request;
  if (familyOf(model) === "cosyvoice") {
    const input = { text, voice: voiceOf(request, cosyVoices), format: "wav", sample_rate: 24_000 };
    return { path: "/services/audio/tts/SpeechSynthesizer", json: { model, input } };
  }
  const language_type = languageOf(text) === "zh" ? "Chinese" : "English";
  const input = { text, voice: voiceOf(request, qwenVoices), language_type };
  return { path: "/services/aigc/multimodal-generation/generation", json: { model, input } };
}
