// Lists of projects, scenes and characters, page by page, as the API shows them.
import { AppError } from "../errors/app-error.ts";
import type { RequestStore } from "../ports/object-store.ts";
import type { Table } from "../ports/table.ts";
import type { Draft, DraftRef } from "./draft.ts";
import { inOrder, orderOf } from "./order.ts";
import type { ProjectRef } from "./project.ts";
import { readCharacters, readDraft, readDrafts, readScenes } from "./reading.ts";
import { withRealRunning } from "./running.ts";
import { publicCharacter, publicDraft, publicProject, publicScene } from "./show.ts";
import { findProject, readProjects } from "./stored.ts";

interface Deps {
  table: Table;
  store: Pick<RequestStore, "url">;
}

interface Page<Kind> {
  items: Kind[];
  total: number;
  /** Behind which id the next page goes on; null at the end. */
  next: string | null;
}

interface PageQuery {
  limit: number;
  after?: string | undefined;
}

const MAX_DRAFTS = 20;

/** With the newest drafts. */
export async function showProject({ table }: Deps, ref: ProjectRef) {
  const [{ project }, drafts] = await Promise.all([findProject(table, ref), readDrafts(table, ref, MAX_DRAFTS)]);
  return { ...publicProject(await withRealRunning(table, project)), drafts: drafts.map(publicDraft) };
}

/** The newest first. There are few of them, so that all are read to count them. */
export async function listProjects(
  { table }: Deps,
  userId: string,
  { limit, after }: PageQuery,
): Promise<Page<ReturnType<typeof publicProject>>> {
  const all = await readProjects(table, userId);
  const behind = after === undefined ? all : all.filter(({ id }) => id < after);
  const shown = behind.slice(0, limit);
  const next = behind.length > limit ? (shown.at(-1)?.id ?? null) : null;
  const real = await Promise.all(shown.map((project) => withRealRunning(table, project)));
  return { items: real.map(publicProject), total: all.length, next };
}

type DraftQuery = PageQuery & {
  /** Left out: the one that counts. */
  draft?: string | undefined;
};

/** In the order of the story; none without a draft. */
export async function listScenes(
  { table, store }: Deps,
  ref: ProjectRef,
  { limit, after, draft: wanted }: DraftQuery,
): Promise<Page<Awaited<ReturnType<typeof publicScene>>>> {
  const found = await findDraft(table, ref, wanted);
  if (!found) return { items: [], total: 0, next: null };
  const { draft, order } = found;
  const { scenes, isLast } = await scenesPage(table, refOf(draft), order, { limit, after });
  const total = draft.episodes.reduce((sum, episode) => sum + episode.scenes, 0);
  const items = await Promise.all(scenes.map((scene) => publicScene(store, scene)));
  return { items, total, next: isLast ? null : (scenes.at(-1)?.id ?? null) };
}

/** Only those that were moved have to be read all of them. */
async function scenesPage(table: Table, ref: DraftRef, order: readonly string[] | null, { limit, after }: PageQuery) {
  if (!order) return readScenes(table, ref, { limit, after });
  const all = inOrder((await readScenes(table, ref)).scenes, order);
  const begin = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  return { scenes: all.slice(begin, begin + limit), isLast: begin + limit >= all.length };
}

export async function listCharacters(
  { table, store }: Deps,
  ref: ProjectRef,
  { limit, after, draft: wanted }: DraftQuery,
): Promise<Page<Awaited<ReturnType<typeof publicCharacter>>>> {
  const found = await findDraft(table, ref, wanted);
  if (!found) return { items: [], total: 0, next: null };
  const all = await readCharacters(table, refOf(found.draft));
  const begin = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const shown = all.slice(begin, begin + limit);
  const next = begin + limit < all.length ? (shown.at(-1)?.id ?? null) : null;
  return { items: await Promise.all(shown.map((each) => publicCharacter(store, each))), total: all.length, next };
}

/** Null where the project has none. `not_found` for one that it has not. */
async function findDraft(
  table: Table,
  ref: ProjectRef,
  wanted: string | undefined,
): Promise<{ draft: Draft; order: ReturnType<typeof orderOf> } | null> {
  const { project } = await findProject(table, ref);
  const id = wanted ?? project.draft;
  if (id === null) return null;
  const draft = await readDraft(table, { ...ref, draft: id });
  if (!draft) throw new AppError("not_found");
  return { draft, order: orderOf({ ...project, draft: id }) };
}

function refOf({ userId, projectId, id: draft }: Draft): DraftRef {
  return { userId, projectId, draft };
}
