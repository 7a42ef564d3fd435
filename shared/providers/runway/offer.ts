// What Runway offers: pictures of references, and videos of words or of a first frame. Light: functions that only take requests carry it.
import type { VendorConfig } from "../../config/vendors.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { accountOf } from "../calling/account.ts";
import { numberAt } from "../calling/json.ts";
import { registered } from "../calling/registry.ts";
import { callRunway } from "./call.ts";
import file from "./models.json" with { type: "json" };
import { validate } from "./rules.ts";

export const models = registered(file);

export function offer(config: VendorConfig | null): OfferedProvider {
  return {
    id: "runway",
    isConfigured: config !== null,
    models,
    // No key by which a start could be sent again is documented, and tasks cannot be listed.
    lostSubmit: "never",
    isSynchronous: false,
    canCancel: true,
    typicalMs: 60_000,
    // Vendor documentation, usage tiers: no limit of requests a minute; what is over an account's concurrency waits as THROTTLED.
    ...(config && { limits: { account: accountOf(config.apiKey) } }),

    validate: (request) => validate(models, request),

    async health(signal) {
      if (!config) throw new Error("runway has no key");
      const { status, json } = await callRunway(config, { method: "GET", path: "/v1/organization", signal });
      if (status === 200 && numberAt(json, "creditBalance") === 0) {
        return {
          status: "down",
          message: "The provider's account has no credits left. Its operator has to top it up.",
        };
      }
      if (status === 200) return { status: "up" };
      if (status === 401 || status === 403) {
        return { status: "down", message: "The provider refuses this server's key. Its operator has to look at it." };
      }
      return { status: "down", message: "The provider does not answer as it should just now." };
    },
  };
}
