// From a project as it is now to what a production is made from: a copy of all of it, with who may be asked at which price.
import type { FilmWish, Snapshot } from "../../drama/plan.ts";
import { offersOf } from "../../jobs/asking/film-offers.ts";
import type { GenerationSettings } from "../../jobs/asking/submit-generation.ts";
import { visibleLabelOf } from "../../jobs/asking/visible-label.ts";
import type { FilmEdit } from "../../projects/edited-film.ts";
import { type Film, readFilm } from "../../projects/film.ts";
import type { Project, ProjectSettings } from "../../projects/project.ts";
import { changedSettings } from "../../projects/settings.ts";
import type { AskingDeps } from "../deps.ts";
import type { PlanFile } from "../plans.ts";

export type FilmDeps = AskingDeps & { generation: GenerationSettings };

const nothingYet: Film = { screenplay: null, portraits: {}, clips: {} };

/** Throws 400 for what nobody here can make, or what cannot be planned. `prompt` absent: what the project says of itself. */
export async function planProject(
  deps: FilmDeps,
  { project, prompt, edit }: { project: Project; prompt?: string | undefined; edit?: FilmEdit | undefined },
): Promise<PlanFile> {
  const settings = changedSettings(project.settings, edit?.settings ?? {});
  return planFilm(deps, settings, await readFilm(deps.table, project, edit), prompt);
}

/** The same of a project that is still to be made. */
export function planFilm(
  deps: FilmDeps,
  settings: ProjectSettings,
  film: Film = nothingYet,
  prompt: string = [settings.title, settings.description].filter((text) => text !== "").join(". "),
): PlanFile {
  const { generation } = deps;
  const wish = wishOf(settings, film.screenplay ? "" : prompt);
  const unwritten = film.screenplay ? null : { prompt, screenplay: wish };
  const snapshot: Snapshot = { wish, ...film, offers: offersOf(deps, settings.models, unwritten) };
  const label = (type: "image" | "video") => visibleLabelOf(generation.visibleLabel, { type, isImport: false });
  const [image, video] = [label("image"), label("video")];
  return {
    snapshot,
    plan: deps.planner.plan(snapshot),
    deadlineMs: generation.deadlineMs,
    labels: { ...(image && { image }), ...(video && { video }) },
    dryRun: generation.isDryRun,
  };
}

function wishOf(settings: ProjectSettings, prompt: string): FilmWish {
  const { title, genre, language, episodes, scenesPerEpisode, durationSec } = settings;
  const { ratios, style, subtitles, hasMusic, seed, onFailure } = settings;
  return {
    ...{ title, genre, language, episodes, scenesPerEpisode, durationSec, prompt },
    ...{ ratios, style, subtitles, hasMusic, seed, onFailure },
  };
}
