// The adapters of the crash tests: one vendor, and one adapter for each thing that a lost answer can mean.
import type { CheckOutcome, LostSubmit, Provider, ProviderTask } from "../../shared/ports/provider.ts";
import type { Order, TaskAnswer } from "./vendor.ts";

export const vendorPrice = 10;

export const vendorIds: Readonly<Record<LostSubmit, string>> = {
  restart: "vendor-restart",
  byReference: "vendor-by-reference",
  lookUp: "vendor-look-up",
  never: "vendor-never",
};

export function vendorProviders(url: string): Provider[] {
  const meanings = Object.keys(vendorIds) as LostSubmit[];
  return meanings.map((lostSubmit) => vendorProvider(url, lostSubmit));
}

/** The one that cannot be asked answers when the work is done; the others have tasks. */
function vendorProvider(url: string, lostSubmit: LostSubmit): Provider {
  const id = vendorIds[lostSubmit];
  const isSynchronous = lostSubmit === "never";
  return {
    id,
    isConfigured: true,
    models: [{ id, type: "image", operations: ["generate"], price: vendorPrice, maxOutputs: 4 }],
    lostSubmit,
    isSynchronous,
    canCancel: true,
    typicalMs: 1000,
    validate: () => [],

    async health(signal) {
      const task = await call<TaskAnswer>(`${url}/tasks/none`, { signal });
      return task ? { status: "down", message: "The vendor has a task that nobody made." } : { status: "up" };
    },

    async start({ prompt, n }, { reference, signal }) {
      const order: Order = { reference, prompt, n, isOnce: lostSubmit === "byReference" };
      const task = await call<ProviderTask>(`${url}/tasks`, { method: "POST", body: JSON.stringify(order), signal });
      if (!task) throw new Error("the vendor has no tasks");
      if (!isSynchronous) return { state: "started", task: { id: task.id }, checkAfterMs: 20 };
      const outcome = await look(url, task, signal);
      if (outcome.state === "running") throw new Error("the vendor answers when the work is done");
      return outcome;
    },

    check: (task, { signal }) => look(url, task, signal),

    async cancel(task, { signal }) {
      const answer = await call<TaskAnswer>(`${url}/tasks/${task.id}`, { method: "DELETE", signal });
      if (!answer) return "unknown";
      return answer.state === "cancelled" ? "done" : "too_late";
    },

    async lookUp({ reference, signal }) {
      if (lostSubmit !== "lookUp") throw new Error(`${id} cannot be asked for a reference`);
      const task = await call<ProviderTask>(`${url}/tasks?reference=${reference}`, { signal });
      return task && { id: task.id };
    },

    async open() {
      throw new Error("the vendor's files are fetched");
    },
  };
}

async function look(url: string, { id }: ProviderTask, signal: AbortSignal): Promise<CheckOutcome> {
  const answer = await call<TaskAnswer>(`${url}/tasks/${id}`, { signal });
  if (!answer) throw new Error(`the vendor does not know ${id}`);
  if (answer.state === "running") return { state: "running", checkAfterMs: 250 };
  if (answer.state === "succeeded") {
    return { state: "succeeded", sources: answer.files.map((file) => ({ kind: "url", url: file })) };
  }
  return { state: "failed", failure: { type: "moderation_blocked", message: "Refused.", retryable: false } };
}

/** Null when there is no such thing. */
async function call<T>(url: string, init: RequestInit): Promise<T | null> {
  const response = await fetch(url, init);
  if (response.status === 404) return null;
  return (await response.json()) as T;
}
