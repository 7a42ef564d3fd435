// A function that was built without a check of content.
import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";

/** Throws ConfigError when the settings want one: nothing may go unchecked because of how it was built. */
export function noModeration({ moderation: { service } }: Config): null {
  if (service === "none") return null;
  const message = `is ${service}, and this was built without it. Build again with MODERATION=${service}`;
  throw new ConfigError([{ variable: "MODERATION", message }]);
}
