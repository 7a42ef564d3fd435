// What Stability's v2beta offers. Light: functions that only take requests carry it.
import type { VendorConfig } from "../../config/vendors.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { accountOf } from "../calling/account.ts";
import { callVendor } from "../calling/call-vendor.ts";
import { numberAt } from "../calling/json.ts";
import { registered } from "../calling/registry.ts";
import file from "./models.json" with { type: "json" };
import { validate } from "./rules.ts";

export const models = registered(file);

export function baseUrlOf({ baseUrl }: VendorConfig): string {
  return baseUrl ?? "https://api.stability.ai";
}

export function offer(config: VendorConfig | null): OfferedProvider {
  return {
    id: "stability",
    isConfigured: config !== null,
    models,
    // It takes no key of ours, and knows nothing of our references.
    lostSubmit: "never",
    isSynchronous: true,
    canCancel: false,
    typicalMs: 10_000,
    // Vendor documentation, rate limits: 150 requests of any kind within 10 s, then 60 s of silence.
    ...(config && {
      limits: { account: accountOf(config.apiKey), start: { perSecond: 10 }, query: { perSecond: 4 } },
    }),

    validate: (request) => validate(models, request),

    async health(signal) {
      if (!config) throw new Error("stability has no key");
      const { status, json } = await callVendor({
        ...{ method: "GET", url: `${baseUrlOf(config)}/v1/user/balance`, signal },
        headers: { authorization: `Bearer ${config.apiKey}` },
      });
      if (status === 401 || status === 403) {
        return { status: "down", message: "The provider refuses this server's key. Its operator has to look at it." };
      }
      const credits = status === 200 ? numberAt(json, "credits") : undefined;
      if (credits === undefined)
        return { status: "down", message: "The provider does not answer as it should just now." };
      if (credits > 0) return { status: "up" };
      return { status: "down", message: "The provider's account has no credits left. Its operator has to top it up." };
    },
  };
}
