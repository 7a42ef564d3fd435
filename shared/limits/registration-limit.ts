// How many users may be registered from one address.
import { AppError } from "../errors/app-error.ts";
import type { LimitPorts, RequestLimit } from "./request-limit.ts";

/** Counts a registration, also one that will be refused: asking which e-mail addresses are taken costs as much. Throws `rate_limited`. */
export async function limitRegistration(
  ports: LimitPorts & { registrationLimit: RequestLimit },
  address: string,
): Promise<void> {
  const waitMs = await ports.registrationLimit.take(ports, { address });
  if (waitMs === 0) return;
  throw new AppError("rate_limited", {
    message: `Too many registrations from this address. Wait for ${Math.ceil(waitMs / 60_000)} minutes.`,
    retryAfterMs: waitMs,
  });
}
