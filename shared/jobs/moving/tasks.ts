// task#{provider}#{taskId}: how a provider's call finds the job that a task belongs to. A hint; the job's own record decides.
import type { ItemKey } from "../../ports/table.ts";
import type { AttemptKey } from "../callbacks/attempt-token.ts";
import type { JobDeps } from "../deps.ts";

export async function putTaskItem(
  deps: Pick<JobDeps, "table" | "log">,
  provider: string,
  taskId: string,
  owner: AttemptKey,
): Promise<void> {
  try {
    await deps.table.put({ ...taskItemKey(provider, taskId), data: { ...owner } }, "absent");
  } catch (error) {
    deps.log.warn(
      { error, jobId: owner.jobId },
      "a task cannot be found by the provider's calls; the timer asks instead",
    );
  }
}

/** Whose the task is, as far as anybody has written down. */
export async function findTask(
  deps: Pick<JobDeps, "table">,
  provider: string,
  taskId: string,
): Promise<AttemptKey | null> {
  const item = await deps.table.get(taskItemKey(provider, taskId));
  return item && (item.data as unknown as AttemptKey);
}

export async function deleteTaskItem(deps: Pick<JobDeps, "table">, provider: string, taskId: string): Promise<void> {
  const item = await deps.table.get(taskItemKey(provider, taskId));
  if (item) await deps.table.delete(item, { version: item.version });
}

function taskItemKey(provider: string, taskId: string): ItemKey {
  return { partition: `task#${provider}#${taskId}`, sort: "task" };
}
