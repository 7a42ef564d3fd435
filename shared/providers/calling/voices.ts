// Voices by the kind of person, in a vendor's own names.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Model, ProviderRequest } from "../../ports/provider.ts";
import { type Voice, voices } from "../../ports/wishes.ts";

export type VoiceNames = Readonly<Record<Voice, string>>;

/** The vendor's name of what was asked for; a name of its own stays as it is. */
export function voiceOf({ sound }: ProviderRequest, names: VoiceNames): string {
  if (sound?.kind !== "speech") throw new Error("speech without a voice");
  const { voice } = sound;
  return isKind(voice) ? names[voice] : voice;
}

/** What is wrong with a request for speech, beyond what the registry says. */
export function speechProblems({ id, voices: known }: Model, request: ProviderRequest, maxText: number): ErrorDetail[] {
  const { prompt, sound, seed } = request;
  const voice = sound?.kind === "speech" ? sound.voice : "";
  const isKnown = isKind(voice) || !known || known.includes(voice);
  const letters = [...prompt].length;
  return [
    ...(prompt.trim() === "" || letters > maxText
      ? [{ path: "prompt", message: `must be 1 to ${maxText} characters for ${id}, not only white space` }]
      : []),
    ...(isKnown ? [] : [{ path: "voice", message: `${id} has: ${[...voices, ...(known ?? [])].join(", ")}` }]),
    ...(seed === undefined ? [] : [{ path: "seed", message: `is nothing that ${id} takes; leave it out` }]),
  ];
}

function isKind(voice: string): voice is Voice {
  return voices.some((kind) => kind === voice);
}
