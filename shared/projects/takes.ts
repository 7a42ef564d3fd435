// The takes of a scene: they come with their jobs, and go with them, unless their user wants one for a shot. That stands in the same item as
// the takes, so that nothing can be wanted that is gone. Which of them a film was to show stands on their jobs, so that no film can be begun
// with one that is gone.
import { AppError } from "../errors/app-error.ts";
import type { CoreDeps } from "../jobs/deps.ts";
import type { Applied, Job, Output } from "../jobs/job.ts";
import { updateJob } from "../jobs/update.ts";
import { jobIdOfKey } from "../media/keys.ts";
import type { InputFile } from "../ports/provider.ts";
import type { Table } from "../ports/table.ts";
import type { DraftRef } from "./draft.ts";
import { readScene, sceneItem } from "./reading.ts";
import { type Clip, maxTakes, type ProjectScene } from "./scene.ts";
import { readProject } from "./stored.ts";

type Deps = Pick<CoreDeps, "table" | "clock">;

type SceneRef = DraftRef & { sceneId: string };

/** The scene has the take once, however often this is done. `gone` without the scene. */
export async function addTake(
  deps: Deps,
  ref: SceneRef,
  { jobId, output }: { jobId: string; output: Output },
): Promise<Applied> {
  const project = (await readProject(deps.table, ref))?.project;
  if (!project || project.deletedAt !== null) return "gone";
  const { key, size, contentType, width, height, sha256, durationMs, createdAt } = output;
  const file = { key, type: "video" as const, size, contentType, width, height, sha256, durationMs };
  const clip: Clip = { jobId, file, durationMs, createdAt };
  const scene = await changeScene(deps.table, ref, (current) => {
    if (current.takes.some((take) => take.jobId === jobId)) return null;
    return { ...current, takes: newest([...current.takes, clip], current) };
  });
  return scene ? "applied" : "gone";
}

/**
 * A take that goes with its job is no take any more. Answers why it cannot go, in a sentence for its user; null when it can, or is none. What
 * is wanted in a draft that does not count any more is wanted no more.
 */
export async function releaseTake(deps: Deps, { id: jobId, userId, applyTo, isFilmed }: Job): Promise<string | null> {
  if (applyTo?.kind !== "take") return null;
  const ref: SceneRef = { userId, ...applyTo };
  const project = (await readProject(deps.table, ref))?.project;
  if (!project || project.deletedAt !== null) return null;
  if (isFilmed)
    return "A production of its project was to show it, and counts on it. It can go when the project is deleted.";
  const counts = project.draft === ref.draft;
  let reason: string | null = null;
  await changeScene(deps.table, ref, (scene) => {
    const shot = scene.shots.findIndex(({ clip }) => clip?.jobId === jobId);
    reason = counts && shot >= 0 ? wanted(scene, shot) : null;
    if (reason !== null || !scene.takes.some((take) => take.jobId === jobId)) return null;
    const shots = scene.shots.map((each) => (each.clip?.jobId === jobId ? { ...each, clip: null } : each));
    return { ...scene, shots, takes: scene.takes.filter((take) => take.jobId !== jobId) };
  });
  return reason;
}

/**
 * Before a production names them: from then on these takes stay as long as the project does, whatever becomes of the production. Repeating it
 * is safe. Throws `conflict` for one that was deleted since the film was read.
 */
export async function keepTakes(deps: CoreDeps, userId: string, files: readonly InputFile[]): Promise<void> {
  for (const jobId of new Set(files.flatMap(({ key }) => jobIdOfKey(key) ?? []))) {
    const kept = await updateJob(deps, { userId, jobId }, (job) =>
      job.deletion || job.isFilmed ? null : { ...job, isFilmed: true },
    );
    if (!kept || kept.job.deletion) throw deleted();
  }
}

function deleted(): AppError {
  const message = "A clip that the film was to show was deleted at this moment. Look at its scenes, then ask again.";
  return new AppError("conflict", { message });
}

function wanted({ id }: ProjectScene, shot: number): string {
  return `It is the clip of shot ${shot + 1} of the scene ${id}. PUT the scene with {"clip":null} first.`;
}

/** The oldest go, but for those that are wanted; their jobs stay. */
function newest(takes: Clip[], { shots }: ProjectScene): Clip[] {
  const isWanted = ({ jobId }: Clip) => shots.some(({ clip }) => clip?.jobId === jobId);
  const left = [...takes];
  while (left.length > maxTakes) {
    left.splice(
      left.findIndex((take) => !isWanted(take)),
      1,
    );
  }
  return left;
}

/** Null when there is no such scene. */
async function changeScene(
  table: Table,
  { sceneId, ...ref }: SceneRef,
  change: (scene: ProjectScene) => ProjectScene | null,
): Promise<ProjectScene | null> {
  for (;;) {
    const stored = await readScene(table, ref, sceneId);
    if (!stored) return null;
    const changed = change(stored.value);
    if (!changed) return stored.value;
    if ((await table.put(sceneItem(changed), { version: stored.version })) !== null) return changed;
  }
}
