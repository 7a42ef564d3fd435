// The check of content of one process that runs everything: loaded when the settings name one.
import type { Config } from "../../config/config.ts";
import type { ModerationConfig, ModerationService } from "../../config/moderation.ts";
import type { ModerationDeps } from "../../jobs/deps.ts";
import type { Moderation } from "../../ports/moderation.ts";

type Create = (config: ModerationConfig) => Moderation;

const adapters: Readonly<Record<ModerationService, () => Promise<{ create: Create }>>> = {
  openai: () => import("../../moderation/openai/create.ts"),
  aliyun: () => import("../../moderation/aliyun/create.ts"),
  vlm: () => import("../../moderation/vlm/create.ts"),
};

export async function openModeration({ moderation, ffmpegPath }: Config): Promise<ModerationDeps | null> {
  const { service, onFailure, onReview } = moderation;
  if (service === "none") return null;
  const [{ create }, { createLook }] = await Promise.all([adapters[service](), import("../../moderation/look.ts")]);
  return { service: create(moderation), look: createLook({ ffmpegPath }), onFailure, onReview };
}
