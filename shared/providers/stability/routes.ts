// Which of Stability's operations each model is, and what it is told. All of them take multipart forms.
import type { ProviderRequest } from "../../ports/provider.ts";

export interface Route {
  /** Below `/v2beta/stable-image/`. */
  path: string;
  /** The names under which it takes pictures, in their order. */
  pictures: readonly string[];
  fields(request: ProviderRequest): Fields;
  /** Its answer is a task instead of a picture. */
  isTask?: true;
}

type Fields = Readonly<Record<string, string | number | undefined>>;

export function routeOf(model: string): Route | undefined {
  return Object.hasOwn(routes, model) ? routes[model] : undefined;
}

const routes: Readonly<Record<string, Route>> = {
  "stable-image-core": { path: "generate/core", pictures: [], fields: (request) => generating(request, styledBy) },
  "stable-image-ultra": {
    path: "generate/ultra",
    pictures: ["image"],
    fields: (request) => generating(request, words),
  },
  "sd3.5-large": sd3("sd3.5-large"),
  "sd3.5-large-turbo": sd3("sd3.5-large-turbo"),
  "sd3.5-medium": sd3("sd3.5-medium"),
  "style-guide": {
    path: "control/style",
    pictures: ["image"],
    fields: (request) => ({ ...common(request), ...words(request), aspect_ratio: ratioOf(request) }),
  },
  structure: {
    path: "control/structure",
    pictures: ["image"],
    fields: (request) => ({ ...common(request), ...words(request) }),
  },
  "style-transfer": {
    path: "control/style-transfer",
    pictures: ["init_image", "style_image"],
    fields: (request) => ({ ...common(request), ...described(request) }),
  },
  "remove-background": {
    path: "edit/remove-background",
    pictures: ["image"],
    fields: () => ({ output_format: "png" }),
  },
  "replace-background-and-relight": {
    path: "edit/replace-background-and-relight",
    pictures: ["subject_image", "background_reference"],
    fields: (request) => ({ ...common(request), background_prompt: words(request).prompt }),
    isTask: true,
  },
};

function sd3(model: string): Route {
  const mode = ({ inputs = [] }: ProviderRequest) => (inputs.length > 0 ? "image-to-image" : "text-to-image");
  return {
    path: "generate/sd3",
    pictures: ["image"],
    fields: (request) => ({ ...generating(request, styledBy), model, mode: mode(request) }),
  };
}

/** How far a picture may be left behind: 0 repeats it, 1 ignores it. */
const STRENGTH = 0.7;

function generating(request: ProviderRequest, said: (request: ProviderRequest) => Fields): Fields {
  const isOfPicture = (request.inputs?.length ?? 0) > 0;
  // Vendor documentation, generate/sd3: a picture has its own shape, and no aspect_ratio is taken with it.
  return {
    ...common(request),
    ...said(request),
    ...(isOfPicture ? { strength: STRENGTH } : { aspect_ratio: ratioOf(request) }),
  };
}

function common({ negativePrompt, seed }: ProviderRequest): Fields {
  return { negative_prompt: negativePrompt, seed, output_format: "png" };
}

function words({ prompt, instruction }: ProviderRequest): { prompt: string } {
  return { prompt: instruction ?? prompt };
}

/** What is to be done is the operation itself: only what the user has said of it is told. */
function described({ prompt, style }: ProviderRequest): Fields {
  const said = [prompt, style].filter((each) => each !== undefined && each !== "");
  return { prompt: said.length > 0 ? said.join(", ") : undefined };
}

/** Vendor documentation, style_preset. */
const presets = [
  ...[
    "enhance",
    "anime",
    "photographic",
    "digital-art",
    "comic-book",
    "fantasy-art",
    "line-art",
    "analog-film",
    "neon-punk",
  ],
  ...["isometric", "low-poly", "origami", "modeling-compound", "cinematic", "3d-model", "pixel-art", "tile-texture"],
];

/** A style that it knows by name is set; any other one is put into words. */
function styledBy(request: ProviderRequest): Fields {
  const { prompt, style, enhancement } = request;
  const isPreset = style !== undefined && presets.includes(style);
  return isPreset && enhancement === undefined ? { prompt, style_preset: style } : words(request);
}

/** Vendor documentation, aspect_ratio: it takes shapes, and decides about pixels itself. */
const ratios: Readonly<Record<string, string>> = {
  "1024x1024": "1:1",
  "1344x768": "16:9",
  "1536x640": "21:9",
  "1216x832": "3:2",
  "1152x896": "5:4",
  "896x1152": "4:5",
  "832x1216": "2:3",
  "768x1344": "9:16",
  "640x1536": "9:21",
};

function ratioOf({ size }: ProviderRequest): string | undefined {
  return size === undefined ? undefined : ratios[size];
}
