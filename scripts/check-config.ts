// npm run check-config: reads the settings as npm start would, and says what is wrong with them and what they lead to.
// Exit code 0: npm start would take them, whatever it is warned of; 1: it would not, one line for each problem.
//
// Nothing is opened, asked or written, and no value of a setting is shown.
import { type Config, readConfig } from "../shared/config/config.ts";
import { ConfigError } from "../shared/config/config-error.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { vendorIds } from "../shared/config/vendors.ts";
import { chooseModel } from "../shared/jobs/asking/choose-model.ts";
import { videosLack } from "../shared/jobs/asking/visible-label.ts";
import { missingCharacters } from "../shared/labels/visible/glyphs.ts";
import { labelFont } from "../shared/labels/visible/tag.ts";
import type { MediaKind, OfferedProvider } from "../shared/ports/provider.ts";
import { aboutFfmpeg, createFfmpeg } from "../shared/providers/ffmpeg/find.ts";
import { importOffer } from "../shared/providers/import.ts";
import { libraryOffer } from "../shared/providers/library/offer.ts";
import { musicFolder } from "../shared/providers/library/pieces.ts";
import { createSketchProvider } from "../shared/providers/sketch/provider.ts";
import { placeOfTable } from "../shared/runtime/adapters/table.ts";
import { openVendors } from "../shared/runtime/adapters/vendors.ts";
import { readTrustedHosts, requireOffered } from "../shared/runtime/compose.ts";
import { realClock } from "../shared/runtime/real.ts";
import { unusedPrices } from "../shared/runtime/require-prices.ts";
import { type ModelEnding, modelEndings } from "../shared/runtime/telling/model-endings.ts";
import { signingWarnings } from "../shared/runtime/telling/signing.ts";
import { visibleLabelSettings } from "../shared/runtime/visible-label.ts";

try {
  const config = readConfig(processEnvironment());
  const sketch = createSketchProvider({ ffmpegPath: config.ffmpegPath });
  const library = config.hasMusicLibrary ? [libraryOffer] : [];
  const providers = [...(await openVendors(config.vendors)), sketch, importOffer, ...library];
  readTrustedHosts(config);
  requireOffered(config, providers);
  const signing = await signingWarnings(config, realClock.now());
  const said = [...described(config, providers), ...warnings(config, providers)];
  console.log([...said, ...(await labelWarnings(config)), ...signing].join("\n"));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function described(config: Config, providers: readonly OfferedProvider[]): string[] {
  const configured = providers.filter(({ isConfigured, id }) => isConfigured && id !== "import");
  return [
    `platform: ${config.platform}`,
    `files: ${config.storage}, ${config.storage === "folder" ? config.dataDir : config.storeAccess}`,
    `table: ${placeOfTable(config)}`,
    `providers: ${configured.map(({ id }) => id).join(", ")}`,
    ...(["image", "video", "text", "audio"] as const).map(
      (type) => `${type === "audio" ? "sound" : type}s by default: ${defaultOf(config, providers, type)}`,
    ),
    `content is checked by: ${checkOf(config)}`,
    `films by: ${filmsBy(config)}`,
    ...(config.hasMusicLibrary ? [`music of films: library, pieces below ${musicFolder} in the store`] : []),
    ...(config.isDryRun ? ["Everything is drawn by sketch and costs nothing: DRY_RUN is set."] : []),
  ];
}

function defaultOf({ defaultProvider }: Config, providers: readonly OfferedProvider[], type: MediaKind): string {
  const deps = {
    clock: realClock,
    providers: new Map(providers.map((provider) => [provider.id, provider])),
    generation: { defaultProvider },
  };
  try {
    const sound = type === "audio" ? { sound: { kind: "speech" } as const } : {};
    const { provider, model } = chooseModel(deps, { type, operation: "generate", ...sound });
    return `${provider.id}/${model.id}`;
  } catch (error) {
    return `none. ${error instanceof Error ? error.message : error}`;
  }
}

function warnings(config: Config, providers: readonly OfferedProvider[]): string[] {
  const named = new Map(providers.map((provider) => [provider.id, provider]));
  return [
    ...vendorIds
      .filter((id) => config.vendors[id] && !named.has(id))
      .map((id) => `warning: ${id} has a key, and this version cannot use it`),
    ...moderationWarnings(config),
    ...ffmpegWarnings(config),
    ...modelEndings(providers, realClock.now()).map(ended),
    ...unusedPrices(config, named).map((key) => `warning: PRICES names ${key}, which is not offered here`),
  ];
}

/** What the visible label lacks. */
async function labelWarnings(config: Config): Promise<string[]> {
  const settings = visibleLabelSettings(config, createFfmpeg(config.ffmpegPath));
  const { kinds, text, isRequired } = settings;
  const lack = videosLack(settings);
  const missing = kinds.length > 0 ? await missingCharacters(labelFont(), text) : [];
  const left = isRequired ? (["image", "video"] as const).filter((kind) => !kinds.includes(kind)) : [];
  return [
    ...left.map(
      (kind) => `warning: LABEL_VISIBLE leaves out ${kind}s, and the rules of LABEL_PROFILE ask for a label on them`,
    ),
    ...(missing.length > 0
      ? [`warning: LABEL_TEXT has ${missing.join(" ")}, which the font lacks: nothing can be labelled`]
      : []),
    ...(lack === null ? [] : [`warning: ${lack}`]),
  ];
}

function checkOf({ moderation: { service, onFailure, onReview } }: Config): string {
  if (service === "none") return "nobody";
  return `${service}; without a finding ${onFailure}, in doubt ${onReview}`;
}

/** On one machine it is asked what it is; in a cloud it is where no script is. */
function filmsBy({ platform, ffmpegPath }: Config): string {
  if (platform !== "local") return ffmpegPath ?? "nobody: FFMPEG_PATH names no ffmpeg of a layer";
  const program = createFfmpeg(ffmpegPath).find();
  return program === null
    ? "nobody: there is no ffmpeg with libx264"
    : `ffmpeg ${aboutFfmpeg(program).version}, ${program}`;
}

function ffmpegWarnings({ platform, ffmpegPath }: Config): string[] {
  const program = platform === "local" ? createFfmpeg(ffmpegPath).find() : null;
  if (program === null) return [];
  const { version, isOld, lacks } = aboutFfmpeg(program);
  return [
    ...(lacks.length > 0 ? [`warning: ffmpeg ${version} was built without ${lacks.join(", ")}, which films take`] : []),
    ...(isOld
      ? [`warning: ffmpeg ${version} is of 4 or before, which nobody mends: for films of strangers install a newer one`]
      : []),
  ];
}

/** What would be found out only when a job needs it. */
function moderationWarnings({ moderation, storage, platform, ffmpegPath }: Config): string[] {
  const { service, onFailure, apiKey, accessKeyId } = moderation;
  const hasKey = apiKey !== null || accessKeyId !== null;
  if (service === "none")
    return hasKey ? ["warning: there is a key for checks of content, and MODERATION is none"] : [];
  const isBlind = platform === "local" ? createFfmpeg(ffmpegPath).find() === null : ffmpegPath === null;
  const then = onFailure === "closed" ? "they fail before they are made" : "they pass unseen";
  return [
    ...(service === "aliyun" && storage === "folder"
      ? ["warning: MODERATION=aliyun fetches pictures from the store, and cannot reach a folder: set STORAGE_PROVIDER"]
      : []),
    ...(isBlind ? [`warning: there is no ffmpeg, so films cannot be checked: ${then}`] : []),
  ];
}

function ended({ provider, model, endOfLife, replacedBy, isOver }: ModelEnding): string {
  const instead = replacedBy === undefined ? "" : `; use ${replacedBy} instead`;
  return `warning: ${provider}/${model} ${isOver ? "was" : "will be"} served until ${endOfLife}${instead}`;
}
