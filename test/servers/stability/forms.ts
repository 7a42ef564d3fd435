// What each of Stability's operations takes: its fields, its pictures, and what it says of anything else.
import type { VendorRequestSeen } from "../vendor/vendor-server.ts";

export interface Operation {
  required: readonly string[];
  optional: readonly string[];
  /** Of the required ones and the optional ones those that are pictures. */
  pictures: readonly string[];
  isTask?: true;
}

export interface Order {
  path: string;
  fields: Readonly<Record<string, string>>;
  pictures: Readonly<Record<string, Buffer>>;
}

const said = ["negative_prompt", "seed", "output_format"];

/** Vendor documentation, v2beta: the table of operations, required fields first. Below `/v2beta/stable-image/`. */
export const operations: Readonly<Record<string, Operation>> = {
  "generate/core": { required: ["prompt"], optional: [...said, "aspect_ratio", "style_preset"], pictures: [] },
  "generate/ultra": {
    required: ["prompt"],
    optional: [...said, "aspect_ratio", "image", "strength"],
    pictures: ["image"],
  },
  "generate/sd3": {
    required: ["prompt"],
    optional: [...said, "model", "mode", "image", "strength", "aspect_ratio", "cfg_scale", "style_preset"],
    pictures: ["image"],
  },
  "control/structure": { required: ["image", "prompt"], optional: [...said, "control_strength"], pictures: ["image"] },
  "control/style": {
    required: ["image", "prompt"],
    optional: [...said, "fidelity", "aspect_ratio"],
    pictures: ["image"],
  },
  "control/style-transfer": {
    required: ["init_image", "style_image"],
    optional: [...said, "prompt", "style_strength", "composition_fidelity", "change_strength"],
    pictures: ["init_image", "style_image"],
  },
  "edit/remove-background": { required: ["image"], optional: ["output_format"], pictures: ["image"] },
  "edit/replace-background-and-relight": {
    required: ["subject_image"],
    optional: [...said, "background_prompt", "background_reference"],
    pictures: ["subject_image", "background_reference"],
    isTask: true,
  },
};

/** The order, or what is wrong with it. */
export async function orderOf(path: string, request: VendorRequestSeen): Promise<Order | string[]> {
  const { required, optional, pictures } = operations[path] ?? { required: [], optional: [], pictures: [] };
  const type = request.headers["content-type"] ?? "";
  // Vendor documentation, v2beta: always multipart, also without a file.
  if (!type.startsWith("multipart/form-data")) return ["content-type: must be multipart/form-data"];
  const form = await new Response(new Uint8Array(request.body), { headers: { "content-type": type } }).formData();
  const order = { path, fields: {} as Record<string, string>, pictures: {} as Record<string, Buffer> };
  const wrong: string[] = [];
  for (const [name, value] of form) {
    if (![...required, ...optional].includes(name)) wrong.push(`${name}: is not known`);
    // HTML standard, form data: line ends travel as CRLF.
    else if (typeof value === "string") order.fields[name] = value.replaceAll("\r\n", "\n");
    else order.pictures[name] = Buffer.from(await value.arrayBuffer());
  }
  for (const name of required) {
    if (!(name in (pictures.includes(name) ? order.pictures : order.fields))) wrong.push(`${name}: required`);
  }
  return [...wrong, ...wrongValues(order)].length > 0 ? [...wrong, ...wrongValues(order)] : order;
}

const ratios = ["21:9", "16:9", "3:2", "5:4", "1:1", "4:5", "2:3", "9:16", "9:21"];
const models = ["sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium"];

function wrongValues({ path, fields, pictures }: Order): string[] {
  const {
    aspect_ratio,
    output_format = "png",
    seed = "0",
    model = "sd3.5-large",
    mode,
    strength,
    prompt = "a",
  } = fields;
  const isOfPicture = pictures.image !== undefined;
  const formats = path === "edit/remove-background" ? ["png", "webp"] : ["png", "jpeg", "webp"];
  const checks: [boolean, string][] = [
    [aspect_ratio === undefined || ratios.includes(aspect_ratio), "aspect_ratio: must be one of those documented"],
    [formats.includes(output_format), `output_format: must be one of ${formats.join(", ")}`],
    [Number(seed) >= 0 && Number(seed) <= 4_294_967_294, "seed: out of range"],
    [models.includes(model), "model: must be one of those documented"],
    [prompt.length >= 1 && prompt.length <= 10_000, "prompt: must have 1 to 10000 characters"],
    // Vendor documentation, generate: a picture needs its strength; with sd3 it needs its mode and takes no ratio.
    [!path.startsWith("generate/") || isOfPicture === (strength !== undefined), "strength: goes with image"],
    [strength === undefined || (Number(strength) >= 0 && Number(strength) <= 1), "strength: must be from 0 to 1"],
    [path !== "generate/sd3" || (mode === "image-to-image") === isOfPicture, "mode: must fit image"],
    [path !== "generate/sd3" || !(isOfPicture && aspect_ratio), "aspect_ratio: is not taken with image-to-image"],
    [
      path !== "edit/replace-background-and-relight" ||
        fields.background_prompt !== undefined ||
        pictures.background_reference !== undefined,
      "background_prompt: or background_reference is required",
    ],
  ];
  return checks.flatMap(([isRight, message]) => (isRight ? [] : [message]));
}
