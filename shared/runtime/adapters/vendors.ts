// The vendors' adapters of one process that runs everything: those with a key are loaded, the others only say what they would offer.
import type { VendorConfig, VendorConfigs, VendorId } from "../../config/vendors.ts";
import type { OfferedProvider, Provider } from "../../ports/provider.ts";
import { offer as offerArk } from "../../providers/ark/offer.ts";
import { offer as offerKling } from "../../providers/kling/offer.ts";

interface Adapter {
  offer(config: VendorConfig | null): OfferedProvider;
  load(): Promise<{ create(config: VendorConfig): Provider }>;
}

/** In the order in which defaults are chosen. */
const adapters: Readonly<Partial<Record<VendorId, Adapter>>> = {
  kling: { offer: offerKling, load: () => import("../../providers/kling/provider.ts") },
  ark: { offer: offerArk, load: () => import("../../providers/ark/provider.ts") },
};

export async function openVendors(configs: VendorConfigs): Promise<Provider[]> {
  return Promise.all(
    Object.entries(adapters).map(async ([id, { offer, load }]) => {
      const config = configs[id as VendorId];
      return config ? (await load()).create(config) : unconfigured(offer(null));
    }),
  );
}

/** What may be asked of a vendor whose key was taken away while jobs of it were under way: nothing. */
export function unconfigured(offered: OfferedProvider): Provider {
  const message = `This server has no key of ${offered.id} any more.`;
  const failed = { state: "failed", failure: { type: "provider_error", message, retryable: false } } as const;
  const refuse = async () => {
    throw new Error(message);
  };
  return {
    ...offered,
    start: async () => failed,
    check: async () => failed,
    cancel: async () => "unknown",
    lookUp: refuse,
    open: refuse,
  };
}
