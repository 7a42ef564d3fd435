// What a model can be told: its provider is asked, by requests that are never sent. Planning then knows it without a provider.
import type { Ratio, Shape, Takes } from "../../drama/plan.ts";
import type { InputFile, Model, OfferedProvider, ProviderRequest } from "../../ports/provider.ts";

/** As what is made on the way to a film. */
export const aStill: InputFile = {
  ...{ key: "", type: "image", size: 1_000_000, sha256: "", contentType: "image/png" },
  ...{ width: 1280, height: 720, durationMs: null },
};

const promptLengths = [4000, 2500, 2000, 1500, 1000, 800, 500, 300, 200] as const;
const LONGEST_CLIP_SEC = 60;
const musicLengths = [10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300] as const;

export function takenBy(provider: OfferedProvider, model: Model): Takes {
  const plain: ProviderRequest = {
    type: model.type,
    operation: "generate",
    model: model.id,
    prompt: "-",
    n: 1,
    ...soundOf(model),
  };
  const isTaken = (request: Partial<ProviderRequest>, ...paths: string[]) =>
    !provider.validate({ ...plain, ...request }).some(({ path }) => paths.includes(path));
  const pictures = picturesOf(provider, model);
  const seen = Array.from({ length: model.type === "video" ? Math.min(1, pictures) : pictures }, () => aStill);
  const shapesFor = (inputs: InputFile[]) => {
    const given = inputs.length > 0 ? { inputs } : {};
    return byRatio((ratio) => {
      const shapes = candidates(model, ratio).filter((shape) =>
        isTaken({ ...given, ...shape }, "size", "ratio", "resolution"),
      );
      return shapes[0] ?? {};
    });
  };
  const alone = shapesFor([]);
  return {
    promptLength: promptLengths.find((length) => isTaken({ prompt: "-".padEnd(length, "a") }, "prompt")) ?? 100,
    hasSeed: isTaken({ seed: 1 }, "seed"),
    pictures,
    durations: durationsOf(model, (durationSec) => isTaken({ durationSec }, "durationSec")),
    shapes: alone,
    shapesByPictures: seen.length > 0 ? shapesFor(seen) : alone,
  };
}

/** One picture is a video's first frame, and to a model of pictures the one to draw over. `sketch` shows it below a headline. */
function picturesOf(provider: OfferedProvider, { type, maxInputs = 0 }: Model): number {
  if (type === "video") return Math.min(1, maxInputs);
  return type === "image" && maxInputs > 1 && provider.id !== "sketch" ? maxInputs : 0;
}

function durationsOf({ type, sounds, durations }: Model, isTaken: (sec: number) => boolean): number[] {
  const isTold = type === "video" || sounds?.includes("music") === true;
  if (!isTold) return [];
  const possible =
    durations ?? (type === "video" ? Array.from({ length: LONGEST_CLIP_SEC }, (_, i) => i + 1) : musicLengths);
  return possible.filter(isTaken).sort((a, b) => a - b);
}

/** Music has to be told its length, and speech must not be. */
function soundOf({ sounds = [] }: Model): Pick<ProviderRequest, "sound"> {
  if (sounds.includes("music")) return { sound: { kind: "music", mood: "calm" } };
  return sounds.includes("speech") ? { sound: { kind: "speech", voice: "woman" } } : {};
}

const sizes: Readonly<Record<Ratio, readonly string[]>> = {
  "16:9": ["1280x720", "1536x864", "1920x1080", "2560x1440"],
  "9:16": ["720x1280", "864x1536", "1080x1920", "1440x2560"],
  "1:1": ["1024x1024", "1280x1280", "1920x1920", "2048x2048"],
};

const RESOLUTION = "720p";

/** The best first. */
function candidates({ type, sizes: listed }: Model, ratio: Ratio): readonly Shape[] {
  if (type === "image") return (listed ? nearest(listed, ratio) : sizes[ratio]).map((size) => ({ size }));
  return type === "video" ? [{ ratio, resolution: RESOLUTION }, { ratio }, { resolution: RESOLUTION }] : [];
}

/** By their shape; of the same shape the one that is nearest to a film's. */
function nearest(listed: readonly string[], ratio: Ratio): string[] {
  const sidesOf = (size: string) => size.split("x").map(Number) as [number, number];
  const [wide, high] = sidesOf(sizes[ratio][0] ?? "1x1");
  const distance = (size: string) => {
    const [width, height] = sidesOf(size);
    const ofShape = Math.abs(Math.log((width * high) / (height * wide)));
    return Math.round(ofShape * 50) + Math.abs(Math.log((width * height) / (wide * high))) / 100;
  };
  return [...listed].sort((a, b) => distance(a) - distance(b));
}

function byRatio(of: (ratio: Ratio) => Shape): Readonly<Record<Ratio, Shape>> {
  return { "16:9": of("16:9"), "9:16": of("9:16"), "1:1": of("1:1") };
}
