// The tasks of Runway's server: their states, what they cost, and the URLs of their files, which are new at each look.
import { randomUUID } from "node:crypto";
import type { SampleFile } from "../vendor/sample-files.ts";

export type TaskState = "PENDING" | "THROTTLED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

export interface RunwayTask {
  state: TaskState;
  /** As it was asked for. */
  body: Readonly<Record<string, unknown>>;
  failureCode?: string;
  /** What is charged in the end. */
  credits: number;
  startedAt: number;
  file: SampleFile;
}

type AddFile = (name: string, file: { bytes: Uint8Array; contentType: string; expiresAt?: number }) => string;

export function createTasks(finishAfterMs: number, addFile: AddFile) {
  const all = new Map<string, RunwayTask>();
  const given = new Map<string, SampleFile>();

  function move(task: RunwayTask): void {
    if (isFinal(task.state) || Date.now() - task.startedAt < finishAfterMs) return;
    task.state = "SUCCEEDED";
  }

  return {
    all,

    add(file: SampleFile, body: Readonly<Record<string, unknown>>) {
      const id = randomUUID();
      const credits = creditsFor(body);
      all.set(id, { state: "PENDING", body, credits, startedAt: Date.now(), file });
      return { id, estimatedCost: { credits } };
    },

    /** Types of the vendor's client: `estimatedCost` until it has ended, `cost` from then on. */
    read(id: string) {
      const task = all.get(id);
      if (!task) return null;
      move(task);
      const { state: status, credits, failureCode, file } = task;
      const common = { id, status, createdAt: new Date(task.startedAt).toISOString() };
      if (!isFinal(status)) {
        const progress = status === "RUNNING" ? { progress: 0.43 } : {};
        return { ...common, ...progress, estimatedCost: { credits } };
      }
      const cost = { credits };
      if (status === "CANCELLED") return { ...common, cost };
      if (status === "FAILED") {
        return { ...common, failure: "It could not be made.", ...(failureCode && { failureCode }), cost };
      }
      // Types of the vendor's client: the URLs end within 24 to 48 hours; a further look gives fresh ones.
      const name = `${randomUUID()}.${file.extension}`;
      given.set(name, file);
      return { ...common, output: [`${addFile(name, file)}?_jwt=signed`], cost };
    },

    /** Types of the vendor's client: cancels what runs, deletes what has ended. False: there is none. */
    remove(id: string): boolean {
      const task = all.get(id);
      if (!task) return false;
      move(task);
      if (isFinal(task.state)) return all.delete(id);
      Object.assign(task, { state: "CANCELLED", credits: 0 });
      return true;
    },

    set(id: string, state: TaskState, { code, credits }: { code?: string; credits?: number } = {}): void {
      const task = all.get(id);
      if (!task) throw new Error(`there is no task ${id}`);
      task.state = state;
      if (code !== undefined) task.failureCode = code;
      if (state === "FAILED" || state === "CANCELLED") task.credits = credits ?? 0;
    },

    finishAll(): void {
      for (const task of all.values()) if (!isFinal(task.state)) task.state = "SUCCEEDED";
    },

    expireFiles(): void {
      for (const [name, file] of given) addFile(name, { ...file, expiresAt: 0 });
    },
  };
}

function isFinal(state: TaskState): boolean {
  return state === "SUCCEEDED" || state === "FAILED" || state === "CANCELLED";
}

/** Vendor documentation, pricing: credits a second for videos, by size for pictures. */
function creditsFor({ model, duration, ratio }: Readonly<Record<string, unknown>>): number {
  const seconds = typeof duration === "number" ? duration : 5;
  if (model === "gen4.5") return 12 * seconds;
  if (model === "gen4_turbo") return 5 * seconds;
  if (model === "gen4_image_turbo") return 2;
  return /(^|:)720(:|$)/.test(String(ratio)) ? 5 : 8;
}
