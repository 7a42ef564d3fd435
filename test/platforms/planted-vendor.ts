// A vendor's adapter that is put into a copy of the tree, as the product's own lie there: its wire is that of the test's vendor that calls.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VendorId } from "../../shared/config/vendors.ts";

export function plantVendor(tree: string, id: VendorId): void {
  const folder = join(tree, "shared/providers", id);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source.replaceAll("ID", id));
}

const files = {
  "models.json": JSON.stringify({
    models: [
      { id: "ID-model", type: "image", operations: ["generate"], price: 5, maxOutputs: 1, typicalMs: 1000 },
      { id: "ID-old", type: "image", operations: ["generate"], price: 5, maxOutputs: 1, typicalMs: 1000 },
    ],
  }),
  "offer.ts": `
import { createHmac } from "node:crypto";
import type { VendorConfig } from "../../config/vendors.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { textAt } from "../calling/json.ts";
import { registered, validateByModel } from "../calling/registry.ts";
import file from "./models.json" with { type: "json" };

export function offer(config: VendorConfig | null): OfferedProvider {
  const models = registered(file);
  return {
    ...{ id: "ID", isConfigured: config !== null, models, lostSubmit: "never", isSynchronous: false, canCancel: false, typicalMs: 1000 },
    validate: (request) => validateByModel(models, request),
    health: async () => ({ status: "up" }),
    async readCallback({ headers, body, receivedAt }) {
      const at = Number(headers["x-at"]);
      const right = createHmac("sha256", config?.apiKey ?? "").update(\`\${at}.\`).update(body).digest("hex");
      if (!(Math.abs(receivedAt - at) <= 300_000) || right !== headers["x-signature"]) return null;
      return { taskIds: [textAt(JSON.parse(Buffer.from(body).toString("latin1")), "id") ?? ""] };
    },
  };
}
`,
  "request.ts": `
export const headersOf = (key: string) => ({ authorization: \`Bearer \${key}\` });
`,
  "provider.ts": `
import type { VendorConfig } from "../../config/vendors.ts";
import type { Provider } from "../../ports/provider.ts";
import { callVendor } from "../calling/call-vendor.ts";
import { textAt } from "../calling/json.ts";
import { offer } from "./offer.ts";
import { headersOf } from "./request.ts";

export function create(config: VendorConfig): Provider {
  const headers = headersOf(config.apiKey);
  return {
    ...offer(config),
    async start({ prompt }, { callbackUrl, signal }) {
      const body = JSON.stringify({ prompt, callback_url: callbackUrl });
      const { json } = await callVendor({ method: "POST", url: \`\${config.baseUrl}/tasks\`, headers, body, signal });
      return { state: "started", task: { id: textAt(json, "id") ?? "" }, checkAfterMs: 600_000 };
    },
    async check(task, { signal }) {
      const { json } = await callVendor({ method: "GET", url: \`\${config.baseUrl}/tasks/\${task.id}\`, headers, signal });
      if (textAt(json, "state") !== "done") return { state: "running", checkAfterMs: 600_000 };
      return { state: "succeeded", sources: [{ kind: "url", url: textAt(json, "url") ?? "" }] };
    },
    cancel: async () => "unknown",
    lookUp: () => Promise.reject(new Error("it cannot be asked")),
    open: () => Promise.reject(new Error("there are no streams")),
  };
}
`,
};
