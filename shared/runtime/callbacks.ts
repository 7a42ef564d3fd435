// Where vendors reach the API from outside, and the address that each attempt's vendor is given.
import type { Config } from "../config/config.ts";
import { attemptToken } from "../jobs/callbacks/attempt-token.ts";
import type { CallbackUrl } from "../jobs/deps.ts";
import { isReachable } from "../providers/calling/inputs.ts";
import { BASE_PATH } from "./http/http-routes.ts";

/** Null when nobody outside could: only the operator knows of an address that does not look like one of the internet. */
export function callbackBaseOf({ callbackUrl, publicUrl }: Pick<Config, "callbackUrl" | "publicUrl">): string | null {
  if (callbackUrl !== null) return callbackUrl;
  return publicUrl !== null && isReachable(publicUrl) ? publicUrl : null;
}

export function callbackUrlOf(base: string, provider: string, token: string): string {
  return `${base}${BASE_PATH}/webhooks/${provider}/${token}`;
}

/** Undefined where no vendor could reach us. */
export function callbackUrlMaker(base: string | null, jwtSecret: string): CallbackUrl | undefined {
  if (base === null) return undefined;
  return (provider, attempt) => callbackUrlOf(base, provider, attemptToken(jwtSecret, provider, attempt));
}
