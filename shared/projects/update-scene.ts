// Changing a scene: one conditional write of it, and then another look at the project, which may have got another draft meanwhile.
import type { Line, Scene } from "../drama/screenplay.ts";
import { type PlannedShot, planShots, shotLimits } from "../drama/shots.ts";
import { AppError, type ErrorDetail } from "../errors/app-error.ts";
import type { ProjectDeps } from "./deps.ts";
import type { DraftRef } from "./draft.ts";
import { orderOf, placed } from "./order.ts";
import type { Project, ProjectRef } from "./project.ts";
import { readCharacters, readScene, requireDraft, requireSameDraft, sceneItem } from "./reading.ts";
import type { ProjectScene, Shot } from "./scene.ts";
import { findProject } from "./stored.ts";
import { requireVersion } from "./update-project.ts";

type Deps = Pick<ProjectDeps, "table" | "clock">;

/** What is left out stays as it is. */
export interface SceneChange {
  /** As the caller has read it. */
  version: number;
  place?: string | undefined;
  time?: Scene["time"] | undefined;
  mood?: Scene["mood"] | undefined;
  action?: string | undefined;
  durationSec?: number | undefined;
  characters?: string[] | undefined;
  lines?: Line[] | undefined;
  /** Left out: they stay, unless the length, the action, who is seen or how often is spoken and by whom has changed; then they are planned anew. */
  shots?: PlannedShot[] | undefined;
  /** The take that a shot (from 1; left out: the first) is to show; null: none of them shows one. */
  clip?: { jobId: string; shot?: number | undefined } | null | undefined;
}

/** Of what its user writes, in JSON. */
const MAX_SCENE_BYTES = 12 * 1024;

/** Throws 400 by name, `not_found`, or `conflict` when somebody was faster. */
export async function updateScene(deps: Deps, ref: ProjectRef, id: string, change: SceneChange): Promise<ProjectScene> {
  const draft: DraftRef = { ...ref, draft: requireDraft((await findProject(deps.table, ref)).project) };
  const known = new Set((await readCharacters(deps.table, draft)).map((character) => character.id));
  for (;;) {
    const stored = await readScene(deps.table, draft, id);
    if (!stored) throw new AppError("not_found");
    requireVersion(stored.value, change);
    const changed = editedScene(stored.value, change, known);
    const next = { ...changed, version: changed.version + 1, updatedAt: deps.clock.now() };
    // A take that has come meanwhile is no change of the user's: the change is made of the scene with it.
    if ((await deps.table.put(sceneItem(next), { version: stored.version })) === null) continue;
    return placed(next, orderOf(await stillIn(deps, draft)));
  }
}

/** What was written into a draft that does not count any more would be seen by nobody. */
export async function stillIn({ table }: Pick<Deps, "table">, { draft, ...ref }: DraftRef): Promise<Project> {
  const { project } = await findProject(table, ref);
  requireSameDraft(project, draft);
  return project;
}

/** The scene as the change makes it, which writes nothing. Throws 400 by name. */
export function editedScene(scene: ProjectScene, change: SceneChange, known: ReadonlySet<string>): ProjectScene {
  const { version: _, shots, clip, ...said } = change;
  const fields = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const told: ProjectScene = { ...scene, ...(fields as Partial<Omit<Scene, "shots">>) };
  const filmed = { ...told, shots: shotsOf(scene, told, shots) };
  const next = clip === undefined ? filmed : withClip(filmed, clip);
  const problems = [...strangers(next, change, known), ...wrongShots(next, shots), ...tooLarge(next)];
  const [first] = problems;
  if (first) throw new AppError("invalid_request", { message: `${first.path} ${first.message}.`, details: problems });
  return next;
}

/** A shot keeps its clip by its place. */
function shotsOf(before: ProjectScene, after: ProjectScene, given: PlannedShot[] | undefined): Shot[] {
  if (!given && isFilmedAlike(before, after)) return before.shots;
  return (given ?? planShots(after)).map((shot, i) => ({ ...shot, clip: before.shots[i]?.clip ?? null }));
}

/** What shots are planned of: a line that is written anew changes none of them. */
function isFilmedAlike(some: ProjectScene, others: ProjectScene): boolean {
  const told = ({ action, durationSec, characters, lines }: ProjectScene) =>
    JSON.stringify([action, durationSec, characters, lines.map(({ character }) => character)]);
  return told(some) === told(others);
}

function withClip(scene: ProjectScene, wanted: SceneChange["clip"]): ProjectScene {
  if (!wanted) return { ...scene, shots: scene.shots.map((shot) => ({ ...shot, clip: null })) };
  const { jobId, shot: number = 1 } = wanted;
  const clip = scene.takes.find((take) => take.jobId === jobId);
  if (!clip) throw wrong("clip.jobId", "is no take of this scene");
  const shot = scene.shots[number - 1];
  if (!shot) throw wrong("clip.shot", `is not there: the scene has ${scene.shots.length}`);
  return { ...scene, shots: scene.shots.with(number - 1, { ...shot, clip }) };
}

function strangers(
  { characters, lines, shots }: ProjectScene,
  change: SceneChange,
  known: ReadonlySet<string>,
): ErrorDetail[] {
  const named: [path: string, id: string][] = [
    ...(change.characters ? characters.map((id, i): [string, string] => [`characters.${i}`, id]) : []),
    ...(change.lines ? lines.map(({ character }, i): [string, string] => [`lines.${i}.character`, character]) : []),
    ...(change.shots
      ? shots.flatMap((shot, s) => shot.characters.map((id, i): [string, string] => [`shots.${s}.characters.${i}`, id]))
      : []),
  ];
  const there = [...known].join(", ");
  return named
    .filter(([, id]) => !known.has(id))
    .map(([path]) => ({ path, message: `is no character of this draft; there is ${there}` }));
}

/** Only what a user gives can be wrong. */
function wrongShots({ durationSec, lines }: ProjectScene, shots: PlannedShot[] | undefined): ErrorDetail[] {
  if (!shots) return [];
  const seconds = shots.reduce((sum, shot) => sum + shot.durationSec, 0);
  const spoken = shots.reduce((sum, shot) => sum + shot.lines, 0);
  return [
    ...(Math.abs(seconds - durationSec) < 0.05
      ? []
      : [{ path: "shots", message: `last ${seconds} s together, and the scene ${durationSec} s` }]),
    ...(spoken === lines.length
      ? []
      : [{ path: "shots", message: `have ${spoken} lines together, and the scene ${lines.length}` }]),
    ...(shots.some((shot) => shot.lines > shotLimits.lines)
      ? [{ path: "shots", message: `may have ${shotLimits.lines} lines each` }]
      : []),
  ];
}

function tooLarge({ takes: _, shots, ...scene }: ProjectScene): ErrorDetail[] {
  const written = { ...scene, shots: shots.map(({ clip: _, ...shot }) => shot) };
  const bytes = Buffer.byteLength(JSON.stringify(written));
  if (bytes <= MAX_SCENE_BYTES) return [];
  return [{ path: "body", message: `makes the scene ${bytes} bytes long; ${MAX_SCENE_BYTES} are taken` }];
}

function wrong(path: string, message: string): AppError {
  return new AppError("invalid_request", { message: `${path} ${message}.`, details: [{ path, message }] });
}
