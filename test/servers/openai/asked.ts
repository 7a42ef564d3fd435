// A start as OpenAI understands it: JSON or a form, every field known, every value one of those that are documented.
import type { Reply, VendorRequestSeen } from "../vendor/vendor-server.ts";

export interface Asked {
  path: string;
  fields: Readonly<Record<string, unknown>>;
  /** Only of edits. */
  pictures: readonly { name: string; type: string; bytes: Buffer }[];
}

/** Vendor documentation, errors: all four keys are always there. */
export class OpenaiError extends Error {
  readonly reply: Reply;

  constructor(
    status: number,
    message: string,
    { type = "invalid_request_error", code = null as string | null, param = null as string | null, headers = {} } = {},
  ) {
    super(message);
    this.reply = { status, headers, body: { error: { message, type, param, code } } };
  }
}

export async function askedOf(request: VendorRequestSeen): Promise<Asked> {
  const isEdit = request.path.endsWith("/edits");
  const { fields, pictures } = isEdit ? await formOf(request) : { fields: jsonOf(request), pictures: [] };
  const known = isEdit ? [...common, "input_fidelity"] : [...common, "moderation"];
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `Unknown parameter: '${unknown}'.`, "unknown_parameter");
  if (typeof fields.prompt !== "string" || fields.prompt === "") throw missing("prompt");
  // Vendor documentation, edits: up to 16 pictures; PNG, WebP or JPEG.
  if (isEdit && pictures.length === 0) throw missing("image");
  const odd = pictures.find(({ type }) => !/^image\/(png|webp|jpeg)$/.test(type));
  if (odd || pictures.length > 16) throw invalid("image", "Invalid file 'image'.", "invalid_value");
  requireValues(fields);
  return { path: request.path, fields, pictures };
}

const tts = { "tts-1": false, "tts-1-hd": false, "gpt-4o-mini-tts": true } as const;
const spokenFields = ["model", "input", "voice", "instructions", "response_format", "speed", "stream_format"];
const voices = ["alloy", "ash", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer"];

/** Vendor documentation, speech. */
export function speechOf(request: VendorRequestSeen): Asked {
  const fields = jsonOf(request);
  const unknown = Object.keys(fields).find((name) => !spokenFields.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `Unknown parameter: '${unknown}'.`, "unknown_parameter");
  const { model, input, voice, response_format = "mp3" } = fields;
  if (!Object.hasOwn(tts, String(model))) {
    throw new OpenaiError(404, `The model '${model}' does not exist.`, { code: "model_not_found" });
  }
  if (typeof input !== "string" || input === "") throw missing("input");
  if (input.length > 4096) throw invalid("input", "String too long.", "string_above_max_length");
  const known = tts[String(model) as keyof typeof tts] ? [...voices, "ballad", "verse", "marin", "cedar"] : voices;
  if (!known.includes(String(voice))) throw invalid("voice", "Invalid value: 'voice'.", "invalid_value");
  if (!/^(mp3|opus|aac|flac|wav|pcm)$/.test(String(response_format)))
    throw invalid("response_format", "Invalid.", "invalid_value");
  return { path: request.path, fields, pictures: [] };
}

const common = [
  ...["model", "prompt", "n", "size", "quality", "background", "output_format", "output_compression", "user"],
  "safety_identifier",
];

function requireValues({
  model = "",
  n = 1,
  size = "auto",
  quality = "auto",
  background,
  output_format,
}: Asked["fields"]) {
  const name = String(model);
  // Vendor documentation, deprecations: gpt-image-1 ended on 2026-10-23, dall-e before it.
  if (!/^gpt-image-(1\.5|1-mini|2|2\.5-flare|2\.5-sunburst)$/.test(name)) {
    throw new OpenaiError(404, `The model '${name}' does not exist.`, { code: "model_not_found" });
  }
  // Vendor documentation, n: 1 to 10.
  if (!(Number(n) >= 1 && Number(n) <= 10)) throw invalid("n", "Invalid 'n'.", "invalid_value");
  // Vendor documentation, quality: 2.5 knows two more.
  const qualities = ["auto", "low", "medium", "high", ...(name.includes("2.5") ? ["xhigh", "max"] : [])];
  if (!qualities.includes(String(quality))) throw invalid("quality", "Invalid value: 'quality'.", "invalid_value");
  if (!isSize(String(size), name)) throw invalid("size", `Invalid size '${size}'.`, "invalid_value");
  // Vendor documentation, background: transparent needs png or webp.
  if (background === "transparent" && output_format === "jpeg") {
    throw invalid("background", "Transparent background is not supported for jpeg.", "invalid_value");
  }
}

/** Vendor documentation, size: three of them; 2 and 2.5 take any with sides that 16 divides, from 1:3 to 3:1, up to 3840x2160. */
function isSize(size: string, model: string): boolean {
  if (["auto", "1024x1024", "1536x1024", "1024x1536"].includes(size)) return true;
  const [width = 0, height = 0] = size.split("x").map(Number);
  const isEven = width > 0 && height > 0 && width % 16 === 0 && height % 16 === 0;
  const isShape = Math.max(width, height) <= 3 * Math.min(width, height);
  return /gpt-image-2/.test(model) && isEven && isShape && width * height <= 3840 * 2160;
}

function jsonOf({ headers, body }: VendorRequestSeen): Record<string, unknown> {
  if (!headers["content-type"]?.startsWith("application/json")) throw new OpenaiError(400, "Send JSON.");
  return JSON.parse(body.toString());
}

async function formOf({ headers, body }: VendorRequestSeen): Promise<Pick<Asked, "fields" | "pictures">> {
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) throw new OpenaiError(400, "Send multipart/form-data.");
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const fields: Record<string, unknown> = {};
  const pictures: { name: string; type: string; bytes: Buffer }[] = [];
  for (const [name, value] of form) {
    // HTML standard, form data: line ends travel as CRLF.
    if (typeof value === "string") fields[name] = value.replaceAll("\r\n", "\n");
    else if (name !== "image" && name !== "image[]")
      throw invalid(name, `Unknown parameter: '${name}'.`, "unknown_parameter");
    else pictures.push({ name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { fields, pictures };
}

function invalid(param: string, message: string, code: string): OpenaiError {
  return new OpenaiError(400, message, { param, code });
}

function missing(param: string): OpenaiError {
  return invalid(param, `Missing required parameter: '${param}'.`, "missing_required_parameter");
}
