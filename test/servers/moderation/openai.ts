// OpenAI's moderation over HTTP, as its documentation describes it; one picture a request, as gumroad's issue 4709 quotes the refusal.
import { randomUUID } from "node:crypto";
import { startVendorServer, type VendorRequestSeen } from "../vendor/vendor-server.ts";
import type { Asked, ModerationServer, Said } from "./server.ts";
import { isJpeg } from "./server.ts";

const categories = [
  "harassment",
  "hate",
  "illicit",
  "self-harm",
  "sexual",
  "sexual/minors",
  "violence",
  "violence/graphic",
];

export async function startOpenaiModeration(): Promise<ModerationServer> {
  const key = `sk-proj-${randomUUID()}`;
  const asked: Asked[] = [];

  function answer({ method, path, headers, body }: VendorRequestSeen) {
    if (method !== "POST" || path !== "/v1/moderations") return refusal(404, "Invalid URL", null);
    if (headers.authorization !== `Bearer ${key}`) return refusal(401, "Incorrect API key provided", "invalid_api_key");
    const { model, input, ...others } = JSON.parse(body.toString());
    if (Object.keys(others).length > 0) return refusal(400, "Unknown parameter", "unknown_parameter");
    if (!/^omni-moderation-(latest|2024-09-26)$/.test(model))
      return refusal(404, "The model does not exist", "model_not_found");
    const pictures = input.filter(({ type }: { type: string }) => type === "image_url");
    if (pictures.length > 1) {
      return refusal(400, `Number of images (${pictures.length}) exceeds maximum of 1`, "too_many_images");
    }
    const parts: Asked[] = input.map(partOf);
    if (parts.some((part) => part === null)) return refusal(400, "Invalid input", "invalid_value");
    asked.push(...parts);
    return {
      status: 200,
      body: { id: `modr-${randomUUID()}`, model: "omni-moderation-2024-09-26", results: parts.map(resultOf) },
    };
  }

  function resultOf(part: Asked) {
    const { verdict, categories: found } = server.says(part);
    const flagged = verdict === "block";
    const is = Object.fromEntries(categories.map((name) => [name, flagged && found.includes(name)]));
    const scores = Object.fromEntries(categories.map((name) => [name, is[name] ? 0.91 : 0.002]));
    const types = Object.fromEntries(categories.map((name) => [name, ["text" in part ? "text" : "image"]]));
    return { flagged, categories: is, category_scores: scores, category_applied_input_types: types };
  }

  const vendor = await startVendorServer({ kindOf: (method) => (method === "POST" ? "check" : null), answer });
  const server: ModerationServer = Object.assign(vendor, {
    ...{ asked, says: (): Said => ({ verdict: "allow", categories: [] }) },
    config: { service: "openai", url: `${vendor.url}/v1`, apiKey: key } as const,
  });
  return server;
}

function partOf({
  type,
  text,
  image_url: image,
}: {
  type: string;
  text?: string;
  image_url?: { url: string };
}): Asked | null {
  if (type === "text" && text) return { text };
  const [, bytes] = /^data:image\/jpeg;base64,([\w+/=]+)$/.exec(image?.url ?? "") ?? [];
  return bytes && isJpeg(Buffer.from(bytes, "base64")) ? { image: Buffer.from(bytes, "base64") } : null;
}

function refusal(status: number, message: string, code: string | null) {
  return { status, body: { error: { message, type: "invalid_request_error", param: null, code } } };
}
