// What Kling takes of a start, field by field; typed from its API reference.
import type { KlingKind } from "./tasks.ts";

type Check = (value: unknown) => boolean;

const text =
  (most: number): Check =>
  (value) =>
    typeof value === "string" && [...value].length <= most;
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
/** A URL, or base64 alone: with `data:` in front of it Kling refuses it. */
const picture: Check = (value) =>
  typeof value === "string" && (/^https?:\/\//.test(value) || /^[A-Za-z0-9+/]+=*$/.test(value));

const common = { callback_url: text(4096), external_task_id: text(128), negative_prompt: text(2500) };
const video = {
  ...common,
  prompt: text(2500),
  mode: oneOf("std", "pro"),
  duration: oneOf("5", "10"),
  sound: oneOf("on", "off"),
};

const fields: Readonly<Record<KlingKind, Readonly<Record<string, Check>>>> = {
  "videos/text2video": {
    ...video,
    model_name: oneOf(
      "kling-v1",
      "kling-v1-6",
      "kling-v2-master",
      "kling-v2-1-master",
      "kling-v2-5-turbo",
      "kling-v2-6",
    ),
    aspect_ratio: oneOf("16:9", "9:16", "1:1"),
  },
  "videos/image2video": {
    ...video,
    model_name: oneOf("kling-v1", "kling-v1-5", "kling-v1-6", "kling-v2-1", "kling-v2-5-turbo", "kling-v2-6"),
    image: picture,
    image_tail: picture,
  },
  "images/generations": {
    ...common,
    model_name: oneOf("kling-v1", "kling-v1-5", "kling-v2", "kling-v2-new", "kling-v2-1"),
    prompt: text(2500),
    image: picture,
    resolution: oneOf("1k", "2k"),
    n: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 9,
    aspect_ratio: oneOf("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"),
  },
};

/** Null when it can be started. */
export function problemOf(kind: KlingKind, body: Readonly<Record<string, unknown>>): string | null {
  const known = fields[kind];
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(known, name)) return `${name} is not a known parameter`;
    if (!known[name]?.(value)) return `${name} value '${String(value).slice(0, 40)}' is invalid`;
  }
  if (kind === "videos/image2video" ? !body.image : !body.prompt) return "prompt or image is required";
  if (kind === "images/generations" && body.image && body.negative_prompt)
    return "negative_prompt is not supported with image";
  if (body.image_tail && body.mode !== "pro") return "model is not supported with image_tail in this mode";
  return null;
}
