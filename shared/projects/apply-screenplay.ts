// A project gets a screenplay: its characters and scenes under a draft of their own, the draft that makes them whole, then one write of the
// project. Whoever dies in between leaves items that the next one finds; a project that has moved on keeps what it has, and this is a proposal.
import { readScreenplay, type Screenplay } from "../drama/screenplay.ts";
import { planShots } from "../drama/shots.ts";
import type { JobDeps } from "../jobs/deps.ts";
import type { Applied, Job } from "../jobs/job.ts";
import type { JsonObject, NewItem } from "../ports/table.ts";
import type { ProjectCharacter } from "./character.ts";
import { type Draft, type DraftRef, draftKey } from "./draft.ts";
import { characterItem, sceneItem } from "./reading.ts";
import { type ProjectScene, sceneId } from "./scene.ts";
import { changeProject, readProject } from "./stored.ts";

type Deps = Pick<JobDeps, "table" | "clock" | "log">;

/** Writes at a time. */
const AT_ONCE = 16;

/** `after`: the draft that it is to follow; null where it is to be the first. */
export async function applyScreenplay(
  deps: Deps,
  { after, ...ref }: DraftRef & { after: string | null },
  written: { screenplay: unknown; job: Pick<Job, "id" | "request"> },
): Promise<Applied> {
  const stored = await readProject(deps.table, ref);
  if (!stored || stored.project.deletedAt !== null) return "gone";
  const wish = written.job.request.screenplay;
  const screenplay = wish ? readScreenplay(written.screenplay, wish) : null;
  if (!screenplay) {
    deps.log.error({ jobId: written.job.id }, "what was kept as a screenplay cannot be read as one");
    return "gone";
  }
  return applyWritten(deps, { ...ref, after }, screenplay);
}

/** The same of one that was read already. Repeating it is safe. */
export async function applyWritten(
  deps: Pick<Deps, "table" | "clock">,
  { after, ...ref }: DraftRef & { after: string | null },
  screenplay: Screenplay,
): Promise<Applied> {
  await writeDraft(deps, ref, screenplay);
  return choose(deps, ref, after);
}

/** The whole draft, unless it is there. */
async function writeDraft(deps: Pick<Deps, "table" | "clock">, ref: DraftRef, screenplay: Screenplay): Promise<void> {
  const now = deps.clock.now();
  const items = [...charactersOf(ref, screenplay, now), ...scenesOf(ref, screenplay, now)];
  for (let i = 0; i < items.length; i += AT_ONCE)
    await Promise.all(items.slice(i, i + AT_ONCE).map((item) => deps.table.put(item, "absent")));
  const draft = draftOf(ref, screenplay, now);
  await deps.table.put({ ...draftKey(ref), data: draft as unknown as JsonObject }, "absent");
}

/** One conditional write: the project has the draft, unless it has got another one since. */
async function choose(deps: Pick<Deps, "table" | "clock">, ref: DraftRef, after: string | null): Promise<Applied> {
  const project = await changeProject(deps.table, ref, (current) => {
    if (current.deletedAt !== null || current.draft !== after) return null;
    return { ...current, draft: ref.draft, updatedAt: deps.clock.now() };
  });
  if (!project || project.deletedAt !== null) return "gone";
  return project.draft === ref.draft ? "applied" : "proposed";
}

function charactersOf({ userId, projectId, draft }: DraftRef, { characters }: Screenplay, now: number): NewItem[] {
  return characters.map((character) => {
    const own = { userId, projectId, draft, portrait: null, version: 1, updatedAt: now };
    return characterItem({ ...character, ...own } satisfies ProjectCharacter);
  });
}

function scenesOf({ userId, projectId, draft }: DraftRef, { episodes }: Screenplay, now: number): NewItem[] {
  return episodes.flatMap(({ scenes }, e) =>
    scenes.map((scene, s) => {
      const [episode, number] = [e + 1, s + 1];
      const shots = planShots(scene).map((shot) => ({ ...shot, clip: null }));
      const place = { id: sceneId(episode, number), userId, projectId, draft, episode, number };
      return sceneItem({ ...scene, ...place, shots, takes: [], version: 1, updatedAt: now } satisfies ProjectScene);
    }),
  );
}

function draftOf({ userId, projectId, draft: id }: DraftRef, screenplay: Screenplay, now: number): Draft {
  const { language, genre, title, logline, episodes, characters } = screenplay;
  return {
    ...{ id, projectId, userId, language, genre, title, logline },
    episodes: episodes.map(({ title, summary, scenes }) => ({ title, summary, scenes: scenes.length })),
    characters: characters.length,
    createdAt: now,
  };
}
