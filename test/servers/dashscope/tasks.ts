// The tasks of Model Studio's server: their states, and what is answered about one in each of its three shapes.
import { randomUUID } from "node:crypto";
import type { SampleFile } from "../vendor/sample-files.ts";

export type TaskState = "PENDING" | "RUNNING" | "SUSPENDED" | "SUCCEEDED" | "FAILED" | "CANCELED";

/** How what was made is told. */
export type ResultShape = "results" | "choices" | "video";

export interface DashscopeTask {
  state: TaskState;
  model: string;
  shape: ResultShape;
  /** How many files were asked for. */
  count: number;
  /** Of those, how many come to nothing although the task succeeds. */
  failedCount: number;
  code: string;
  message: string;
  file: SampleFile;
  startedAt: number;
}

/** Vendor documentation: tasks and the URLs of their results are there for 24 hours. */
const DAY_MS = 24 * 60 * 60_000;

type AddFile = (name: string, file: { bytes: Uint8Array; contentType: string; expiresAt?: number }) => string;

interface Options {
  /** How long tasks take; half of it PENDING, half RUNNING. */
  finishAfterMs: number;
  now: () => number;
  addFile: AddFile;
}

export function createTasks({ finishAfterMs, now, addFile }: Options) {
  const all = new Map<string, DashscopeTask>();
  const given = new Map<string, SampleFile>();

  function move(task: DashscopeTask): void {
    const age = now() - task.startedAt;
    if (isFinal(task.state)) return;
    if (age >= finishAfterMs) task.state = "SUCCEEDED";
    else if (age >= finishAfterMs / 2 && task.state === "PENDING") task.state = "RUNNING";
  }

  /** Vendor documentation: a URL of the vendor's object store, which says until when it is good. */
  function urlOf(file: SampleFile): string {
    const name = `${randomUUID()}.${file.extension}`;
    given.set(name, file);
    const expiresAt = now() + DAY_MS;
    const url = addFile(name, { ...file, expiresAt });
    return `${url}?Expires=${Math.floor(expiresAt / 1000)}&OSSAccessKeyId=LTAI&Signature=c2lnbmVk`;
  }

  /** Recorded, new protocol: `task_metric` in the singular; wan2.6 says `type` and `finished` as documented. */
  function choicesOf(task: DashscopeTask) {
    const urls = Array.from({ length: task.count - task.failedCount }, () => urlOf(task.file));
    const content = urls.map((image) => (task.model.startsWith("wan") ? { image, type: "image" } : { image }));
    const message = { role: "assistant", content };
    return { choices: [{ finish_reason: "stop", message }], finished: true };
  }

  /** Recorded, old protocol; parts that failed as documented. */
  function resultsOf({ count, failedCount, code, message, file }: DashscopeTask) {
    const prompts = { orig_prompt: "…", actual_prompt: "…" };
    const made = Array.from({ length: count - failedCount }, () => ({ ...prompts, url: urlOf(file) }));
    return [...Array.from({ length: failedCount }, () => ({ code, message })), ...made];
  }

  function shown(task: DashscopeTask) {
    const { shape, file, count, failedCount } = task;
    const task_metrics = { TOTAL: count, SUCCEEDED: count - failedCount, FAILED: failedCount };
    if (shape === "results") {
      return { output: { results: resultsOf(task), task_metrics }, usage: { image_count: count - failedCount } };
    }
    if (shape === "choices") {
      return {
        output: choicesOf(task),
        usage: { image_count: count - failedCount, size: "1280*1280", total_tokens: 0 },
      };
    }
    const usage = {
      duration: 5,
      size: "1280*720",
      input_video_duration: 0,
      output_video_duration: 5,
      video_count: 1,
      SR: 720,
    };
    return { output: { orig_prompt: "…", video_url: urlOf(file) }, usage };
  }

  return {
    all,
    choicesOf,

    add(task: Pick<DashscopeTask, "model" | "shape" | "count" | "file">): string {
      const id = randomUUID();
      const rest = { failedCount: 0, code: "", message: "" };
      all.set(id, { ...task, ...rest, state: "PENDING", startedAt: now() });
      return id;
    },

    /** Vendor documentation: UNKNOWN for what never was, or was more than 24 hours ago. */
    read(id: string) {
      const task = all.get(id);
      if (!task || now() - task.startedAt > DAY_MS) {
        return { request_id: randomUUID(), output: { task_id: id, task_status: "UNKNOWN" } };
      }
      move(task);
      const { state: task_status, code, message, startedAt } = task;
      const known = { task_id: id, task_status, submit_time: chinaTime(startedAt) };
      const request_id = randomUUID();
      if (task_status === "FAILED") return { request_id, output: { ...known, code, message } };
      if (task_status !== "SUCCEEDED") {
        const task_metrics = { TOTAL: task.count, SUCCEEDED: 0, FAILED: 0 };
        return { request_id, output: { ...known, ...(task_status === "RUNNING" && { task_metrics }) } };
      }
      const { output, usage } = shown(task);
      return { request_id, output: { ...known, end_time: chinaTime(now()), ...output }, usage };
    },

    /** Vendor documentation: only what is PENDING. */
    cancel(id: string): boolean {
      const task = all.get(id);
      if (task) move(task);
      if (task?.state !== "PENDING") return false;
      task.state = "CANCELED";
      return true;
    },

    set(id: string, state: TaskState, change: Partial<Pick<DashscopeTask, "code" | "message" | "failedCount">> = {}) {
      const task = all.get(id);
      if (!task) throw new Error(`there is no task ${id}`);
      Object.assign(task, { state, ...change });
    },

    finishAll(): void {
      for (const task of all.values()) if (!isFinal(task.state)) task.state = "SUCCEEDED";
    },

    forget(id: string): void {
      all.delete(id);
    },

    expireFiles(): void {
      for (const [name, file] of given) addFile(name, { ...file, expiresAt: 0 });
    },
  };
}

function isFinal(state: TaskState): boolean {
  return state === "SUCCEEDED" || state === "FAILED" || state === "CANCELED";
}

/** Recorded: times have no zone, and are those of China. */
function chinaTime(at: number): string {
  return new Date(at + 8 * 60 * 60_000).toISOString().replace("T", " ").replace("Z", "");
}
