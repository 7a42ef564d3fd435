// What the settings lead to, a line each.
import type { Config } from "../../shared/config/config.ts";
import { chooseModel } from "../../shared/jobs/asking/choose-model.ts";
import type { MediaKind, OfferedProvider } from "../../shared/ports/provider.ts";
import { aboutFfmpeg, createFfmpeg } from "../../shared/providers/ffmpeg/find.ts";
import { musicFolder } from "../../shared/providers/library/pieces.ts";
import { placeOfTable } from "../../shared/runtime/adapters/table.ts";
import { realClock } from "../../shared/runtime/real.ts";

export function described(config: Config, providers: readonly OfferedProvider[]): string[] {
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
    ...(config.payments ? [`credits are sold: ${config.payments.packs.map(({ id }) => id).join(", ")}`] : []),
    ...(config.mail ? [`mail by: ${config.mail.host}, port ${config.mail.port}`] : []),
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
