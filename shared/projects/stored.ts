// Reading and writing a project: each change is one conditional write on what was read.
import { AppError } from "../errors/app-error.ts";
import { dueShard } from "../ports/due.ts";
import type { Condition, JsonObject, NewItem, Table } from "../ports/table.ts";
import { type Project, type ProjectRef, projectKey } from "./project.ts";

export interface StoredProject {
  project: Project;
  /** Of the item. */
  version: number;
}

/** Also of one that is being deleted; null when there is none. */
export async function readProject(table: Table, ref: ProjectRef): Promise<StoredProject | null> {
  const item = await table.get(projectKey(ref));
  return item && { project: item.data as unknown as Project, version: item.version };
}

/** `not_found` also for one that is being deleted. */
export async function findProject(table: Table, ref: ProjectRef): Promise<StoredProject> {
  const stored = await readProject(table, ref);
  if (!stored || stored.project.deletedAt !== null) throw new AppError("not_found");
  return stored;
}

export function writeProject(table: Table, project: Project, condition: Condition): Promise<number | null> {
  return table.put(projectItem(project), condition);
}

/**
 * Writes what `change` makes of the project; asked anew whenever somebody else was faster. It gives null when nothing is to be written, and
 * throws to refuse. Answers the project as it is then; null when there is none.
 */
export async function changeProject(
  table: Table,
  ref: ProjectRef,
  change: (project: Project) => Project | null,
): Promise<Project | null> {
  for (;;) {
    const stored = await readProject(table, ref);
    if (!stored) return null;
    const changed = change(stored.project);
    if (!changed) return stored.project;
    if ((await writeProject(table, changed, { version: stored.version })) !== null) return changed;
  }
}

/** Every project of the user that is not being deleted, the newest first. */
export async function readProjects(table: Table, userId: string): Promise<Project[]> {
  const { partition, sort: prefix } = projectKey({ userId, projectId: "" });
  const projects: Project[] = [];
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ partition, prefix, order: "descending", limit: 100, after });
    projects.push(...page.items.map(({ data }) => data as unknown as Project));
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
  return projects.filter(({ deletedAt }) => deletedAt === null);
}

function projectItem(project: Project): NewItem {
  const { userId, id: projectId, dueAt } = project;
  const due = dueAt === null ? undefined : { kind: "project", shard: dueShard(userId), at: dueAt };
  return { ...projectKey({ userId, projectId }), data: project as unknown as JsonObject, due };
}
