// Pictures: one job for up to four.
import type { ImageModelV4CallOptions } from "@ai-sdk/provider";
import { withOwnKey } from "./call-keys.ts";
import { inputOf } from "./inputs.ts";
import { bytesOf, makeJob, type ResponseFacts, responseOf } from "./job.ts";
import { bodyOf, named, type Unsupported, unsupported } from "./request.ts";
import { type DreamFactorySettings, PROVIDER } from "./settings.ts";

/** Fits every version of the specification that this is for, whose own types do not fit each other. */
export type Pictures = {
  images: Uint8Array[];
  isRetryable: false;
  warnings: Unsupported[];
  providerMetadata: Record<string, { images: PictureFacts[] }>;
  response: ResponseFacts;
};

export type PictureFacts = {
  jobId: string;
  /** Credits, of the whole job. */
  jobCost: number;
  url: string;
  sha256: string;
  width: number | null;
  height: number | null;
};

export interface OurImageModel {
  readonly provider: string;
  readonly modelId: string;
  readonly maxImagesPerCall: number;
  readonly supportsFileInputs: boolean;
  readonly supportsMaskInputs: boolean;
  doGenerate(options: ImageModelV4CallOptions): Promise<Pictures>;
}

export function imageModel(settings: DreamFactorySettings, modelId: string): OurImageModel {
  return {
    provider: PROVIDER,
    modelId,
    maxImagesPerCall: 4,
    supportsFileInputs: true,
    supportsMaskInputs: false,
    doGenerate: (options) =>
      withOwnKey(options.headers, (headers) => generate(settings, modelId, { ...options, headers })),
  };
}

async function generate(
  settings: DreamFactorySettings,
  modelId: string,
  options: ImageModelV4CallOptions,
): Promise<Pictures> {
  const { prompt, n, size, seed, files = [], aspectRatio, mask, abortSignal: signal } = options;
  const inputs = await Promise.all(files.map((file) => inputOf(settings, file, signal)));
  const worked = inputs.length > 0 ? { operation: "edit", inputs } : {};
  const body = bodyOf({ prompt, n, size, seed, ...named(modelId), ...worked }, options.providerOptions);
  const answer = await makeJob(settings, { path: "/ai/generate-image", body, headers: options.headers, signal });
  const { id: jobId, outputs, cost: jobCost } = answer.data;
  return {
    images: await Promise.all(outputs.map(({ url }) => bytesOf(settings, url, signal))),
    // It was charged: never again under another key.
    isRetryable: false,
    warnings: unsupported({ aspectRatio, mask }),
    providerMetadata: {
      [PROVIDER]: {
        images: outputs.map(({ url, sha256, width, height }) => ({ jobId, jobCost, url, sha256, width, height })),
      },
    },
    response: responseOf(answer),
  };
}
