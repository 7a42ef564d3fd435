// What Model Studio says of the body of a start: fields by service and model, and no others. Typed from the vendor's documentation, and
// where that was not to be had from the types of its SDKs.

type Check = (value: unknown) => string | null;

interface Field {
  isRequired: boolean;
  check: Check;
}

interface Shape {
  input: Readonly<Record<string, Field>>;
  parameters: Readonly<Record<string, Field>>;
}

const optional = (check: Check): Field => ({ isRequired: false, check });
const required = (check: Check): Field => ({ isRequired: true, check });
const oneOf = (...values: readonly unknown[]): Check => {
  return (value) => (values.includes(value) ? null : `must be one of ${values.join(", ")}`);
};
const whole = (least: number, most: number): Check => {
  return (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? null
      : `must be a whole number from ${least} to ${most}`;
};
/** What is longer is cut by the vendor without a word; here it is a fault, so that nobody relies on it. */
const text = (most: number): Check => {
  return (value) =>
    typeof value === "string" && value !== "" && [...value].length <= most ? null : `must have 1 to ${most} characters`;
};
const yesOrNo = oneOf(true, false);

/** Vendor documentation, inputs: a URL without Chinese characters, an `oss://` one, or a data URI of a picture. */
const picture: Check = (value) =>
  typeof value === "string" &&
  /^(https?:\/\/[\x21-\x7e]+|oss:\/\/\S+|data:image\/[a-z]+;base64,[A-Za-z0-9+/]+=*)$/.test(value)
    ? null
    : "url error, please check url!";
const onlyUrl: Check = (value) => (String(value).startsWith("data:") ? "url error, please check url!" : picture(value));
const listOf = (check: Check, most: number): Check => {
  return (value) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > most) return `must be 1 to ${most} of them`;
    return value.map(check).find((problem) => problem !== null) ?? null;
  };
};

function sides(value: unknown): [number, number] | null {
  const match = /^(\d{2,5})\*(\d{2,5})$/.exec(String(value));
  return match ? [Number(match[1]), Number(match[2])] : null;
}
const sideRule = (least: number, most: number): Check => {
  return (value) =>
    sides(value)?.every((side) => side >= least && side <= most) ? null : "The size is not match the allowed range.";
};
const pixelRule = (least: number, most: number, ...names: string[]): Check => {
  return (value) => {
    if (names.includes(String(value))) return null;
    const [width, height] = sides(value) ?? [0, 1];
    const isRight = width * height >= least ** 2 && width * height <= most ** 2;
    return isRight && width <= 4 * height && height <= 4 * width ? null : "The size is not match the allowed range.";
  };
};

const seed = optional(whole(0, 2_147_483_647));
const common = { seed, prompt_extend: optional(yesOrNo), watermark: optional(yesOrNo) };

/** Vendor documentation, new protocol: one message of the user, pictures before exactly one text. */
const messages = (maxText: number, leastPictures: number, mostPictures: number): Check => {
  return (value) => {
    const [message, ...others] = Array.isArray(value) ? value : [];
    if (others.length > 0 || message?.role !== "user" || !Array.isArray(message.content)) return "one turn of the user";
    const content: Record<string, unknown>[] = message.content;
    const last = content.at(-1);
    const pictures = content.slice(0, -1);
    const keys = content.map((part) => Object.keys(part).join());
    if (keys.at(-1) !== "text" || keys.slice(0, -1).some((key) => key !== "image")) return "pictures, then one text";
    if (pictures.length < leastPictures || pictures.length > mostPictures) return "wrong number of pictures";
    return (
      text(maxText)(last?.text) ?? pictures.map((part) => picture(part.image)).find((each) => each !== null) ?? null
    );
  };
};

function messageShape(
  [maxText, leastPictures, mostPictures]: [number, number, number],
  parameters: Shape["parameters"],
): Shape {
  return {
    input: { messages: required(messages(maxText, leastPictures, mostPictures)) },
    parameters: { ...common, ...parameters },
  };
}

const negative_prompt = optional(text(500));
/** Vendor documentation: `n` is 4 when nobody says it. Here it has to be said, as each picture is billed. */
const n = (most: number) => required(whole(1, most));
const qwenSizes = oneOf("1664*928", "928*1664", "1328*1328", "1472*1104", "1104*1472");
const wordsShape = (size: Check, most = 4): Shape => ({
  input: { prompt: required(text(2000)), negative_prompt },
  parameters: { ...common, n: n(most), size: optional(size) },
});
const oldSize = sideRule(512, 1440);

/** Vendor documentation, text to video: the sizes of each tier. */
const videoSizes = {
  "480": ["832*480", "480*832", "624*624"],
  "720": ["1280*720", "720*1280", "960*960", "1088*832", "832*1088"],
  "1080": ["1920*1080", "1080*1920", "1440*1440", "1632*1248", "1248*1632"],
} as const;
const sizesOf = (...tiers: (keyof typeof videoSizes)[]) =>
  optional(oneOf(...tiers.flatMap((tier) => videoSizes[tier])));
const tiers = (...names: string[]) => optional(oneOf(...names));
const wordsOfVideo = { prompt: required(text(1500)), negative_prompt, audio_url: optional(onlyUrl) };
const oldWords = { prompt: required(text(800)), negative_prompt };
const framed = { prompt: optional(text(1500)), negative_prompt, img_url: required(picture) };
const shot = { shot_type: optional(oneOf("single", "multi")) };
const seconds = (check: Check) => ({ duration: optional(check) });
const sound = { audio: optional(yesOrNo) };

const media = (...types: string[]): Check => {
  return listOf((item) => {
    const { type, url, ...others } = item as Record<string, unknown>;
    if (!types.includes(String(type)) || Object.keys(others).length > 0) return "unknown media";
    return picture(url);
  }, 5);
};
const newWords = { prompt: required(text(5000)), negative_prompt };
const newParameters = { ...common, ...seconds(whole(2, 15)), resolution: tiers("720P", "1080P") };
const ratio = optional(oneOf("16:9", "9:16", "1:1", "4:3", "3:4"));

const image2image = "image2image/image-synthesis";
const words = "text2image/image-synthesis";
const newImages = "image-generation/generation";
const waiting = "multimodal-generation/generation";
const speech = "audio/tts/SpeechSynthesizer";
const videos = "video-generation/video-synthesis";

/** By service, then model. The first three services and videos have tasks only. */
export const shapes: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  [words]: {
    "wanx-v1": {
      input: wordsShape(oldSize).input,
      parameters: { ...wordsShape(oldSize).parameters, style: optional(text(30)) },
    },
    "wanx2.1-t2i-plus": wordsShape(oldSize),
    "wanx2.1-t2i-turbo": wordsShape(oldSize),
    "wan2.2-t2i-plus": wordsShape(oldSize),
    "wan2.2-t2i-flash": wordsShape(oldSize),
    "wan2.5-t2i-preview": wordsShape(pixelRule(768, 1440)),
    "qwen-image": wordsShape(qwenSizes, 1),
    "qwen-image-plus": wordsShape(qwenSizes, 1),
  },
  [image2image]: {
    "wanx2.1-imageedit": {
      input: {
        function: required(oneOf("stylization_all", "description_edit", "colorization", "expand", "super_resolution")),
        prompt: required(text(800)),
        base_image_url: required(picture),
      },
      parameters: { n: n(4), seed, watermark: optional(yesOrNo), strength: optional((value) => inUnit(value)) },
    },
    "wan2.5-i2i-preview": {
      input: { prompt: required(text(2000)), images: required(listOf(picture, 3)) },
      parameters: { n: n(4), seed },
    },
  },
  [newImages]: {
    "wan2.6-t2i": messageShape([2100, 0, 0], { negative_prompt, n: n(4), size: optional(pixelRule(768, 1440)) }),
    "wan2.6-image": messageShape([2000, 1, 4], {
      ...{ negative_prompt, n: n(4), size: optional(pixelRule(768, 2048, "1K", "2K")) },
      enable_interleave: optional(oneOf(false)),
    }),
    "wan2.7-image": messageShape([5000, 0, 9], { n: n(4), size: optional(pixelRule(768, 2048, "1K", "2K")) }),
    "wan2.7-image-pro": messageShape([5000, 0, 9], { n: n(4), size: optional(pixelRule(768, 2048, "1K", "2K", "4K")) }),
  },
  [speech]: {
    "cosyvoice-v3-flash": {
      input: {
        ...{ text: required(text(2000)), voice: required(text(64)), format: optional(oneOf("wav", "pcm", "mp3")) },
        sample_rate: optional(oneOf(8000, 16_000, 22_050, 24_000, 44_100, 48_000)),
      },
      parameters: {},
    },
  },
  [waiting]: {
    "qwen3-tts-flash": {
      input: {
        ...{ text: required(text(600)), voice: required(text(64)) },
        language_type: optional(oneOf("Auto", "Chinese", "English")),
      },
      parameters: {},
    },
    "qwen-image-max": messageShape([800, 0, 0], { negative_prompt, n: n(1), size: optional(qwenSizes) }),
    "qwen-image-2.0": messageShape([800, 0, 3], { negative_prompt, n: n(6), size: optional(pixelRule(512, 2048)) }),
    "qwen-image-2.0-pro": messageShape([800, 0, 3], { negative_prompt, n: n(6), size: optional(pixelRule(512, 2048)) }),
    "qwen-image-edit": messageShape([800, 1, 3], { negative_prompt, n: n(1) }),
    "qwen-image-edit-plus": messageShape([800, 1, 3], {
      negative_prompt,
      n: n(6),
      size: optional(sideRule(512, 2048)),
    }),
    "qwen-image-edit-max": messageShape([800, 1, 3], { negative_prompt, n: n(6), size: optional(sideRule(512, 2048)) }),
  },
  [videos]: {
    "wan2.6-t2v": {
      input: wordsOfVideo,
      parameters: { ...common, ...shot, ...seconds(whole(2, 15)), size: sizesOf("720", "1080") },
    },
    "wan2.5-t2v-preview": {
      input: wordsOfVideo,
      parameters: { ...common, ...seconds(oneOf(5, 10)), size: sizesOf("480", "720", "1080") },
    },
    "wan2.2-t2v-plus": { input: oldWords, parameters: { ...common, size: sizesOf("480", "1080") } },
    "wan2.6-i2v": {
      input: framed,
      parameters: { ...common, ...shot, ...sound, ...seconds(whole(2, 15)), resolution: tiers("720P", "1080P") },
    },
    "wan2.6-i2v-flash": {
      input: framed,
      parameters: { ...common, ...shot, ...sound, ...seconds(whole(2, 15)), resolution: tiers("720P", "1080P") },
    },
    "wan2.5-i2v-preview": {
      input: framed,
      parameters: { ...common, ...sound, ...seconds(oneOf(5, 10)), resolution: tiers("480P", "720P", "1080P") },
    },
    "wan2.2-i2v-plus": {
      input: { ...framed, prompt: optional(text(800)) },
      parameters: { ...common, resolution: tiers("480P", "1080P") },
    },
    "wan2.2-i2v-flash": {
      input: { ...framed, prompt: optional(text(800)) },
      parameters: { ...common, resolution: tiers("480P", "720P", "1080P") },
    },
    "wan2.6-r2v": {
      input: { prompt: required(text(1500)), negative_prompt, reference_urls: required(listOf(onlyUrl, 5)) },
      parameters: { ...common, ...shot, ...sound, ...seconds(oneOf(5, 10)), size: sizesOf("720", "1080") },
    },
    "wan2.7-t2v": { input: { ...newWords, audio_url: optional(onlyUrl) }, parameters: { ...newParameters, ratio } },
    "wan2.7-i2v": {
      input: { ...newWords, prompt: optional(text(5000)), media: required(media("first_frame", "last_frame")) },
      parameters: newParameters,
    },
    "wan2.7-r2v": {
      input: { ...newWords, media: required(media("reference_image", "first_frame")) },
      parameters: { ...newParameters, ratio },
    },
  },
};

function inUnit(value: unknown): string | null {
  return typeof value === "number" && value >= 0 && value <= 1 ? null : "must be from 0 to 1";
}

/** Null when there is nothing wrong. `body` has a model that the service has. */
export function problemOf(service: string, body: Readonly<Record<string, unknown>>): string | null {
  const { model, input, parameters = {}, ...others } = body;
  const shape = shapes[service]?.[String(model)];
  if (!shape) return `model: ${model} has no such service`;
  const unknown = Object.keys(others)[0];
  if (unknown) return `${unknown}: unknown field`;
  return problemIn("input", shape.input, input) ?? problemIn("parameters", shape.parameters, parameters);
}

function problemIn(place: string, fields: Readonly<Record<string, Field>>, given: unknown): string | null {
  if (typeof given !== "object" || given === null) return `${place}: is required`;
  const values = given as Record<string, unknown>;
  const unknown = Object.keys(values).find((name) => !fields[name]);
  if (unknown) return `${place}.${unknown}: unknown field`;
  for (const [name, { isRequired, check }] of Object.entries(fields)) {
    if (values[name] === undefined && !isRequired) continue;
    const problem = values[name] === undefined ? "is required" : check(values[name]);
    if (problem) return `${place}.${name}: ${problem}`;
  }
  return null;
}
