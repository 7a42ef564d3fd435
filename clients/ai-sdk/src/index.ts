// dream-factory-ai-sdk: Dream Factory as a provider of the Vercel AI SDK.
export {
  createDreamFactory,
  createDreamFactoryV3,
  type DreamFactoryProvider,
  type DreamFactoryProviderV3,
} from "./provider.ts";
export type { DreamFactorySettings } from "./settings.ts";
