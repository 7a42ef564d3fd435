// Speech: one job, one sound, in the format that its model makes.
import type { SpeechModelV4CallOptions } from "@ai-sdk/provider";
import { bytesOf, makeJob, type ResponseFacts, responseOf } from "./job.ts";
import { bodyOf, named, type Unsupported, unsupported } from "./request.ts";
import { type DreamFactorySettings, PROVIDER } from "./settings.ts";

export type Spoken = {
  audio: Uint8Array;
  warnings: Unsupported[];
  response: ResponseFacts;
  providerMetadata: Record<string, { jobId: string; cost: number; url: string; contentType: string }>;
};

export interface OurSpeechModel {
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: SpeechModelV4CallOptions): Promise<Spoken>;
}

export function speechModel(settings: DreamFactorySettings, modelId: string): OurSpeechModel {
  return {
    provider: PROVIDER,
    modelId,
    doGenerate: (options) => speak(settings, modelId, options),
  };
}

async function speak(
  settings: DreamFactorySettings,
  modelId: string,
  options: SpeechModelV4CallOptions,
): Promise<Spoken> {
  const { text: prompt, voice, outputFormat, instructions, speed, language, abortSignal: signal } = options;
  const body = bodyOf({ prompt, voice, ...named(modelId) }, options.providerOptions);
  const answer = await makeJob(settings, { path: "/ai/generate-speech", body, headers: options.headers, signal });
  const { id: jobId, outputs, cost } = answer.data;
  const [output] = outputs;
  if (!output) throw new Error(`Job ${jobId} is completed and has no output.`);
  return {
    audio: await bytesOf(settings, output.url, signal),
    warnings: unsupported({ outputFormat, instructions, speed, language }),
    response: responseOf(answer),
    providerMetadata: { [PROVIDER]: { jobId, cost, url: output.url, contentType: output.contentType } },
  };
}
