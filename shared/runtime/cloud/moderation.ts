// The check of content of a deployed function, with the one adapter that its bundle carries.
import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import type { ModerationConfig } from "../../config/moderation.ts";
import type { ModerationDeps } from "../../jobs/deps.ts";
import { createLook } from "../../moderation/look.ts";
import type { Moderation } from "../../ports/moderation.ts";

/** Throws ConfigError when the settings name another service. */
export function moderationOf(
  service: string,
  create: (config: ModerationConfig) => Moderation,
): (config: Config) => ModerationDeps | null {
  return ({ moderation, ffmpegPath }) => {
    if (moderation.service === "none") return null;
    if (moderation.service !== service) throw otherThanCarried(moderation, service);
    const { onFailure, onReview } = moderation;
    return { service: create(moderation), look: createLook({ ffmpegPath }), onFailure, onReview };
  };
}

function otherThanCarried({ service }: ModerationConfig, carried: string): ConfigError {
  const message = `is ${service}, and this was built with ${carried}. Build again with MODERATION=${service}`;
  return new ConfigError([{ variable: "MODERATION", message }]);
}
