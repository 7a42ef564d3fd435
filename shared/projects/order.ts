// In which order the scenes of a draft are told: as they were written, until their user moves one within its episode. A scene keeps its id.
import type { ErrorDetail } from "../errors/app-error.ts";
import { AppError } from "../errors/app-error.ts";
import type { Draft } from "./draft.ts";
import type { Project } from "./project.ts";
import { type ProjectScene, sceneId, sceneIdPattern } from "./scene.ts";

/** Drafts whose order is remembered: the one that was moved in last, and those before it. */
const MOST_ORDERS = 4;

/** Null: as they were written. */
export function orderOf({ draft, orders = [] }: Pick<Project, "draft" | "orders">): readonly string[] | null {
  return orders.find((each) => each.draft === draft)?.scenes ?? null;
}

/** With each scene's place among those of its episode. */
export function inOrder(scenes: readonly ProjectScene[], order: readonly string[] | null): ProjectScene[] {
  if (!order) return [...scenes];
  return order.flatMap((id) => scenes.find((scene) => scene.id === id) ?? []).map((scene) => placed(scene, order));
}

export function placed(scene: ProjectScene, order: readonly string[] | null): ProjectScene {
  if (!order) return scene;
  const { episode } = scene;
  return { ...scene, number: order.filter((id) => episodeOf(id) === episode).indexOf(scene.id) + 1 };
}

/** The project's orders with this one of a draft of its own; null: as it was written. */
export function withOrder(
  { orders = [] }: Pick<Project, "orders">,
  draft: string,
  scenes: readonly string[] | null,
): NonNullable<Project["orders"]> {
  const others = orders.filter((each) => each.draft !== draft);
  return scenes ? [...others.slice(1 - MOST_ORDERS), { draft, scenes }] : others;
}

/** Throws 400 unless all scenes of the draft are named, each once, the episodes in their order. Answers null for what is as it was written. */
export function requiredOrder(draft: Draft, wanted: readonly string[], path: string): readonly string[] | null {
  const written = idsOf(draft);
  const problems = problemsOf(written, wanted, path);
  const [first] = problems;
  if (first) throw new AppError("invalid_request", { message: `${first.path} ${first.message}.`, details: problems });
  return wanted.every((id, i) => id === written[i]) ? null : wanted;
}

function idsOf({ episodes }: Draft): string[] {
  return episodes.flatMap(({ scenes }, e) => Array.from({ length: scenes }, (_, s) => sceneId(e + 1, s + 1)));
}

function problemsOf(written: readonly string[], wanted: readonly string[], path: string): ErrorDetail[] {
  const misplaced = wanted.flatMap((id, i): ErrorDetail[] => {
    const at = `${path}.${i}`;
    if (!written.includes(id))
      return [{ path: at, message: `is no scene of this draft; there is ${written.join(", ")}` }];
    if (wanted.indexOf(id) < i) return [{ path: at, message: `names ${id} a second time` }];
    return [];
  });
  if (misplaced.length > 0) return misplaced;
  const missing = written.filter((id) => !wanted.includes(id));
  if (missing.length > 0) return [{ path, message: `has to name every scene; ${missing.join(", ")} is missing` }];
  const stray = wanted.findIndex((id, i) => i > 0 && episodeOf(id) < episodeOf(wanted[i - 1] ?? id));
  if (stray < 0) return [];
  return [{ path: `${path}.${stray}`, message: "stands behind scenes of a later episode; a scene stays in its own" }];
}

function episodeOf(id: string): number {
  return Number(sceneIdPattern.exec(id)?.[1]);
}
