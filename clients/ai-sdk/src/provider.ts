// The provider itself, for `ai` 7 (specification v4) and for `ai` 6 (v3).
import {
  type ImageModelV4,
  NoSuchModelError,
  type ProviderV4,
  type SpeechModelV4,
  type Experimental_VideoModelV4 as VideoModelV4,
} from "@ai-sdk/provider";
import { imageModel, type OurImageModel } from "./image-model.ts";
import type { DreamFactorySettings } from "./settings.ts";
import { type OurSpeechModel, speechModel } from "./speech-model.ts";
import { type OurVideoModel, videoModel } from "./video-model.ts";

export interface DreamFactoryProvider extends ProviderV4 {
  /** `provider/model` as `GET /ai/models` names them, a model alone, or `default` for the operator's choice. */
  image(modelId: string): ImageModelV4;
  imageModel(modelId: string): ImageModelV4;
  video(modelId: string): VideoModelV4;
  videoModel(modelId: string): VideoModelV4;
  speech(modelId: string): SpeechModelV4;
  speechModel(modelId: string): SpeechModelV4;
}

export function createDreamFactory(settings: DreamFactorySettings): DreamFactoryProvider {
  const v4 = { specificationVersion: "v4" } as const;
  const image = (modelId: string): ImageModelV4 => ({ ...imageModel(settings, modelId), ...v4 });
  const video = (modelId: string): VideoModelV4 => ({ ...videoModel(settings, modelId), ...v4 });
  const speech = (modelId: string): SpeechModelV4 => ({ ...speechModel(settings, modelId), ...v4 });
  return {
    ...{ ...v4, image, imageModel: image, video, videoModel: video, speech, speechModel: speech },
    languageModel: (modelId) => {
      throw new NoSuchModelError({ modelId, modelType: "languageModel" });
    },
    embeddingModel: (modelId) => {
      throw new NoSuchModelError({ modelId, modelType: "embeddingModel" });
    },
  };
}

interface V3 {
  readonly specificationVersion: "v3";
}

export interface DreamFactoryProviderV3 {
  image(modelId: string): OurImageModel & V3;
  video(modelId: string): Omit<OurVideoModel, "doStart" | "doStatus" | "handleWebhookOption"> & V3;
  speech(modelId: string): OurSpeechModel & V3;
}

/** The same models for `ai` 6, which takes no newer ones. It has no start and status: a video is waited for. */
export function createDreamFactoryV3(settings: DreamFactorySettings): DreamFactoryProviderV3 {
  const v3 = { specificationVersion: "v3" } as const;
  return {
    image: (modelId) => ({ ...imageModel(settings, modelId), ...v3 }),
    video(modelId) {
      const { doStart: _, doStatus: __, handleWebhookOption: ___, ...waited } = videoModel(settings, modelId);
      return { ...waited, ...v3 };
    },
    speech: (modelId) => ({ ...speechModel(settings, modelId), ...v3 }),
  };
}
