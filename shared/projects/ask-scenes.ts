// From "write the scenes of this project" to a screenplay that is asked for, with what the project says of itself.
import type { Generation, GenerationCall } from "../jobs/asking/submit-generation.ts";
import type { JsonValue } from "../ports/table.ts";
import type { ProjectDeps } from "./deps.ts";
import type { ProjectRef, ProjectSettings } from "./project.ts";
import { requireTime } from "./settings.ts";
import { findProject } from "./stored.ts";

/** What is left out is as the project has it. */
export interface ScenesWish
  extends Pick<Generation, "provider" | "model" | "seed" | "dryRun" | "metadata" | "webhookUrl"> {
  prompt: string;
  episodes?: number | undefined;
  scenesPerEpisode?: number | undefined;
  durationSec?: number | undefined;
}

/** Throws `not_found`, or 400 for an episode that is too short for its scenes. */
export async function askForScenes(
  deps: Pick<ProjectDeps, "table">,
  ref: ProjectRef,
  wish: ScenesWish,
): Promise<Omit<GenerationCall, "idempotencyKey">> {
  const { settings, draft } = (await findProject(deps.table, ref)).project;
  const { prompt, episodes, scenesPerEpisode, durationSec, ...how } = wish;
  const screenplay = {
    ...{ language: settings.language, genre: settings.genre, title: settings.title },
    episodes: episodes ?? settings.episodes,
    scenesPerEpisode: scenesPerEpisode ?? settings.scenesPerEpisode,
    durationSec: durationSec ?? settings.durationSec,
  };
  requireTime(screenplay);
  return {
    userId: ref.userId,
    type: "text",
    request: { ...how, ...whom(settings, "text", how), prompt, operation: "generate", screenplay },
    asked: { route: "generate-scenes", body: bodyOf(ref, wish) },
    destination: { kind: "screenplay", projectId: ref.projectId, after: draft },
  };
}

/** Who is asked: whom the request names, else whom the project does, else the operator's default. */
export function whom(
  { models }: ProjectSettings,
  type: keyof ProjectSettings["models"],
  { provider, model }: Pick<Generation, "provider" | "model">,
): Pick<Generation, "provider" | "model"> {
  return provider === undefined && model === undefined ? (models[type] ?? {}) : { provider, model };
}

/** What a repeat is known by: the project's settings may change meanwhile. */
export function bodyOf({ projectId }: ProjectRef, wish: object): JsonValue {
  return JSON.parse(JSON.stringify({ projectId, ...wish })) as JsonValue;
}
