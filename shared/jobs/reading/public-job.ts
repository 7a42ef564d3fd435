// A job as the API shows it.
import { thumbnailKey } from "../../media/keys.ts";
import { isSmallPicture } from "../../media/thumbnail-size.ts";
import type { RequestStore } from "../../ports/object-store.ts";
import type { Sound } from "../../ports/wishes.ts";
import type { ApplyTo, InputOrigin, Job, Output } from "../job.ts";
import { stageOf, statusOf } from "../states.ts";

/** URLs are made when they are read, and always point into the operator's own store. */
export async function publicJob(store: RequestStore, job: Job) {
  return withUrls(job, await Promise.all(shownKeys(job).map((key) => store.url(key))));
}

/** Of the outputs that are shown, and of their thumbnails. */
export function shownKeys(job: Job): string[] {
  return shownOutputs(job).flatMap(({ key, hasThumbnail }) => (hasThumbnail ? [key, thumbnailKey(key)] : [key]));
}

/** Only what has ended well has outputs. */
export function shownOutputs(job: Job): Output[] {
  return statusOf(job) === "completed" ? job.outputs : [];
}

/** `urls`: of the keys that are shown, in their order. */
export function withUrls(job: Job, urls: readonly string[]) {
  const status = statusOf(job);
  const urlOf = new Map(shownKeys(job).map((key, i) => [key, urls[i] ?? ""]));
  const outputs = shownOutputs(job).map((output) => publicOutput(output, urlOf));
  const isFinal = status === "completed" || status === "failed" || status === "cancelled";
  return {
    id: job.id,
    type: job.type,
    operation: job.operation,
    status,
    stage: stageOf(job),
    progress: isFinal || job.progress < 100 ? job.progress : 99,
    provider: job.provider,
    model: job.request.model,
    ...(job.fallbackFrom && { fallbackFrom: { provider: job.fallbackFrom.provider, model: job.fallbackFrom.model } }),
    prompt: job.request.prompt,
    params: { ...paramsOf(job), ...(job.visibleLabel?.isDeclined ? { visibleLabel: false } : {}) },
    dryRun: job.dryRun,
    metadata: job.metadata,
    cost: status === "completed" ? job.captured : job.price * job.request.n,
    round: job.round,
    attempts: job.attempt,
    outputs,
    resultUrls: outputs.map((output) => output.url),
    error: status === "failed" ? job.error : null,
    ...(job.applyTo && { project: publicDestination(job.applyTo) }),
    ...(isFinal && status !== "completed" && job.providerCancel ? { providerCancel: job.providerCancel } : {}),
    createdAt: isoTime(job.createdAt),
    startedAt: job.startedAt && isoTime(job.startedAt),
    completedAt: isFinal && job.completedAt ? isoTime(job.completedAt) : null,
    updatedAt: isoTime(job.updatedAt),
  };
}

function publicDestination({ projectId, state, ...place }: ApplyTo) {
  return { id: projectId, ...("sceneId" in place && { draft: place.draft, sceneId: place.sceneId }), state };
}

/** What was asked for beside the prompt. */
function paramsOf({ type, request, inputs }: Job) {
  const {
    negativePrompt,
    seed,
    style,
    enhancement,
    size,
    durationSec,
    ratio,
    resolution,
    quality,
    n,
    source,
    sound,
    screenplay,
  } = request;
  if (source) return "url" in source ? { [type === "image" ? "imageUrl" : "videoUrl"]: source.url } : {};
  const named = inputs?.map(({ origin }) => publicOrigin(origin));
  return {
    n,
    inputs: named,
    negativePrompt,
    seed,
    style,
    enhancement,
    size,
    durationSec,
    ratio,
    resolution,
    quality,
    ...heard(sound),
    ...screenplay,
  };
}

function heard(sound: Sound | undefined) {
  if (!sound) return {};
  const { kind, ...how } = sound;
  return { sound: kind, ...how };
}

/** As the user named it; of a `data:` URL only what it was. */
function publicOrigin(origin: InputOrigin) {
  return "data" in origin ? { url: `data:${origin.data};base64,…` } : origin;
}

function publicOutput(output: Output, urlOf: ReadonlyMap<string, string>) {
  const { index, type, key, size, contentType, sha256, width, height, durationMs } = output;
  const createdAt = isoTime(output.createdAt);
  const visibleLabel = output.hasVisibleLabel ?? false;
  const url = urlOf.get(key) ?? "";
  const thumbnailUrl = urlOf.get(thumbnailKey(key)) ?? (isSmallPicture(output) ? url : null);
  return {
    index,
    type,
    url,
    thumbnailUrl,
    key,
    size,
    contentType,
    sha256,
    width,
    height,
    durationMs,
    visibleLabel,
    createdAt,
  };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
