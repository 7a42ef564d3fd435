// What Runway says of the body of a start: fields by endpoint and model, and no others; rules typed from the types of its client.

export const startPaths: readonly string[] = ["/v1/text_to_video", "/v1/image_to_video", "/v1/text_to_image"];

type Check = (value: unknown, isUploaded: (uri: string) => boolean) => string | null;

interface Field {
  isRequired: boolean;
  check: Check;
}

const imageRatios = [
  "1024:1024",
  "1080:1080",
  "1168:880",
  "1360:768",
  "1440:1080",
  "1080:1440",
  "1808:768",
  "1920:1080",
  "1080:1920",
  "2112:912",
  "1280:720",
  "720:1280",
  "720:720",
  "960:720",
  "720:960",
  "1680:720",
];
const frameRatios = ["1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"];

const optional = (check: Check): Field => ({ isRequired: false, check });
const required = (check: Check): Field => ({ isRequired: true, check });
const oneOf = (values: readonly unknown[]): Check => {
  return (value) => (values.includes(value) ? null : `must be one of ${values.join(", ")}`);
};
const whole = (least: number, most: number): Check => {
  return (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? null
      : `must be a whole number from ${least} to ${most}`;
};
/** UTF-16 units. */
const text: Check = (value) =>
  typeof value === "string" && value.length >= 1 && value.length <= 1000 ? null : "must have 1 to 1000 characters";

/** Vendor documentation, inputs: https with a domain name in at most 2,048 characters, `data:` up to 5 MB, or an upload. */
const picture: Check = (value, isUploaded) => {
  if (typeof value !== "string") return "must be a URI";
  if (value.startsWith("runway://")) return isUploaded(value) ? null : "is no upload";
  if (value.startsWith("data:")) {
    if (!/^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*$/.test(value)) return "is no data URI of a picture";
    return value.length <= 5_242_880 ? null : "is larger than 5 MB";
  }
  const url = URL.parse(value);
  if (url?.protocol !== "https:" || /^[\d.]+$|:/.test(url.hostname)) return "must be https with a domain name";
  return value.length <= 2048 ? null : "is longer than 2048 characters";
};

const references: Check = (value, isUploaded) => {
  if (!Array.isArray(value) || value.length < 1 || value.length > 3) return "must be 1 to 3 pictures";
  for (const { uri, tag, ...others } of value) {
    const problem = picture(uri, isUploaded);
    if (problem) return problem;
    if (!/^[a-z]\w{2,15}$/i.test(tag ?? "abc") || Object.keys(others).length > 0) return "has a bad tag or field";
  }
  return null;
};

const seed = optional(whole(0, 4_294_967_295));
const image = { promptText: required(text), ratio: required(oneOf(imageRatios)), seed };
const seconds = whole(2, 10);

const fieldsOf: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  "/v1/text_to_image gen4_image": { ...image, referenceImages: optional(references) },
  "/v1/text_to_image gen4_image_turbo": { ...image, referenceImages: required(references) },
  "/v1/text_to_video gen4.5": {
    ...{ promptText: required(text), duration: required(seconds), seed },
    ratio: required(oneOf(["1280:720", "720:1280"])),
  },
  "/v1/image_to_video gen4.5": {
    ...{ promptText: required(text), duration: required(seconds), seed, promptImage: required(picture) },
    ratio: required(oneOf(frameRatios)),
  },
  "/v1/image_to_video gen4_turbo": {
    ...{ promptText: optional(text), duration: optional(seconds), seed, promptImage: required(picture) },
    ratio: required(oneOf(frameRatios)),
  },
};

/** Null when there is nothing wrong. */
export function problemOf(
  path: string,
  { model, ...body }: Readonly<Record<string, unknown>>,
  isUploaded: (uri: string) => boolean,
): string | null {
  const fields = fieldsOf[`${path} ${model}`];
  if (!fields) return `model: ${model} is not served here`;
  for (const name of Object.keys(body)) if (!fields[name]) return `${name}: unknown field`;
  for (const [name, { isRequired, check }] of Object.entries(fields)) {
    if (body[name] === undefined) {
      if (isRequired) return `${name}: is required`;
      continue;
    }
    const problem = check(body[name], isUploaded);
    if (problem) return `${name}: ${problem}`;
  }
  return null;
}
