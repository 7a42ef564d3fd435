// What can be chosen for a model, and the request that comes of it.
import type {
  GenerateImageRequest,
  GenerateMusicRequest,
  GenerateSpeechRequest,
  GenerateVideoRequest,
  Job,
  Model,
} from "dream-factory-client";
import type { Input } from "../components/use-file-upload.ts";
import type { Choice, Draft, Kind } from "./draft.ts";

export type Body = GenerateImageRequest & GenerateVideoRequest & GenerateSpeechRequest & GenerateMusicRequest;

export interface Options {
  operations: readonly Job["operation"][];
  numbers: readonly number[];
  sizes: readonly string[];
  ratios: readonly string[];
  resolutions: readonly string[];
  durations: readonly number[];
  qualities: readonly string[];
  voices: readonly string[];
  moods: readonly string[];
}

export const moods = ["calm", "tense", "joy", "sad"] as const;
const people = ["woman", "man", "girl", "boy", "old_woman", "old_man"];

export function typeOf(kind: Kind): Model["type"] {
  return kind === "speech" || kind === "music" ? "audio" : kind === "video" ? "video" : "image";
}

function isSeen(kind: Kind): boolean {
  return kind === "image" || kind === "video";
}

export function modelsFor(models: readonly Model[], kind: Kind, hasTests: boolean): Model[] {
  return models.filter(
    ({ type, sounds, isForTests, provider }) =>
      type === typeOf(kind) &&
      provider !== "import" &&
      (hasTests || !isForTests) &&
      (type !== "audio" || sounds?.includes(kind as "speech" | "music")),
  );
}

export function keyOf({ provider, id }: Model): string {
  return `${provider}/${id}`;
}

export function optionsOf(model: Model, kind: Kind): Options {
  return {
    operations: model.operations,
    // The API makes one sound for each request.
    numbers: Array.from({ length: isSeen(kind) ? model.maxOutputs : 1 }, (_, index) => index + 1),
    sizes: model.sizes ?? sizesBy(model.sizeRule),
    ratios: model.ratios ?? [],
    resolutions: model.resolutions ?? [],
    durations: model.durations ?? lengthsIn(model.durationRange),
    qualities: model.qualities ?? [],
    voices: kind === "speech" ? [...people, ...(model.voices ?? [])] : [],
    moods: kind === "music" ? moods : [],
  };
}

const common = [
  "1024x1024",
  "1280x720",
  "720x1280",
  "1152x864",
  "864x1152",
  "1536x1024",
  "1024x1536",
  "2048x2048",
  "512x512",
];

function sizesBy(rule: Model["sizeRule"]): string[] {
  if (!rule) return [];
  const {
    minSide = 0,
    maxSide = Infinity,
    step = 1,
    minPixels = 0,
    maxPixels = Infinity,
    maxRatio = Infinity,
    ratios,
  } = rule;
  return common.filter((size) => {
    const [width = 0, height = 0] = size.split("x").map(Number);
    const [short, long, pixels] = [Math.min(width, height), Math.max(width, height), width * height];
    const fits = short >= minSide && long <= maxSide && width % step === 0 && height % step === 0;
    const hasRatio = !ratios || ratios.some((ratio) => Math.abs(partsOf(ratio) - width / height) < 0.01);
    return fits && pixels >= minPixels && pixels <= maxPixels && long / short <= maxRatio && hasRatio;
  });
}

function partsOf(ratio: string): number {
  const [width = 1, height = 1] = ratio.split(":").map(Number);
  return width / height;
}

const lengths = [2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300];

function lengthsIn(range: Model["durationRange"]): number[] {
  return range ? lengths.filter((each) => each >= range.min && each <= range.max) : [];
}

/** What of the choice the model takes. */
export function fitting(choice: Choice, options: Options, { defaults = {} }: Model): Choice {
  const one = <Value>(offered: readonly Value[], ...wanted: unknown[]) =>
    wanted.map((each) => offered.find((value) => value === each)).find((each) => each !== undefined) ?? offered[0];
  const fit = {
    operation: one(options.operations, choice.operation, "generate"),
    n: one(options.numbers, choice.n),
    size: one(options.sizes, choice.size, defaults.size),
    ratio: one(options.ratios, choice.ratio, defaults.ratio),
    resolution: one(options.resolutions, choice.resolution, defaults.resolution),
    durationSec: one(options.durations, choice.durationSec, defaults.durationSec, 5),
    quality: one(options.qualities, choice.quality, defaults.quality),
    voice: one(options.voices, choice.voice),
    mood: one(options.moods, choice.mood),
  };
  return Object.fromEntries(Object.entries(fit).filter(([, value]) => value !== undefined)) as Choice;
}

/** As it is sent. */
export function requestOf(draft: Draft, model: Model, inputs: readonly Input[]): Body {
  const { kind, fine } = draft;
  const { model: _, ...choice } = fitting(draft.choices[kind] ?? {}, optionsOf(model, kind), model);
  const prompt = draft.prompts[kind] ?? "";
  const operation = choice.operation === "generate" || !isSeen(kind) ? {} : { operation: choice.operation };
  const given = {
    ...choice,
    operation: undefined,
    n: isSeen(kind) && choice.n !== 1 ? choice.n : undefined,
    ...operation,
    prompt: prompt.trim() === "" && inputs.length > 0 ? undefined : prompt,
    provider: model.provider,
    model: model.id,
    ...(isSeen(kind) && fine.negativePrompt?.trim() && { negativePrompt: fine.negativePrompt.trim() }),
    ...(isSeen(kind) &&
      fine.style?.trim() &&
      choice.operation !== "background_removal" && { style: fine.style.trim() }),
    ...(isSeen(kind) && fine.enhancement?.trim() && { enhancement: fine.enhancement.trim() }),
    ...(isSeen(kind) && fine.hasNoLabel && { visibleLabel: false }),
    ...(fine.seed?.trim() && { seed: Number.parseInt(fine.seed, 10) }),
    ...(isSeen(kind) && inputs.length > 0 && { inputs: [...inputs] }),
  };
  // The routes' own schemas say what is missing.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as Body;
}

/** Of an address that is to be kept. */
export function keptOf(draft: Draft): { type: "image" | "video"; body: Body } | null {
  const url = (draft.prompts.keep ?? "").trim();
  if (!/^(https?|data):/i.test(url) || !URL.canParse(url)) return null;
  const isVideo = /^data:video/i.test(url) || /\.(mp4|mov|webm|m4v)($|[?#])/i.test(url);
  return isVideo
    ? { type: "video", body: { videoUrl: url } as Body }
    : { type: "image", body: { imageUrl: url } as Body };
}
