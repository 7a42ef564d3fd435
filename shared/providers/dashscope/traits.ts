// What is particular to each model beyond the registry: the protocol that it speaks, and the limits of what it is told.

export type Protocol =
  /** The old one for pictures of words: `input.prompt`. */
  | "text-to-image"
  /** One function on one picture: `input.function`, `input.base_image_url`. */
  | "image-edit"
  /** An instruction on several pictures: `input.images`. */
  | "image-to-image"
  /** The new one for pictures: `input.messages`. */
  | "messages"
  /** The same, answered when the pictures are there: these models have no task. */
  | "messages-waiting"
  | "text-to-video"
  /** A first frame: `input.img_url`. */
  | "frame-to-video"
  /** Pictures of who or what appears: `input.reference_urls`. */
  | "references-to-video"
  /** The newer protocol, for words, frames and references: `input.media`, with tiers and ratios in place of sizes. */
  | "media-to-video";

export interface Traits {
  protocol: Protocol;
  /** Characters; what is longer would be cut without a word. */
  maxPrompt: number;
  takesNegativePrompt: boolean;
  /** It makes nothing of words alone. */
  needsInput?: true;
  /** A size can be named when one picture is asked for. */
  hasSizeAloneOnly?: true;
  /** What is asked for when nobody names a size; absent: what the vendor takes, which follows the input where there is one. */
  defaultSize?: string;
  /** What the pictures are to a video of the newer protocol. */
  media?: "frames" | "references";
  /** It always makes videos of this length, and is not told. */
  hasFixedDuration?: true;
}

const old = { takesNegativePrompt: true, maxPrompt: 800, defaultSize: "1024x1024" } as const;
const words = { protocol: "text-to-image" } as const;

/** Vendor documentation: qwen-image has five sizes, which the registry lists. */
const qwen = { takesNegativePrompt: true, maxPrompt: 800, defaultSize: "1328x1328" } as const;
const qwenEdit = { protocol: "messages-waiting", takesNegativePrompt: true, maxPrompt: 800, needsInput: true } as const;
const qwen2: Traits = { protocol: "messages-waiting", takesNegativePrompt: true, maxPrompt: 800 };
const wan27Image: Traits = { protocol: "messages", takesNegativePrompt: false, maxPrompt: 5000 };

/** Vendor documentation: 1,500 characters from wan2.5 on, 800 before. */
const video = { takesNegativePrompt: true, maxPrompt: 1500 } as const;
const oldVideo = { takesNegativePrompt: true, maxPrompt: 800, hasFixedDuration: true } as const;
const newVideo = { protocol: "media-to-video", takesNegativePrompt: true, maxPrompt: 5000 } as const;

export const traits: Readonly<Record<string, Traits>> = {
  "wan2.6-t2i": { protocol: "messages", takesNegativePrompt: true, maxPrompt: 2100, defaultSize: "1280x1280" },
  "wan2.7-image": wan27Image,
  "wan2.7-image-pro": wan27Image,
  "wan2.6-image": { protocol: "messages", takesNegativePrompt: true, maxPrompt: 2000, needsInput: true },
  "wan2.5-t2i-preview": { ...words, takesNegativePrompt: true, maxPrompt: 2000, defaultSize: "1280x1280" },
  "wan2.2-t2i-plus": { ...words, ...old },
  "wan2.2-t2i-flash": { ...words, ...old },
  "wanx2.1-t2i-plus": { ...words, ...old },
  "wanx2.1-t2i-turbo": { ...words, ...old },
  "wanx-v1": { ...words, ...old },
  "qwen-image": { ...words, ...qwen },
  "qwen-image-plus": { ...words, ...qwen },
  "qwen-image-max": { protocol: "messages-waiting", ...qwen },
  "qwen-image-2.0": qwen2,
  "qwen-image-2.0-pro": qwen2,
  "qwen-image-edit": qwenEdit,
  "qwen-image-edit-plus": { ...qwenEdit, hasSizeAloneOnly: true },
  "qwen-image-edit-max": { ...qwenEdit, hasSizeAloneOnly: true },
  "wanx2.1-imageedit": { protocol: "image-edit", takesNegativePrompt: false, maxPrompt: 800, needsInput: true },
  "wan2.5-i2i-preview": { protocol: "image-to-image", takesNegativePrompt: false, maxPrompt: 2000, needsInput: true },

  "wan2.6-t2v": { protocol: "text-to-video", ...video },
  "wan2.5-t2v-preview": { protocol: "text-to-video", ...video },
  "wan2.2-t2v-plus": { protocol: "text-to-video", ...oldVideo },
  "wan2.6-i2v": { protocol: "frame-to-video", ...video, needsInput: true },
  "wan2.6-i2v-flash": { protocol: "frame-to-video", ...video, needsInput: true },
  "wan2.5-i2v-preview": { protocol: "frame-to-video", ...video, needsInput: true },
  "wan2.2-i2v-plus": { protocol: "frame-to-video", ...oldVideo, needsInput: true },
  "wan2.2-i2v-flash": { protocol: "frame-to-video", ...oldVideo, needsInput: true },
  "wan2.6-r2v": { protocol: "references-to-video", ...video, needsInput: true },
  "wan2.7-t2v": newVideo,
  "wan2.7-i2v": { ...newVideo, needsInput: true, media: "frames" },
  "wan2.7-r2v": { ...newVideo, needsInput: true, media: "references" },
};

/** Throws for what no request that was found right can name. */
export function traitsOf(model: string): Traits {
  const found = Object.hasOwn(traits, model) ? traits[model] : undefined;
  if (!found) throw new Error(`nothing is known of the model ${model}`);
  return found;
}
