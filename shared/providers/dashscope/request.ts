// What is asked of Model Studio: the service, and a body with the fields that its model has and no others.
import type { ProviderRequest } from "../../ports/provider.ts";
import { editFunction, styleParameter, textFor } from "./prompt.ts";
import { traitsOf } from "./traits.ts";
import { videoBody } from "./video-request.ts";

export interface DashscopeRequest {
  path: string;
  isAsync: boolean;
  json: { model: string; input: Fields; parameters: Fields };
}

export type Fields = Readonly<Record<string, unknown>>;

/** `urls`: of the request's pictures, in their order. */
export function requestOf(request: ProviderRequest, urls: readonly string[]): DashscopeRequest {
  const { model } = request;
  const { protocol } = traitsOf(model);
  const { service, body } = servicesOf[protocol];
  const path = `/services/aigc/${service}`;
  return { path, isAsync: protocol !== "messages-waiting", json: { model, ...body(request, urls) } };
}

type Body = (request: ProviderRequest, urls: readonly string[]) => { input: Fields; parameters: Fields };

const textBody: Body = (request) => {
  const { negativePrompt } = request;
  const style = styleParameter(request);
  return {
    input: { prompt: textFor(request), ...(negativePrompt !== undefined && { negative_prompt: negativePrompt }) },
    parameters: { ...imageParameters(request), ...(style !== undefined && { style }) },
  };
};

const editBody: Body = (request, [url]) => ({
  input: { function: editFunction(request), prompt: textFor(request), base_image_url: url },
  parameters: imageParameters(request),
});

const imagesBody: Body = (request, images) => ({
  input: { prompt: textFor(request), images },
  parameters: imageParameters(request),
});

/** Vendor documentation: one message of the user, with exactly one text; pictures come before it. */
const messagesBody: Body = (request, urls) => {
  const { negativePrompt } = request;
  const content = [...urls.map((image) => ({ image })), { text: textFor(request) }];
  return {
    input: { messages: [{ role: "user", content }] },
    parameters: {
      ...imageParameters(request),
      ...(negativePrompt !== undefined && { negative_prompt: negativePrompt }),
    },
  };
};

const video = { service: "video-generation/video-synthesis", body: videoBody } as const;

/** Vendor documentation, the services below `/api/v1/services/aigc`. */
const servicesOf = {
  "text-to-image": { service: "text2image/image-synthesis", body: textBody },
  "image-edit": { service: "image2image/image-synthesis", body: editBody },
  "image-to-image": { service: "image2image/image-synthesis", body: imagesBody },
  messages: { service: "image-generation/generation", body: messagesBody },
  "messages-waiting": { service: "multimodal-generation/generation", body: messagesBody },
  "text-to-video": video,
  "frame-to-video": video,
  "references-to-video": video,
  "media-to-video": video,
} as const;

/** Vendor documentation: `n` is 4 for some models when nobody says it, and each picture is billed. */
function imageParameters({ model, n, seed, size = traitsOf(model).defaultSize }: ProviderRequest): Fields {
  return {
    n,
    ...(size !== undefined && { size: size.replace("x", "*") }),
    ...(seed !== undefined && { seed }),
  };
}
