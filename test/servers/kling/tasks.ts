// The tasks of a Kling account: what each makes, how far it is, and what is said of it.

export type KlingKind = "videos/text2video" | "videos/image2video" | "images/generations";
export type KlingState = "submitted" | "processing" | "succeed" | "failed";

export interface KlingTask {
  id: string;
  kind: KlingKind;
  /** Of the account's own. */
  externalId: string | undefined;
  callbackUrl: string | undefined;
  /** Files that it makes. */
  count: number;
  seconds: string;
  state: KlingState;
  message: string | undefined;
  urls: readonly string[];
  createdAt: number;
  updatedAt: number;
}

/** Vendor documentation, create a task: what the answer to a start says. */
export function startedView({ id, externalId, state, createdAt, updatedAt }: KlingTask): object {
  return {
    task_id: id,
    task_status: state,
    task_info: externalId === undefined ? {} : { external_task_id: externalId },
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** Vendor documentation, query a task; a failed one as it was recorded by others: `code` 0, and the reason in `task_status_msg`. */
export function taskView(task: KlingTask): object {
  const { state, message, urls, kind, seconds } = task;
  const files =
    kind === "images/generations"
      ? { images: urls.map((url, index) => ({ index, url })) }
      : { videos: urls.map((url, i) => ({ id: `${task.id}-${i}`, url, duration: seconds })) };
  return {
    ...startedView(task),
    task_status_msg: message ?? "",
    task_result: state === "succeed" ? files : {},
    ...(state === "succeed" && { final_unit_deduction: "1.5" }),
  };
}
