// Videos: one job each. Without `poll` and `webhook` the call stays until it is there, and an abort cancels it.
import type {
  JSONValue,
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
  Experimental_VideoModelV4OperationStatusResult as VideoModelV4OperationStatusResult,
} from "@ai-sdk/provider";
import { withOwnKey } from "./call-keys.ts";
import { inputOf } from "./inputs.ts";
import {
  bytesOf,
  hasEnded,
  type Job,
  makeJob,
  type ResponseFacts,
  readJob,
  responseOf,
  type Start,
  startJob,
  whyFailed,
} from "./job.ts";
import { bodyOf, named, type Unsupported, unsupported } from "./request.ts";
import { type DreamFactorySettings, PROVIDER } from "./settings.ts";

type Video = { type: "binary"; data: Uint8Array; mediaType: string };

export type Filmed = {
  videos: Video[];
  warnings: Unsupported[];
  providerMetadata: Metadata;
  response: ResponseFacts;
};

type Metadata = Record<string, { jobId: string; cost: number; urls: string[] }>;

export interface OurVideoModel extends Pick<VideoModelV4, "doStart" | "doStatus" | "handleWebhookOption"> {
  readonly provider: string;
  readonly modelId: string;
  readonly maxVideosPerCall: number;
  doGenerate(options: VideoModelV4CallOptions): Promise<Filmed>;
}

export function videoModel(settings: DreamFactorySettings, modelId: string): OurVideoModel {
  return {
    provider: PROVIDER,
    modelId,
    maxVideosPerCall: 1,

    doGenerate: (options) =>
      withOwnKey(options.headers, async (headers) => {
        const { start, warnings } = await asked(settings, modelId, { ...options, headers });
        const answer = await makeJob(settings, start);
        const videos = await videosOf(settings, answer.data, options.abortSignal);
        return { videos, warnings, providerMetadata: metadataOf(answer.data), response: responseOf(answer) };
      }),

    async doStart(options) {
      const { start, warnings } = await asked(settings, modelId, options);
      const answer = await startJob(settings, start);
      const { data: job } = answer;
      return {
        operation: { jobId: job.id },
        warnings,
        providerMetadata: metadataOf(job),
        response: responseOf(answer),
      };
    },

    async doStatus({ operation, abortSignal }): Promise<VideoModelV4OperationStatusResult> {
      const answer = await readJob(settings, jobIdOf(operation), abortSignal);
      const { data: job } = answer;
      const about = { providerMetadata: metadataOf(job), response: responseOf(answer) };
      if (!hasEnded(job)) return { status: "pending", ...about };
      if (job.status !== "completed") return { status: "error", error: whyFailed(job), ...about };
      return { status: "completed", videos: await videosOf(settings, job, abortSignal), warnings: [], ...about };
    },

    async handleWebhookOption({ webhook }) {
      const { url, received } = await webhook();
      return { webhookUrl: url, received };
    },
  };
}

async function asked(
  settings: DreamFactorySettings,
  modelId: string,
  options: VideoModelV4CallOptions & { webhookUrl?: string },
): Promise<{ start: Start; warnings: Unsupported[] }> {
  const { prompt, seed, duration, resolution, aspectRatio, webhookUrl, abortSignal: signal } = options;
  const frames = options.frameImages ?? [];
  const first = options.image ?? frames.find(({ frameType }) => frameType === "first_frame")?.image;
  const shape = shapeOf(resolution);
  const fields = {
    ...{ prompt, seed, webhookUrl, ...named(modelId) },
    durationSec: duration === undefined ? undefined : Math.max(1, Math.round(duration)),
    ...{ ...shape, ratio: aspectRatio === "adaptive" ? undefined : (aspectRatio ?? shape.ratio) },
    inputs: first && [await inputOf(settings, first, signal)],
  };
  const body = bodyOf(fields, options.providerOptions);
  const warnings = unsupported({
    ...{ fps: options.fps, generateAudio: options.generateAudio },
    frameImages: frames.find(({ frameType }) => frameType === "last_frame"),
    inputReferences: options.inputReferences?.length ? options.inputReferences : undefined,
    aspectRatio: aspectRatio === "adaptive" ? aspectRatio : undefined,
  });
  return { start: { path: "/ai/generate-video", body, headers: options.headers, signal }, warnings };
}

/** `1280x720` as lines and a ratio. */
function shapeOf(resolution: `${number}x${number}` | undefined): { resolution?: string; ratio?: string } {
  const [width = 0, height = 0] = (resolution ?? "").split("x").map(Number);
  if (!(width > 0 && height > 0)) return {};
  const known = ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"].find((ratio) => isAlmost(ratio, width / height));
  return { resolution: `${Math.min(width, height)}p`, ...(known !== undefined && { ratio: known }) };
}

/** 854x480 is meant to be 16:9. */
function isAlmost(ratio: string, value: number): boolean {
  const [width = 1, height = 1] = ratio.split(":").map(Number);
  return Math.abs(width / height / value - 1) < 0.01;
}

/** Bytes, not URLs: the SDK fetches none that leads to a private address, where a store may well be. */
function videosOf(settings: DreamFactorySettings, { outputs }: Job, signal: AbortSignal | undefined): Promise<Video[]> {
  return Promise.all(
    outputs.map(async ({ url, contentType: mediaType }) => ({
      type: "binary" as const,
      data: await bytesOf(settings, url, signal),
      mediaType,
    })),
  );
}

function metadataOf({ id: jobId, cost, outputs }: Job): Metadata {
  return { [PROVIDER]: { jobId, cost, urls: outputs.map(({ url }) => url) } };
}

function jobIdOf(operation: JSONValue): string {
  const id = typeof operation === "object" && operation !== null && "jobId" in operation ? operation.jobId : null;
  if (typeof id !== "string") throw new Error("This operation is none of Dream Factory's: it has no jobId.");
  return id;
}
