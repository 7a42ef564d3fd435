// The vendors' adapters of one process that runs everything: those with a key are loaded, the others only say what they would offer.
import type { ChatId, VendorConfig, VendorConfigs, VendorId } from "../../config/vendors.ts";
import type { OfferedProvider, Provider } from "../../ports/provider.ts";
import { offer as offerArk } from "../../providers/ark/offer.ts";
import { offer as offerChat } from "../../providers/chat/offer.ts";
import { offer as offerDashscope } from "../../providers/dashscope/offer.ts";
import { offer as offerFal } from "../../providers/fal/offer.ts";
import { offer as offerKling } from "../../providers/kling/offer.ts";
import { offer as offerOpenai } from "../../providers/openai/offer.ts";
import { offer as offerRunway } from "../../providers/runway/offer.ts";
import { offer as offerStability } from "../../providers/stability/offer.ts";

interface Adapter {
  offer(config: VendorConfig | null): OfferedProvider;
  load(): Promise<{ create(config: VendorConfig): Provider }>;
}

/** In the order in which defaults are chosen. */
const adapters: Readonly<Record<VendorId, Adapter>> = {
  dashscope: { offer: offerDashscope, load: () => import("../../providers/dashscope/provider.ts") },
  openai: { offer: offerOpenai, load: () => import("../../providers/openai/provider.ts") },
  stability: { offer: offerStability, load: () => import("../../providers/stability/provider.ts") },
  runway: { offer: offerRunway, load: () => import("../../providers/runway/provider.ts") },
  fal: { offer: offerFal, load: () => import("../../providers/fal/provider.ts") },
  kling: { offer: offerKling, load: () => import("../../providers/kling/provider.ts") },
  ark: { offer: offerArk, load: () => import("../../providers/ark/provider.ts") },
  cloud_qwen: chat("cloud_qwen"),
  openai_chat: chat("openai_chat"),
  local_qwen: chat("local_qwen"),
  local_qwen_vl: chat("local_qwen_vl"),
};

/** One adapter for all of them. */
function chat(id: ChatId): Adapter {
  return {
    offer: (config) => offerChat(id, config),
    async load() {
      const { create } = await import("../../providers/chat/provider.ts");
      return { create: (config) => create(id, config) };
    },
  };
}

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
