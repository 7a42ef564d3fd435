// The adapter of the bench's vendor, as those of real ones are: calls on the wire, limits stated, nothing remembered.
import type { Provider } from "../../shared/ports/provider.ts";
import { callVendor, parsed } from "../../shared/providers/calling/call-vendor.ts";
import { UnclearAnswer } from "../../shared/providers/calling/failures.ts";
import { textAt } from "../../shared/providers/calling/json.ts";

export interface Wire {
  url: string;
  queriesPerSecond: number;
  /** How soon the vendor would be asked about a task if there were no others. */
  checkAfterMs: number;
  typicalMs: number;
  /** It calls when a task is done. */
  calls: boolean;
}

export function wireProvider({ url, queriesPerSecond, checkAfterMs, typicalMs, calls }: Wire): Provider {
  const headers = { "content-type": "application/json" };
  return {
    id: "wire",
    isConfigured: true,
    models: [{ id: "wire", type: "image", operations: ["generate"], price: 1, maxOutputs: 1 }],
    lostSubmit: "never",
    isSynchronous: false,
    canCancel: false,
    typicalMs,
    limits: { account: "bench", query: { perSecond: queriesPerSecond } },
    validate: () => [],
    health: async () => ({ status: "up" }),
    async start(_, { reference, callbackUrl = null, signal }) {
      const body = JSON.stringify({ reference, callbackUrl });
      const answer = await callVendor({ method: "POST", url: `${url}/tasks`, headers, body, signal });
      const id = textAt(answer.json, "id");
      if (answer.status !== 200 || !id) throw new UnclearAnswer(answer);
      return { state: "started", task: { id }, checkAfterMs };
    },
    async check({ id }, { signal }) {
      const answer = await callVendor({ method: "GET", url: `${url}/tasks/${id}`, headers, signal });
      const state = textAt(answer.json, "state");
      if (state === "running") return { state, checkAfterMs };
      const file = textAt(answer.json, "file");
      if (state !== "done" || !file) throw new UnclearAnswer(answer);
      return { state: "succeeded", sources: [{ kind: "url", url: `${url}/files/${file}` }] };
    },
    cancel: async () => "unknown",
    ...(calls && {
      async readCallback({ body }) {
        const id = textAt(parsed(Buffer.from(body).toString()), "id");
        return id ? { taskIds: [id] } : null;
      },
    }),
    lookUp: () => Promise.reject(new Error("There is nothing to look up by.")),
    open: () => Promise.reject(new Error("There is nothing to open.")),
  };
}
