// What is offered on fal: Pika, Flux, SDXL, and whatever the operator configures. Light: functions that only take requests carry it.
import type { VendorConfig } from "../../config/vendors.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { accountOf } from "../calling/account.ts";
import { baseOf, callFal } from "./call.ts";
import { callbackReader } from "./callback.ts";
import { modelsWith } from "./models.ts";
import { validate } from "./request.ts";

/** Nobody's: asking for it starts nothing, and says whether the key is known. */
const NO_REQUEST = "fal-ai/flux/requests/00000000-0000-0000-0000-000000000000/status";

export function offer(config: VendorConfig | null): OfferedProvider {
  const models = modelsWith(config?.models ?? []);
  return {
    id: "fal",
    isConfigured: config !== null,
    models,
    // No key by which a start could be sent again is documented, and requests cannot be listed by anything of ours.
    lostSubmit: "never",
    isSynchronous: false,
    canCancel: true,
    typicalMs: 10_000,
    // Vendor documentation, queue: what is over an account's concurrency waits in the queue, and is never refused.
    ...(config && { limits: { account: accountOf(config.apiKey) } }),

    validate: (request) => validate(models, request),

    async health(signal) {
      if (!config) throw new Error("fal has no key");
      const { status, json } = await callFal(config, { method: "GET", url: `${baseOf(config)}/${NO_REQUEST}`, signal });
      if (status === 401 || status === 403) {
        const message =
          "The provider refuses this server's account. Its operator has to look at its key and its balance.";
        return { status: "down", message };
      }
      if (status < 500 && json !== undefined) return { status: "up" };
      return { status: "down", message: "The provider does not answer as it should just now." };
    },

    ...(config && { readCallback: callbackReader(config) }),
  };
}
