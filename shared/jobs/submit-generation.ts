// From a caller's request to a job: which provider and model, at which price, checked as far as can be seen.
import { type Prices, priceOf } from "../credits/prices.ts";
import { AppError, type ErrorDetail } from "../errors/app-error.ts";
import { parseDataUrl } from "../media/data-url.ts";
import { refuseForeignUrl, type TrustedHosts } from "../media/foreign-url.ts";
import { inspectMedia } from "../media/inspect.ts";
import { tempInputKey } from "../media/keys.ts";
import type { MediaKind, Model, Operation, Provider, ProviderRequest } from "../ports/provider.ts";
import type { JsonValue } from "../ports/table.ts";
import { createJob, findStarted, type NewJob } from "./create.ts";
import type { JobDeps } from "./deps.ts";
import type { IdempotencyKey } from "./idempotency.ts";
import type { Job } from "./job.ts";

export interface GenerationSettings {
  prices: Prices;
  /** Everything that would be generated is drawn by `sketch`, and costs nothing. */
  isDryRun: boolean;
  defaultProvider: Readonly<Record<MediaKind, string | null>>;
  deadlineMs: Readonly<Record<MediaKind, number>>;
  trustedHosts: TrustedHosts;
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
  size?: string | undefined;
  durationSec?: number | undefined;
  ratio?: string | undefined;
  resolution?: string | undefined;
  dryRun: boolean;
  metadata?: Record<string, JsonValue> | undefined;
  imageUrl?: string | undefined;
  videoUrl?: string | undefined;
}

export interface GenerationCall {
  userId: string;
  type: MediaKind;
  request: Generation;
  /** With it, a repeat answers the same job. */
  idempotencyKey: string | null;
}

type Deps = JobDeps & { generation: GenerationSettings };

/** The job, and whether this call started it. Throws 400 with details, 402, 422, 429. */
export async function submitGeneration(deps: Deps, call: GenerationCall): Promise<{ job: Job; isNew: boolean }> {
  const idempotency = idempotencyOf(call);
  // What was started once is answered as it is, whatever the configuration says of such a request today.
  const started = idempotency && (await findStarted(deps, call.userId, idempotency));
  if (started) return { job: started, isNew: false };
  const url = call.type === "image" ? call.request.imageUrl : call.request.videoUrl;
  const wanted = url === undefined ? planned(deps, call) : await importing(deps, call, url);
  return createJob(deps, wanted, idempotency);
}

function idempotencyOf({ type, request, idempotencyKey: key }: GenerationCall): IdempotencyKey | null {
  if (key === null) return null;
  return { key, route: `generate-${type}`, body: JSON.parse(JSON.stringify(request)) as JsonValue };
}

function planned(deps: Deps, { userId, type, request }: GenerationCall): NewJob {
  const asked = chooseProvider(deps, type, request.provider, request.model);
  const dryRun = request.dryRun || deps.generation.isDryRun;
  const chosen = dryRun ? chooseProvider(deps, type, "sketch", undefined) : asked;
  const { provider, model } = chosen;
  if (!asked.model.operations.includes(request.operation)) {
    throw refused(
      "operation",
      `${asked.model.id} does not offer this. It offers: ${asked.model.operations.join(", ")}.`,
    );
  }
  const providerRequest: ProviderRequest = {
    type,
    model: model.id,
    prompt: request.prompt ?? "",
    ...optionsOf(request),
    operation: request.operation,
    n: request.n ?? 1,
  };
  if (providerRequest.n > model.maxOutputs)
    throw refused("n", `${model.id} makes at most ${model.maxOutputs} at a time.`);
  const problems = provider.validate(providerRequest);
  if (problems.length > 0) throw invalid(problems);
  return {
    userId,
    type,
    provider: provider.id,
    request: providerRequest,
    dryRun,
    metadata: request.metadata ?? null,
    price: dryRun ? 0 : priceOf(deps.generation.prices, provider.id, model),
    deadlineMs: deps.generation.deadlineMs[type],
    input: null,
  };
}

async function importing(deps: Deps, { userId, type, request }: GenerationCall, url: string): Promise<NewJob> {
  const path = type === "image" ? "imageUrl" : "videoUrl";
  const { provider, model } = chooseProvider(deps, type, "import", undefined);
  const bytes = /^data:/i.test(url) ? await bytesOf(deps, type, path, url) : null;
  const refusal = bytes ? null : refuseForeignUrl(url, deps.generation.trustedHosts);
  if (refusal !== null) throw refused(path, refusal);
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
    price: priceOf(deps.generation.prices, provider.id, model),
    deadlineMs: deps.generation.deadlineMs[type],
    input: bytes && { bytes, key: (jobId) => tempInputKey(userId, jobId, 0) },
  };
}

/** The file is here already: whether it can be kept is seen at once. */
async function bytesOf(deps: Deps, type: MediaKind, path: string, url: string): Promise<Uint8Array> {
  const data = parseDataUrl(url);
  if (!data) throw refused(path, "is not a data: URL that can be read. Write data:image/png;base64,… for example.");
  try {
    const inspected = inspectMedia(chunks(data.bytes), { expect: type, maxBytes: deps.settings.maxOutputBytes });
    for await (const _ of inspected.body);
  } catch (error) {
    throw error instanceof AppError ? refused(path, error.message) : error;
  }
  return data.bytes;
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

interface Choice {
  provider: Provider;
  model: Model;
}

/** By name; without one the operator's default, else the first provider with a key, else `sketch`. */
function chooseProvider(
  deps: Deps,
  type: MediaKind,
  providerId: string | undefined,
  modelId: string | undefined,
): Choice {
  const choices = [...deps.providers.values()].flatMap((provider) =>
    provider.models.filter((model) => model.type === type).map((model) => ({ provider, model })),
  );
  const generating = choices.filter(({ provider }) => provider.id !== "import");
  const wantedId = providerId ?? (modelId === undefined ? defaultProviderId(deps, type, generating) : undefined);
  const ofProvider = (providerId === "import" ? choices : generating).filter(
    ({ provider }) => wantedId === undefined || provider.id === wantedId,
  );
  if (ofProvider.length === 0) throw noProvider(type, wantedId, generating);
  const chosen = ofProvider.find(({ model }) => modelId === undefined || model.id === modelId);
  if (!chosen)
    throw refused("model", `There is no such model. There is: ${names(ofProvider.map(({ model }) => model.id))}.`);
  if (!chosen.provider.isConfigured)
    throw refused("provider", `${chosen.provider.id} has no key here. Choose another one.`);
  return chosen;
}

function defaultProviderId(deps: Deps, type: MediaKind, choices: Choice[]): string {
  const withKey = choices.find(({ provider }) => provider.isConfigured && provider.id !== "sketch");
  return deps.generation.defaultProvider[type] ?? withKey?.provider.id ?? "sketch";
}

function noProvider(type: MediaKind, wantedId: string | undefined, choices: Choice[]): AppError {
  if (choices.length === 0) {
    const url = type === "image" ? "imageUrl" : "videoUrl";
    return refused("provider", `No provider here makes ${type}s. Hand over a finished one with ${url}.`);
  }
  const ids = names(choices.map(({ provider }) => provider.id));
  return refused(
    "provider",
    `There is no provider ${wantedId === undefined ? "" : `"${wantedId}" `}for ${type}s. There is: ${ids}.`,
  );
}

function names(ids: string[]): string {
  return [...new Set(ids)].join(", ");
}

type Options = Pick<
  ProviderRequest,
  "negativePrompt" | "seed" | "style" | "size" | "durationSec" | "ratio" | "resolution"
>;

/** What was asked for beside the prompt, without what was left out. */
function optionsOf(request: Generation): Options {
  const { negativePrompt, seed, style, size, durationSec, ratio, resolution } = request;
  const all = { negativePrompt, seed, style, size, durationSec, ratio, resolution };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function refused(path: string, message: string): AppError {
  return invalid([{ path, message }]);
}

function invalid(details: ErrorDetail[]): AppError {
  const [first] = details;
  return new AppError("invalid_request", { message: `${first?.path}: ${first?.message}`, details });
}
