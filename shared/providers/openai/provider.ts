// OpenAI: a start is answered with the pictures or the sound themselves, a minute later at times. Nothing can be asked of it afterwards.
import type { VendorConfig } from "../../config/vendors.ts";
import { AppError } from "../../errors/app-error.ts";
import type { Provider } from "../../ports/provider.ts";
import { openVendor } from "../calling/call-vendor.ts";
import { notHanded } from "../calling/inputs.ts";
import { outcomeOf, spokenBy } from "./answer.ts";
import { baseUrlOf, offer } from "./offer.ts";
import { startOf } from "./request.ts";

export function create(config: VendorConfig): Provider {
  return {
    ...offer(config),

    async start(request, context) {
      const { signal, keep } = context;
      signal.throwIfAborted();
      if (!keep) throw new Error("there is nobody who keeps the pictures");
      const start = await startOf(request, context).catch((error) => notHanded(error, context));
      if ("failure" in start) return start;
      const { path, headers, body } = start;
      const answer = await openVendor({
        ...{ method: "POST", url: `${baseUrlOf(config)}${path}`, body, signal },
        headers: { ...headers, authorization: `Bearer ${config.apiKey}` },
      });
      return request.type === "audio" ? spokenBy(answer, keep) : outcomeOf(answer, request.n, keep);
    },

    async check() {
      throw new Error("openai has no tasks");
    },

    async cancel(_, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    async lookUp() {
      throw new Error("openai knows nothing of our references");
    },

    async open({ data }) {
      throw new AppError(data.isRefused === true ? "moderation_blocked" : "fetch_failed");
    },
  };
}
