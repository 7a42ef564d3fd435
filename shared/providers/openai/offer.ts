// What OpenAI's image models offer, also through a gateway that speaks their language. Light: functions that only take requests carry it.
import type { VendorConfig } from "../../config/vendors.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { accountOf } from "../calling/account.ts";
import { openVendor } from "../calling/call-vendor.ts";
import { registered } from "../calling/registry.ts";
import file from "./models.json" with { type: "json" };
import { validate } from "./rules.ts";

export const models = registered(file);

/** Where the vendor's API begins; an address of the operator's has its path already. */
export function baseUrlOf({ baseUrl }: VendorConfig): string {
  return baseUrl ?? "https://api.openai.com/v1";
}

export function offer(config: VendorConfig | null): OfferedProvider {
  return {
    id: "openai",
    isConfigured: config !== null,
    models,
    // A key for repeats can be sent, and nothing is promised of it for pictures: a start that is sent twice may be billed twice.
    lostSubmit: "never",
    isSynchronous: true,
    canCancel: false,
    typicalMs: 30_000,
    // The limits of requests a minute go by an account's tier, which no call tells beforehand.
    ...(config && { limits: { account: accountOf(config.apiKey) } }),

    validate: (request) => validate(models, request),

    async health(signal) {
      if (!config) throw new Error("openai has no key");
      const answer = await openVendor({
        ...{ method: "GET", url: `${baseUrlOf(config)}/models`, signal },
        headers: { authorization: `Bearer ${config.apiKey}` },
      });
      await answer.body[Symbol.asyncIterator]().return?.();
      if (answer.status === 401 || answer.status === 403) {
        return { status: "down", message: "The provider refuses this server's key. Its operator has to look at it." };
      }
      // A gateway may have no such list; it has answered.
      if (answer.status < 500) return { status: "up" };
      return { status: "down", message: "The provider does not answer as it should just now." };
    },
  };
}
