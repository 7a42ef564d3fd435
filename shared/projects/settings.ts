// What a user says of a project, and what it is where nothing is said. Pure.

import { languageOf, SHORTEST_SCENE_SEC } from "../drama/wish.ts";
import { AppError } from "../errors/app-error.ts";
import type { ProjectSettings } from "./project.ts";

/** Any of them; what is left out stays as it is. */
export type SettingsWish = { [Name in keyof ProjectSettings]?: ProjectSettings[Name] | undefined };

export type NewSettings = SettingsWish & Pick<ProjectSettings, "title">;

/** Throws 400 for settings that do not go together. */
export function newSettings(wish: NewSettings, id: string): ProjectSettings {
  const { title, description = "" } = wish;
  const usual: ProjectSettings = {
    ...{ title, description, genre: "drama", language: languageOf(`${title} ${description}`) },
    ...{ episodes: 1, scenesPerEpisode: 3, durationSec: 60, ratios: ["16:9"], style: "", models: {} },
    // Of a project's own, and the same however often it is asked.
    ...{ subtitles: "burnt", hasMusic: true, seed: Number.parseInt(id.slice(-7), 16), onFailure: "degrade" },
  };
  return changedSettings(usual, wish);
}

/** Throws 400 for settings that do not go together. */
export function changedSettings(settings: ProjectSettings, wish: SettingsWish): ProjectSettings {
  const said = Object.entries(wish).filter(([, value]) => value !== undefined);
  const changed = { ...settings, ...(Object.fromEntries(said) as Partial<ProjectSettings>) };
  requireTime(changed);
  return changed;
}

/** Throws 400 when an episode is too short for its scenes. */
export function requireTime({
  durationSec,
  scenesPerEpisode,
}: Pick<ProjectSettings, "durationSec" | "scenesPerEpisode">): void {
  if (durationSec >= SHORTEST_SCENE_SEC * scenesPerEpisode) return;
  const message = `is too short for ${scenesPerEpisode} scenes of at least ${SHORTEST_SCENE_SEC} seconds`;
  throw refused("durationSec", message);
}

/** 400, by name. */
export function refused(path: string, message: string): AppError {
  return new AppError("invalid_request", { message: `${path} ${message}.`, details: [{ path, message }] });
}
