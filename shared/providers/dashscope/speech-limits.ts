// What the families of speech models take.

/** Vendor documentation: qwen-tts takes 600 characters, CosyVoice 2,000. */
export const maxSpeech = { qwen: 600, cosyvoice: 2000 } as const;

export function familyOf(model: string): "qwen" | "cosyvoice" {
  return model.startsWith("cosyvoice") ? "cosyvoice" : "qwen";
}
