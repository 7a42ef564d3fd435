// What the settings lead to that will be missed: models that end, prices that nobody has, what ffmpeg, labels and checks of content lack.
import type { Config } from "../../shared/config/config.ts";
import { vendorIds } from "../../shared/config/vendors.ts";
import { videosLack } from "../../shared/jobs/asking/visible-label.ts";
import { missingCharacters } from "../../shared/labels/visible/glyphs.ts";
import { labelFont } from "../../shared/labels/visible/tag.ts";
import type { OfferedProvider } from "../../shared/ports/provider.ts";
import { aboutFfmpeg, createFfmpeg } from "../../shared/providers/ffmpeg/find.ts";
import { unusedPrices } from "../../shared/runtime/composing/require-prices.ts";
import { realClock } from "../../shared/runtime/real.ts";
import { type ModelEnding, modelEndings } from "../../shared/runtime/telling/model-endings.ts";
import { visibleLabelSettings } from "../../shared/runtime/visible-label.ts";
import { nearest } from "./nearest.ts";

export function offerWarnings(config: Config, providers: readonly OfferedProvider[]): string[] {
  const named = new Map(providers.map((provider) => [provider.id, provider]));
  return [
    ...vendorIds
      .filter((id) => config.vendors[id] && !named.has(id))
      .map((id) => `${id} has a key, and this version cannot use it`),
    ...moderationWarnings(config),
    ...ffmpegWarnings(config),
    ...modelEndings(providers, realClock.now()).map(ended),
    ...unusedPrices(config, named).map(
      (key) => `PRICES names ${key}, which is not offered here${meant(key, providers)}`,
    ),
    ...withoutKey(config, named),
  ];
}

/** A vendor without a key has its models all the same: only what is near another name is a mistake for certain. */
function meant(key: string, providers: readonly OfferedProvider[]): string {
  const names = providers.flatMap(({ id, models }) => [id, ...models.map((model) => `${id}/${model.id}`)]);
  const word = nearest(key, names);
  return word === null ? "" : `: did you mean ${word}?`;
}

function withoutKey({ defaultProvider }: Config, named: ReadonlyMap<string, OfferedProvider>): string[] {
  return Object.entries(defaultProvider).flatMap(([type, id]) => {
    const isUnset = id === null || named.get(id)?.isConfigured !== false;
    return isUnset
      ? []
      : [`DEFAULT_${type.toUpperCase()}_PROVIDER is ${id}, which has no key: such requests are refused`];
  });
}

/** What the visible label lacks. */
export async function labelWarnings(config: Config): Promise<string[]> {
  const settings = visibleLabelSettings(config, createFfmpeg(config.ffmpegPath));
  const { kinds, text, isRequired } = settings;
  const lack = videosLack(settings);
  const missing = kinds.length > 0 ? await missingCharacters(labelFont(), text) : [];
  const left = isRequired ? (["image", "video"] as const).filter((kind) => !kinds.includes(kind)) : [];
  return [
    ...left.map((kind) => `LABEL_VISIBLE leaves out ${kind}s, and the rules of LABEL_PROFILE ask for a label on them`),
    ...(missing.length > 0
      ? [`LABEL_TEXT has ${missing.join(" ")}, which the font lacks: nothing can be labelled`]
      : []),
    ...(lack === null ? [] : [`${lack}`]),
  ];
}

function ffmpegWarnings({ platform, ffmpegPath }: Config): string[] {
  if (platform !== "local") return [];
  const ffmpeg = createFfmpeg(ffmpegPath);
  const program = ffmpeg.find();
  if (program === null) return [`there is no ffmpeg, so no film is drawn and none put together. ${ffmpeg.advice}`];
  const { version, isOld, lacks } = aboutFfmpeg(program);
  return [
    ...(lacks.length > 0 ? [`ffmpeg ${version} was built without ${lacks.join(", ")}, which films take`] : []),
    ...(isOld
      ? [`ffmpeg ${version} is of 4 or before, which nobody mends: for films of strangers install a newer one`]
      : []),
  ];
}

/** What would be found out only when a job needs it. */
function moderationWarnings({ moderation, storage, platform, ffmpegPath }: Config): string[] {
  const { service, onFailure, apiKey, accessKeyId } = moderation;
  const hasKey = apiKey !== null || accessKeyId !== null;
  if (service === "none") return hasKey ? ["there is a key for checks of content, and MODERATION is none"] : [];
  const isBlind = platform === "local" ? createFfmpeg(ffmpegPath).find() === null : ffmpegPath === null;
  const then = onFailure === "closed" ? "they fail before they are made" : "they pass unseen";
  return [
    ...(service === "aliyun" && storage === "folder"
      ? ["MODERATION=aliyun fetches pictures from the store, and cannot reach a folder: set STORAGE_PROVIDER"]
      : []),
    ...(isBlind ? [`there is no ffmpeg, so films cannot be checked: ${then}`] : []),
  ];
}

function ended({ provider, model, endOfLife, replacedBy, isOver }: ModelEnding): string {
  const instead = replacedBy === undefined ? "" : `; use ${replacedBy} instead`;
  return `${provider}/${model} ${isOver ? "was" : "will be"} served until ${endOfLife}${instead}`;
}
