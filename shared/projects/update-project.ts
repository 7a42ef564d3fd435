// Changing a project's settings, or which of its drafts counts.
import { AppError } from "../errors/app-error.ts";
import type { ProjectDeps } from "./deps.ts";
import { requireModels } from "./models.ts";
import { requiredOrder, withOrder } from "./order.ts";
import type { Project, ProjectRef } from "./project.ts";
import { readDraft, requireSameDraft } from "./reading.ts";
import { changedSettings, refused, type SettingsWish } from "./settings.ts";
import { changeProject, findProject } from "./stored.ts";

type Deps = Pick<ProjectDeps, "table" | "clock" | "providers" | "generation">;

export interface ProjectChange {
  /** As the caller has read it. */
  version: number;
  settings: SettingsWish;
  /** A draft of the project that is to count from now on. */
  draft?: string | undefined;
  /** All scenes of the draft that counts then, as they are to be told; null: as they were written. */
  sceneOrder?: readonly string[] | null | undefined;
}

/** What is left out stays as it is. Throws 400, `not_found`, or `conflict` when somebody was faster. */
export async function updateProject(deps: Deps, ref: ProjectRef, change: ProjectChange): Promise<Project> {
  const { project: found } = await findProject(deps.table, ref);
  requireModels(deps, change.settings.models);
  const { draft, sceneOrder } = change;
  const counting = draft ?? found.draft;
  const isMeant = counting !== null && (draft !== undefined || sceneOrder !== undefined);
  const whole = isMeant ? await readDraft(deps.table, { ...ref, draft: counting }) : null;
  if (draft !== undefined && !whole)
    throw refused("draft", "is no draft of this project; GET it names those that there are");
  if (sceneOrder && !whole) throw refused("sceneOrder", "is of no use: the project has no scenes yet");
  const order = whole && sceneOrder ? requiredOrder(whole, sceneOrder, "sceneOrder") : null;
  const changed = await changeProject(deps.table, ref, (project) => {
    if (project.deletedAt !== null) throw new AppError("not_found");
    requireVersion(project, change);
    if (sceneOrder !== undefined && draft === undefined) requireSameDraft(project, counting);
    return {
      ...project,
      ...(sceneOrder !== undefined && whole && { orders: withOrder(project, whole.id, order) }),
      settings: changedSettings(project.settings, change.settings),
      draft: draft ?? project.draft,
      version: project.version + 1,
      updatedAt: deps.clock.now(),
    };
  });
  if (!changed) throw new AppError("not_found");
  return changed;
}

/** Throws `conflict` unless the caller has read what is there now. */
export function requireVersion(current: { version: number }, { version }: { version: number }): void {
  if (version === current.version) return;
  const message = `Somebody was faster: this is version ${current.version} by now. Read it again, then decide.`;
  throw new AppError("conflict", { message });
}
