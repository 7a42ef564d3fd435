// The lock of a project: which production has it, and in which round. It counts only while that one is unsettled, so that a stale one heals itself.
import type { Item, ItemKey, NewItem, Table } from "../../ports/table.ts";
import { type Production, readProduction } from "../production.ts";

/** - `taken`: another production has it; `gone`: there is no such project, or it is being deleted. */
export type Locking = "locked" | "taken" | "gone";

/** The item of a new project of that id. */
export type MakeProject = (projectId: string) => NewItem;

type Holder = Pick<Production, "id" | "userId" | "projectId" | "round">;

/**
 * The project is read first, then whoever has it, and the write holds only on that very project. The round stands in the lock, so that each
 * round writes it: whoever has read the project before, and its holder as settled, finds that it has changed. `fresh`: makes the project if
 * there is none.
 */
export async function lockProject(deps: { table: Table }, holder: Holder, fresh?: MakeProject): Promise<Locking> {
  const { table } = deps;
  for (;;) {
    const item = await table.get(projectItemKey(holder));
    if (!item) {
      if (!fresh) return "gone";
      await table.put(fresh(holder.projectId), "absent");
      continue;
    }
    if (isDeleted(item)) return "gone";
    if (isLockedBy(item, holder)) return "locked";
    const other = String(item.data.running ?? "");
    if (other !== "" && other !== holder.id && (await isUnsettled(table, holder.userId, other))) return "taken";
    const data = { ...item.data, running: holder.id, runningRound: holder.round };
    if ((await table.put({ ...item, data }, { version: item.version })) !== null) return "locked";
  }
}

export async function readLock(deps: { table: Table }, holder: Holder): Promise<"locked" | "free" | "gone"> {
  const item = await deps.table.get(projectItemKey(holder));
  if (!item || isDeleted(item)) return "gone";
  return isLockedBy(item, holder) ? "locked" : "free";
}

/** Releases it if this round still has it, or one before it, whose closing was overtaken. */
export async function unlockProject({ table }: { table: Table }, holder: Holder): Promise<void> {
  for (;;) {
    const item = await table.get(projectItemKey(holder));
    if (item?.data.running !== holder.id || Number(item.data.runningRound) > holder.round) return;
    const data = { ...item.data, running: null, runningRound: undefined };
    if ((await table.put({ ...item, data }, { version: item.version })) !== null) return;
  }
}

/** The production that has the project, as long as that counts; null when it is free. */
export async function runningProduction(
  deps: { table: Table },
  project: { userId: string; running: string | null },
): Promise<string | null> {
  const { userId, running } = project;
  return running !== null && (await isUnsettled(deps.table, userId, running)) ? running : null;
}

async function isUnsettled(table: Table, userId: string, productionId: string): Promise<boolean> {
  const stored = await readProduction(table, { userId, productionId });
  return stored !== null && stored.production.state !== "settled";
}

function isLockedBy({ data }: Item, { id, round }: Holder): boolean {
  return data.running === id && data.runningRound === round;
}

function isDeleted({ data }: Item): boolean {
  return (data.deletedAt ?? null) !== null;
}

function projectItemKey({ userId, projectId }: Holder): ItemKey {
  return { partition: `user#${userId}`, sort: `project#${projectId}` };
}
