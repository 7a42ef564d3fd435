// Slows whoever guesses redemption codes. A code has 90 random bits, so this keeps the table quiet rather than the codes safe: what comes
// together is let through together, and counted.
import { AppError } from "../errors/app-error.ts";
import { addressGroup } from "./address-group.ts";
import { countFailure, failureName, readFailures, requirePatience } from "./failure-items.ts";
import type { FailureRule } from "./failures.ts";
import type { LimitPorts } from "./request-limit.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const forUser: FailureRule = { free: 10, firstMs: 2 * SECOND, longestMs: 60 * MINUTE, forgetMs: 10 * MINUTE };
const forAddress: FailureRule = { free: 50, firstMs: SECOND, longestMs: 15 * MINUTE, forgetMs: MINUTE };

/** Makes the attempt and counts it when it throws `not_found`. Throws `rate_limited` instead while there is something to wait for. */
export async function guardGuess<T>(
  ports: LimitPorts,
  who: { userId: string; address: string },
  attempt: () => Promise<T>,
): Promise<T> {
  const scopes = [
    { name: failureName("code-user", who.userId), rule: forUser },
    { name: failureName("code-address", addressGroup(who.address) ?? "unknown"), rule: forAddress },
  ];
  const known = await Promise.all(
    scopes.map(async ({ name, rule }) => ({ rule, ...(await readFailures(ports.table, name)) })),
  );
  for (const { rule, ...failures } of known) requirePatience(failures, rule, ports.clock.now());
  try {
    return await attempt();
  } catch (error) {
    const isGuess = error instanceof AppError && error.type === "not_found";
    if (isGuess) await Promise.all(scopes.map(({ name, rule }) => countFailure(ports, name, rule)));
    throw error;
  }
}
