// Adapters of a vendor of nobody's (test/servers/plain): one waits for tasks, one keeps what the answer holds.
import type { CheckOutcome, OfferedProvider, Provider, StartOutcome } from "../../shared/ports/provider.ts";
import { callVendor, type VendorAnswer } from "../../shared/providers/calling/call-vendor.ts";
import {
  broken,
  notAllowed,
  refusedContent,
  throttled,
  UnclearAnswer,
} from "../../shared/providers/calling/failures.ts";
import { listAt, textAt } from "../../shared/providers/calling/json.ts";
import type { PlainServer } from "../servers/plain/server.ts";

type Way = "tasks" | "pictures";

export function plainProvider(way: Way, { url, key }: Pick<PlainServer, "url" | "key">): Provider {
  const call = (method: "GET" | "POST" | "DELETE", path: string, signal: AbortSignal, body?: object) =>
    callVendor({
      ...{ method, url: `${url}${path}`, signal },
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });

  return {
    ...offerOf(way),

    async start({ prompt }, { signal, keep }): Promise<StartOutcome> {
      const answer = await call("POST", `/${way}`, signal, { prompt });
      const failed = failedBy(answer);
      if (failed) return failed;
      if (way === "tasks") {
        const id = textAt(answer.json, "id");
        if (id === undefined) throw new UnclearAnswer(answer);
        return { state: "started", task: { id }, checkAfterMs: 1000 };
      }
      if (!Array.isArray((answer.json as { pictures?: unknown } | undefined)?.pictures))
        throw new UnclearAnswer(answer);
      const pictures = listAt(answer.json, "pictures").filter((text) => typeof text === "string" && text !== "");
      for (const [index, text] of pictures.entries()) await keep?.(index, decoded(String(text)));
      return { state: "succeeded", sources: pictures.map(() => ({ kind: "kept" })) };
    },

    async check({ id }, { signal }): Promise<CheckOutcome> {
      const answer = await call("GET", `/tasks/${id}`, signal);
      // What is wrong with asking says nothing of the task.
      if (answer.status !== 200 && answer.status !== 404) throw new UnclearAnswer(answer);
      const failed = failedBy(answer);
      if (failed) return failed;
      const state = textAt(answer.json, "state");
      if (state === "queued" || state === "running") return { state: "running", checkAfterMs: 1000 };
      if (state !== "done") throw new UnclearAnswer(answer);
      const urls = listAt(answer.json, "urls").filter((each) => typeof each === "string");
      return { state: "succeeded", sources: urls.map((each) => ({ kind: "url", url: String(each) })) };
    },

    async cancel({ id }, { signal }) {
      const { status } = await call("DELETE", `/tasks/${id}`, signal);
      if (status >= 500) throw new Error(`HTTP ${status}`);
      return status === 204 ? "done" : "unknown";
    },
    lookUp: () => Promise.reject(new Error("it cannot be asked")),
    open: () => Promise.reject(new Error("there is nothing to open")),
  };
}

function offerOf(way: Way): OfferedProvider {
  return {
    id: `plain-${way}`,
    isConfigured: true,
    models: [{ id: `plain-${way}`, type: "image", operations: ["generate"], price: 10, maxOutputs: 1 }],
    lostSubmit: "never",
    isSynchronous: way === "pictures",
    canCancel: way === "tasks",
    typicalMs: 3000,
    validate: () => [],
    health: async () => ({ status: "up" }),
  };
}

function failedBy({ status, headers, json }: VendorAnswer): (StartOutcome & CheckOutcome & { state: "failed" }) | null {
  if (status < 300) return null;
  const code = textAt(json, "error", "code");
  if (code === undefined) throw new UnclearAnswer({ status });
  if (status === 429) return { state: "failed", failure: throttled({ headers }) };
  if (status === 401) return { state: "failed", failure: notAllowed() };
  return { state: "failed", failure: code === "refused" ? refusedContent() : broken(code) };
}

async function* decoded(base64: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(base64, "base64");
}
