// From a caller's request to a job: which provider and model, at which price, checked as far as can be seen.
import { type Prices, priceOf, withPriced } from "../../credits/prices.ts";
import { AppError, type ErrorDetail } from "../../errors/app-error.ts";
import { requireFewRefusals } from "../../limits/refusals.ts";
import { checkWhole } from "../../media/check-whole.ts";
import { parseDataUrl } from "../../media/data-url.ts";
import { refuseForeignUrl, type TrustedHosts } from "../../media/foreign-url.ts";
import { tempInputKey } from "../../media/keys.ts";
import type { MadeKind, Model, Operation, ProviderRequest } from "../../ports/provider.ts";
import type { JsonValue } from "../../ports/table.ts";
import { isDataUrl } from "../../ports/url.ts";
import type { ScreenplayWish, Sound } from "../../ports/wishes.ts";
import type { LookForUpload } from "../../uploads/look-when-asked.ts";
import type { RequestDeps } from "../deps.ts";
import { type AskedInput, readInputs } from "../inputs/inputs-asked.ts";
import type { Destination, Job } from "../job.ts";
import { chooseModel } from "./choose-model.ts";
import { createJob, findStarted } from "./create.ts";
import { fallbackOf } from "./fallback.ts";
import type { IdempotencyKey } from "./idempotency.ts";
import type { NewJob } from "./new-job.ts";
import { checkOperation, instructionOf } from "./operations.ts";
import { type VisibleLabelSettings, visibleLabelOf } from "./visible-label.ts";

export interface GenerationSettings {
  prices: Prices;
  /** Everything that would be generated is drawn by `sketch`, and costs nothing. */
  isDryRun: boolean;
  defaultProvider: Readonly<Record<MadeKind, string | null>>;
  deadlineMs: Readonly<Record<MadeKind, number>>;
  trustedHosts: TrustedHosts;
  /** By `provider/model`: which other one takes a job over when that one fails or stays away. */
  fallbacks: Readonly<Record<string, string>>;
  visibleLabel: VisibleLabelSettings;
}

/** What both requests have in common once their schemas have checked them. */
export interface Generation {
  prompt?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  operation: Operation;
  n?: number | undefined;
  negativePrompt?: string | undefined;
  seed?: number | undefined;
  style?: string | undefined;
  enhancement?: string | undefined;
  inputs?: readonly AskedInput[] | undefined;
  size?: string | undefined;
  durationSec?: number | undefined;
  ratio?: string | undefined;
  resolution?: string | undefined;
  quality?: string | undefined;
  visibleLabel?: boolean | undefined;
  /** Only of sounds. */
  sound?: Sound | undefined;
  /** Only of texts. */
  screenplay?: ScreenplayWish | undefined;
  dryRun: boolean;
  metadata?: Record<string, JsonValue> | undefined;
  imageUrl?: string | undefined;
  videoUrl?: string | undefined;
  webhookUrl?: string | undefined;
}

export interface GenerationCall {
  userId: string;
  type: MadeKind;
  request: Generation;
  /** With it, a repeat answers the same job. */
  idempotencyKey: string | null;
  /** What the caller has asked, and where, if the request was made of more than that: a repeat is known by it. */
  asked?: { route: string; body: JsonValue } | undefined;
  /** Where the output goes once it is there. */
  destination?: Destination | undefined;
}

type Deps = RequestDeps & { generation: GenerationSettings; lookForUpload: LookForUpload };

/** The job, and whether this call started it. Throws 400 with details, 402, 422, 429. */
export async function submitGeneration(deps: Deps, call: GenerationCall): Promise<{ job: Job; isNew: boolean }> {
  const idempotency = idempotencyOf(call);
  // What was started once is answered as it is, whatever the configuration says of such a request today.
  const started = idempotency && (await findStarted(deps, call.userId, idempotency));
  if (started) return { job: started, isNew: false };
  await requireFewRefusals(deps, call.userId, deps.settings.refusalsPerHour);
  return createJob(deps, await planGeneration(deps, call), idempotency);
}

/** The job that the request would make, and at which price. Writes nothing. Throws 400 with details. */
export async function planGeneration(deps: Deps, call: Omit<GenerationCall, "idempotencyKey">): Promise<NewJob> {
  requireWebhookUrl(deps, call.request.webhookUrl);
  const { imageUrl, videoUrl } = call.request;
  const url = { image: imageUrl, video: videoUrl, text: undefined, audio: undefined }[call.type];
  return url === undefined ? planned(deps, call) : importing(deps, call, url);
}

/** What is written by templates is written of the words alone. */
const unseen = { inputs: [] } as const;

/** The route is part of it: speech and music are two. */
function idempotencyOf({ type, request, idempotencyKey: key, asked }: GenerationCall): IdempotencyKey | null {
  if (key === null) return null;
  if (asked) return { key, ...asked };
  return {
    key,
    route: `generate-${request.sound?.kind ?? type}`,
    body: JSON.parse(JSON.stringify(request)) as JsonValue,
  };
}

/** 400 for an address that nothing is ever sent to. */
export function requireWebhookUrl({ generation }: Pick<Deps, "generation">, url: string | undefined): void {
  const refusal = url === undefined ? null : refuseForeignUrl(url, generation.trustedHosts);
  if (refusal !== null) throw refused("webhookUrl", refusal);
}

type Call = Omit<GenerationCall, "idempotencyKey">;

async function planned(deps: Deps, { userId, type, request, destination }: Call): Promise<NewJob> {
  const asked = chooseModel(deps, { ...request, type });
  const dryRun = request.dryRun || deps.generation.isDryRun;
  // A test model draws nothing that costs anybody anything, and its ending is what was asked for.
  const { provider, model } =
    dryRun && !asked.model.isForTests
      ? chooseModel(deps, { ...request, type, provider: "sketch", model: undefined, ...(type === "text" && unseen) })
      : asked;
  const { operation, prompt, n = 1 } = request;
  const words = { ...request, inputs: request.inputs?.length ?? 0 };
  requireNone(checkOperation(operation, words));
  if (n > model.maxOutputs) throw refused("n", `${model.id} makes at most ${model.maxOutputs} at a time.`);
  const inputs = await readInputs(deps, userId, request.inputs ?? []);
  const instruction = instructionOf(operation, words);
  const { prices } = deps.generation;
  const providerRequest: ProviderRequest = withPriced(prices, provider.id, model, {
    type,
    model: model.id,
    prompt: prompt ?? "",
    ...(instruction === undefined ? {} : { instruction }),
    ...optionsOf(provider.id === asked.provider.id ? request : spokenByAnybody(request, model)),
    operation,
    n,
  });
  const files = inputs.flatMap(({ file }) => file ?? []);
  requireNone(provider.validate(files.length === 0 ? providerRequest : { ...providerRequest, inputs: files }));
  const visibleLabel = visibleLabelOf(deps.generation.visibleLabel, { ...request, type, isImport: false });
  const fallback = dryRun ? null : fallbackOf(deps, { provider, model }, providerRequest, files);
  return {
    userId,
    type,
    provider: provider.id,
    request: providerRequest,
    ...(fallback && { fallback }),
    ...(inputs.length === 0 ? {} : { inputs }),
    dryRun,
    metadata: request.metadata ?? null,
    visibleLabel,
    webhookUrl: request.webhookUrl,
    destination,
    price: dryRun ? 0 : priceOf(prices, provider.id, model, providerRequest),
    deadlineMs: Math.min(deps.generation.deadlineMs[type], model.deadlineMs ?? Number.POSITIVE_INFINITY),
    input: null,
  };
}

/** Who speaks instead of another has none of that one's own voices. */
function spokenByAnybody(request: Generation, { voices = [] }: Model): Generation {
  const { sound } = request;
  if (sound?.kind !== "speech" || voices.includes(sound.voice)) return request;
  return { ...request, sound: { ...sound, voice: voices[0] ?? sound.voice } };
}

async function importing(deps: Deps, { userId, type, request }: Call, url: string): Promise<NewJob> {
  const path = type === "image" ? "imageUrl" : "videoUrl";
  const { provider, model } = chooseModel(deps, { type, provider: "import", operation: "generate" });
  const bytes = isDataUrl(url) ? await bytesOf(deps, type, path, url) : null;
  const refusal = bytes ? null : refuseForeignUrl(url, deps.generation.trustedHosts);
  if (refusal !== null) throw refused(path, refusal);
  const visibleLabel = visibleLabelOf(deps.generation.visibleLabel, { ...request, type, isImport: true });
  return {
    userId,
    type,
    provider: provider.id,
    request: {
      type,
      operation: "generate",
      model: model.id,
      prompt: request.prompt ?? "",
      n: 1,
      ...(bytes ? {} : { source: { url } }),
    },
    dryRun: false,
    metadata: request.metadata ?? null,
    visibleLabel,
    webhookUrl: request.webhookUrl,
    price: priceOf(deps.generation.prices, provider.id, model),
    deadlineMs: deps.generation.deadlineMs[type],
    input: bytes && { bytes, key: (jobId) => tempInputKey(userId, jobId, 0) },
  };
}

/** The file is here already: what can be seen without decoding it is seen at once. */
async function bytesOf(deps: Deps, type: MadeKind, path: string, url: string): Promise<Uint8Array> {
  const data = parseDataUrl(url);
  if (!data) throw refused(path, "is not a data: URL that can be read. Write data:image/png;base64,… for example.");
  try {
    await checkWhole(data.bytes, { expect: type, maxBytes: deps.settings.maxOutputBytes });
  } catch (error) {
    throw error instanceof AppError ? refused(path, error.message) : error;
  }
  return data.bytes;
}

type Options = Pick<
  ProviderRequest,
  | "negativePrompt"
  | "seed"
  | "style"
  | "enhancement"
  | "size"
  | "durationSec"
  | "ratio"
  | "resolution"
  | "quality"
  | "sound"
  | "screenplay"
>;

/** What was asked for beside the prompt, without what was left out. */
function optionsOf(request: Generation): Options {
  const { negativePrompt, seed, style, enhancement, size, durationSec, ratio, resolution, quality, sound, screenplay } =
    request;
  const all = {
    negativePrompt,
    seed,
    style,
    enhancement,
    size,
    durationSec,
    ratio,
    resolution,
    quality,
    sound,
    screenplay,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function requireNone(details: ErrorDetail[]): void {
  const [first] = details;
  if (first) throw new AppError("invalid_request", { message: `${first.path}: ${first.message}`, details });
}

function refused(path: string, message: string): AppError {
  return new AppError("invalid_request", { message: `${path}: ${message}`, details: [{ path, message }] });
}
