// What Ark takes of a start, field by field; typed from its API reference.

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === "string" && value !== "";
const flag: Check = (value) => typeof value === "boolean";
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
/** Vendor documentation: a URL, or `data:image/{type};base64,…` with the type in lower case. */
const picture: Check = (value) =>
  typeof value === "string" && /^(https?:\/\/|data:image\/[a-z]+;base64,[A-Za-z0-9+/]+=*$)/.test(value);

const videoFields: Fields = {
  model: (value) => /^(doubao-|dreamina-)?seedance-\d/.test(String(value)),
  content: (value) => Array.isArray(value) && value.length > 0 && value.every(isContent),
  callback_url: text,
  return_last_frame: flag,
  service_tier: oneOf("default", "flex"),
  execution_expires_after: whole(3600, 259_200),
  generate_audio: flag,
  draft: flag,
  resolution: oneOf("480p", "720p", "1080p"),
  ratio: oneOf("16:9", "4:3", "1:1", "3:4", "9:16", "21:9", "adaptive"),
  duration: whole(2, 12),
  frames: whole(29, 289),
  seed: whole(-1, 2 ** 32 - 1),
  camera_fixed: flag,
  watermark: flag,
};

const imageFields: Fields = {
  model: (value) => /^(doubao-)?seedream-4-/.test(String(value)),
  prompt: text,
  image: (value) => (Array.isArray(value) ? value.length <= 14 && value.every(picture) : picture(value)),
  size: (value) => /^([124]K|\d+x\d+)$/.test(String(value)),
  sequential_image_generation: oneOf("auto", "disabled"),
  sequential_image_generation_options: (value) => typeof value === "object",
  stream: oneOf(false),
  response_format: oneOf("url", "b64_json"),
  watermark: flag,
  optimize_prompt_options: (value) => typeof value === "object",
};

function isContent(part: Record<string, unknown>): boolean {
  if (part.type === "text") return text(part.text);
  const isPicture = part.type === "image_url" && picture(Object(part.image_url).url);
  return isPicture && oneOf(undefined, "first_frame", "last_frame", "reference_image")(part.role);
}

/** The name of what is wrong or missing; null when it can be started. */
export function problemOf(kind: "image" | "video", body: Readonly<Record<string, unknown>>): string | null {
  const fields = kind === "image" ? imageFields : videoFields;
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(fields, name) || !fields[name]?.(value)) return name;
  }
  for (const name of kind === "image" ? ["model", "prompt"] : ["model", "content"]) if (!(name in body)) return name;
  const frames = kind === "video" ? (body.content as { type: string; role?: string }[]) : [];
  const pictures = frames.filter(({ type }) => type === "image_url");
  // Vendor documentation: with two pictures each has its role, the first frame and the last one.
  const hasRoles = pictures.map(({ role }) => role).join() === "first_frame,last_frame";
  return pictures.length > 1 && !hasRoles ? "content.role" : null;
}
