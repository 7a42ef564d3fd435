// From "film this scene" to a video that is asked for: what is seen in it, who, and in which style.
import { AppError } from "../errors/app-error.ts";
import { chooseModel } from "../jobs/asking/choose-model.ts";
import { type Generation, type GenerationCall, submitGeneration } from "../jobs/asking/submit-generation.ts";
import type { Job } from "../jobs/job.ts";
import type { Model } from "../ports/provider.ts";
import { bodyOf, whom } from "./ask-scenes.ts";
import type { ProjectCharacter } from "./character.ts";
import type { ProjectDeps } from "./deps.ts";
import type { AskedPicture } from "./portrait.ts";
import type { ProjectRef, ProjectSettings } from "./project.ts";
import { readCharacters, readScene, requireDraft } from "./reading.ts";
import type { ProjectScene } from "./scene.ts";
import { refused } from "./settings.ts";
import { findProject } from "./stored.ts";

export interface ClipWish extends Pick<Generation, "model" | "seed" | "dryRun" | "metadata" | "webhookUrl"> {
  sceneId: string;
  /** Which of the scene's shots, from 1; left out: the scene as a whole. */
  shot?: number | undefined;
  /** What is to be seen; left out: as scene and characters have it. */
  script?: string | undefined;
  /** A picture that it begins with: by its address, or where it lies already; not both. */
  imageUrl?: string | undefined;
  image?: AskedPicture | undefined;
  videoProvider?: string | undefined;
  durationSec?: number | undefined;
}

/** Of a prompt, in characters. */
const MAX_PROMPT = 4000;
/** A scene is longer than what models make at once. */
const USUAL_SEC = 8;

type Deps = Pick<ProjectDeps, "table" | "clock" | "providers" | "generation">;

/** The job, and whether this call started it. Throws `not_found`, 400 by name, and whatever refuses a generation. */
export async function filmScene(
  deps: ProjectDeps,
  ref: ProjectRef,
  { wish, key }: { wish: ClipWish; key: string | null },
): Promise<{ job: Job; isNew: boolean }> {
  try {
    return await submitGeneration(deps, { ...(await askForClip(deps, ref, wish)), idempotencyKey: key });
  } catch (error) {
    throw error instanceof AppError && error.type === "invalid_request" ? asAsked(wish, error) : error;
  }
}

/** A refusal names what a generation calls otherwise. */
function asAsked({ image }: ClipWish, error: AppError): AppError {
  const picture = (text: string) =>
    image
      ? text.replace(/^inputs(\.0)?(?=$|[.: ])/, "image")
      : text.replace(/^inputs(\.0\.url)?(?=$|[: ])/, "imageUrl");
  const renamed = (text: string) => picture(text).replace(/^provider(?=$|[: ])/, "videoProvider");
  const details = error.details.map(({ path, message }) => ({ path: renamed(path), message }));
  return new AppError("invalid_request", { message: renamed(error.message), details });
}

/** What is asked for of the operator's vendors. */
async function askForClip(
  deps: Deps,
  ref: ProjectRef,
  wish: ClipWish,
): Promise<Omit<GenerationCall, "idempotencyKey">> {
  const { project } = await findProject(deps.table, ref);
  const { settings } = project;
  const draft = { ...ref, draft: requireDraft(project) };
  const scene = (await readScene(deps.table, draft, wish.sceneId))?.value;
  if (!scene) throw refused("sceneId", "is no scene of this project's draft");
  const { sceneId, shot, script, imageUrl, image, videoProvider, durationSec, ...how } = wish;
  if (shot !== undefined && !scene.shots[shot - 1])
    throw refused("shot", `is not there: ${sceneId} has ${scene.shots.length}`);
  const prompt = script ?? promptOf(settings, scene, shot, await readCharacters(deps.table, draft));
  const first = image ?? (imageUrl === undefined ? undefined : { url: imageUrl });
  const inputs = first && [first];
  const asked = { ...how, ...whom(settings, "video", { provider: videoProvider, model: how.model }), prompt, inputs };
  return {
    userId: ref.userId,
    type: "video",
    request: { ...asked, operation: "generate", ...measuresOf(deps, asked, { settings, scene, shot, durationSec }) },
    asked: { route: "film-scene", body: bodyOf(ref, wish) },
    destination: { kind: "take", projectId: ref.projectId, draft: draft.draft, sceneId },
  };
}

/** As far as the model can: what the user asks for is left for the model to refuse. */
function measuresOf(
  deps: Deps,
  asked: Pick<Generation, "provider" | "model" | "inputs">,
  { settings, scene, shot, durationSec }: Wanted,
): Pick<Generation, "durationSec" | "ratio"> {
  const model = modelOf(deps, asked);
  const wantedSec =
    shot === undefined ? Math.min(scene.durationSec, USUAL_SEC) : (scene.shots[shot - 1]?.durationSec ?? 0);
  const [ratio] = settings.ratios;
  return {
    durationSec: durationSec ?? fitting(model, Math.max(1, Math.round(wantedSec))),
    ...((model.ratios?.includes(ratio ?? "") ?? true) && { ratio }),
  };
}

interface Wanted {
  settings: ProjectSettings;
  scene: ProjectScene;
  shot: number | undefined;
  durationSec: number | undefined;
}

function modelOf(deps: Deps, { inputs, ...named }: Pick<Generation, "provider" | "model" | "inputs">): Model {
  return chooseModel(deps, { ...named, type: "video", operation: "generate", inputs }).model;
}

/** The shortest that is long enough, else the longest. */
function fitting({ durations = [] }: Model, seconds: number): number {
  if (durations.length === 0) return seconds;
  const sorted = durations.toSorted((a, b) => a - b);
  return sorted.find((each) => each >= seconds) ?? sorted.at(-1) ?? seconds;
}

function promptOf(
  { style }: ProjectSettings,
  scene: ProjectScene,
  shot: number | undefined,
  characters: readonly ProjectCharacter[],
): string {
  const { seen, characters: ids } = (shot && scene.shots[shot - 1]) || {
    seen: scene.action,
    characters: scene.characters,
  };
  const people = characters.filter(({ id }) => ids.includes(id)).map(({ name, look }) => `${name}: ${look}`);
  const lines = [`${scene.place}, ${scene.time}, ${scene.mood}.`, seen, ...people, style];
  const text = lines.filter((line) => line !== "").join("\n");
  return [...text].slice(0, MAX_PROMPT).join("");
}
