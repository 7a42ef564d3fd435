// The models that fal's server has, and what they say of an input; fields typed from the types of the vendor's client.
import type { MediaKind } from "../../../shared/ports/provider.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string" && value !== "";
const whole: Check = (value) => Number.isInteger(value);
const oneOf = (...values: readonly unknown[]): Check => {
  return (value) => values.includes(value);
};
const size: Check = (value) =>
  typeof value === "object" &&
  value !== null &&
  "width" in value &&
  whole(value.width) &&
  "height" in value &&
  whole(value.height);
/** A URL that it can fetch, or the file itself. */
const file: Check = (value) => typeof value === "string" && /^(https?:\/\/[^/]+\.|data:image\/)/.test(value);
const files: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(file);

const picture = { prompt: text, image_size: size, num_images: oneOf(1, 2, 3, 4), seed: whole };
const pika = {
  ...{
    prompt: text,
    seed: whole,
    negative_prompt: text,
    resolution: oneOf("720p", "1080p"),
    duration: oneOf("5", "10"),
  },
};

const inputs: Readonly<
  Record<string, { type: MediaKind; required: readonly string[]; fields: Readonly<Record<string, Check>> }>
> = {
  "fal-ai/flux/dev": { type: "image", required: ["prompt"], fields: picture },
  "fal-ai/flux/schnell": { type: "image", required: ["prompt"], fields: picture },
  "fal-ai/fast-sdxl": { type: "image", required: ["prompt"], fields: { ...picture, negative_prompt: text } },
  "fal-ai/pika/v2.2/text-to-video": {
    ...{ type: "video", required: ["prompt"] },
    fields: { ...pika, aspect_ratio: oneOf("16:9", "9:16", "1:1", "4:5", "5:4", "3:2", "2:3") },
  },
  "fal-ai/pika/v2.2/image-to-video": {
    ...{ type: "video", required: ["prompt", "image_url"] },
    fields: { ...pika, image_url: file },
  },
  // One that the adapter's own list does not have.
  "fal-ai/pika/v2.2/pikaframes": {
    ...{ type: "video", required: ["image_urls"] },
    fields: { prompt: text, image_urls: files, resolution: oneOf("720p", "1080p") },
  },
};

export function isModel(id: string): boolean {
  return Object.hasOwn(inputs, id);
}

export function typeOf(id: string): MediaKind {
  return inputs[id]?.type ?? "image";
}

/** Types of the vendor's client: owner and app. */
export function appOf(id: string): string {
  return id.split("/").slice(0, 2).join("/");
}

/** The body of a 422, or null. Vendor documentation, errors: `detail` lists what is wrong, each with its place and type. */
export function inputProblem(id: string, input: Readonly<Record<string, unknown>>) {
  const { required = [], fields = {} } = inputs[id] ?? {};
  const detail = [
    ...required.filter((name) => input[name] === undefined).map((name) => entry(name, "field required", "missing")),
    ...Object.entries(input).flatMap(([name, value]) => {
      const check = fields[name];
      if (!check) return entry(name, "extra fields not permitted", "extra_forbidden");
      return check(value) ? [] : entry(name, "is not what it should be", "value_error");
    }),
  ];
  return detail.length === 0 ? null : { detail };
}

function entry(name: string, msg: string, type: string) {
  return { loc: ["body", name], msg, type, url: `https://docs.fal.ai/errors#${type}` };
}
