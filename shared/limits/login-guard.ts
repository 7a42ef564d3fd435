// Slows whoever guesses passwords, and nobody else.
//
// - By address and e-mail together: five failures are free, then each doubles the wait.
// - By address alone, over all e-mails: the same behind fifty, for whoever tries one password on many accounts.
// - By e-mail alone nobody is ever kept out: whoever hammers an account from many addresses would keep its owner out. While an account is
//   under attack, each address that never opened it gets one failure free instead of five, and a longer wait after it.
//
// An address from which the account was opened before is spared the last two: neighbours and attackers elsewhere do not touch its owner.
import { AppError } from "../errors/app-error.ts";
import { addressGroup } from "./address-group.ts";
import { countFailure, failureName, readFailures, remember, requirePatience } from "./failure-items.ts";
import { countNow, type FailureRule } from "./failures.ts";
import type { Gate } from "./gate.ts";
import type { LimitPorts } from "./request-limit.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const forPair: FailureRule = { free: 5, firstMs: SECOND, longestMs: 15 * MINUTE, forgetMs: 15 * MINUTE };
const forPairUnderAttack: FailureRule = { free: 1, firstMs: MINUTE, longestMs: 64 * MINUTE, forgetMs: 64 * MINUTE };
const forAddress: FailureRule = { free: 50, firstMs: SECOND, longestMs: 15 * MINUTE, forgetMs: MINUTE };
/** Nobody waits by this one: so many failures say that an account is under attack. */
const forAccount: FailureRule = { free: 20, firstMs: SECOND, longestMs: 1024 * SECOND, forgetMs: MINUTE };

/**
 * Makes the attempt and counts it when it throws `unauthenticated` or `forbidden`. Throws `rate_limited` instead while there is something to
 * wait for: then the password was not looked at. For an unknown e-mail all is the same.
 */
export async function guardLogin<T>(
  ports: LimitPorts & { loginGate: Gate },
  who: { email: string; address: string },
  attempt: () => Promise<T>,
): Promise<T> {
  const { pair, byAddress, account } = namesOf(who);
  const { table, clock, loginGate } = ports;
  let rule = forPair;
  let isKnown = false;

  const lookAtPair = async () => {
    const [own, all] = await Promise.all([readFailures(table, pair), readFailures(table, account)]);
    const now = clock.now();
    isKnown = own.isKnown;
    rule = !isKnown && countNow(all, forAccount, now) >= forAccount.free ? forPairUnderAttack : forPair;
    requirePatience(own, rule, now);
    return Math.max(1, rule.free - countNow(own, rule, now));
  };
  const lookAtAddress = async () => {
    const own = await readFailures(table, byAddress);
    requirePatience(own, forAddress, clock.now());
    return Math.max(1, forAddress.free - countNow(own, forAddress, clock.now()));
  };
  const tryIt = async () => {
    try {
      const result = await attempt();
      await remember(ports, pair);
      return result;
    } catch (error) {
      if (!isWrongPassword(error)) throw error;
      const others = isKnown
        ? []
        : [countFailure(ports, byAddress, forAddress), countFailure(ports, account, forAccount)];
      await Promise.all([countFailure(ports, pair, rule), ...others]);
      throw error;
    }
  };
  return loginGate.pass(pair, lookAtPair, () => (isKnown ? tryIt() : loginGate.pass(byAddress, lookAtAddress, tryIt)));
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof AppError && (error.type === "unauthenticated" || error.type === "forbidden");
}

function namesOf({ email, address }: { email: string; address: string }) {
  const group = addressGroup(address) ?? "unknown";
  return {
    pair: failureName("login-pair", email, group),
    byAddress: failureName("login-address", group),
    account: failureName("login-account", email),
  };
}
