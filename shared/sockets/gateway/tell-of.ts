// Who tells listeners on AWS, for a bundle that advances productions.
import type { Config } from "../../config/config.ts";
import { gatewayOf } from "./api-gateway.ts";
import { createTell, type Tell } from "./tell.ts";

/** Undefined where nobody has said where the WebSocket API is. */
export function tellOf(config: Config): Tell | undefined {
  const gateway = gatewayOf(config);
  return gateway ? createTell(gateway) : undefined;
}
