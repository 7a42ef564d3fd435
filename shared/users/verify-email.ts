// An address is verified by the token of a mail to it. Welcome credits that wait for that come first, once: whoever dies behind them leaves the rest to
// whoever opens the mail again.
import type { ChangeAccount } from "../credits/changes.ts";
import { grantCredits } from "../credits/grants.ts";
import { AppError } from "../errors/app-error.ts";
import type { UserDeps } from "./deps.ts";
import { claimedBy, isMailToken } from "./mail-tokens.ts";
import { busy, MAX_TRIES, profileKey, readUser, type User } from "./user.ts";

type Deps = UserDeps & { changeAccount: ChangeAccount };

/** Repeating it is safe. Throws `invalid_request` for a token that is not good. */
export async function verifyEmail(deps: Deps, token: string): Promise<User> {
  for (let n = 0; n < MAX_TRIES; n++) {
    const claims = claimedBy(token, deps.clock.now());
    const found = claims && (await readUser(deps.table, claims.userId));
    if (!found || !isMailToken(deps.jwtSecret, "verify", token, found.value.email)) throw notGood();
    const { pendingWelcome, ...user } = found.value;
    if (user.verifiedAt !== undefined) return user;
    if (pendingWelcome) {
      await grantCredits(deps, { userId: user.id, credits: pendingWelcome, reason: "Welcome", key: "welcome" });
    }
    const verified: User = { ...user, verifiedAt: deps.clock.now() };
    const item = { ...profileKey(user.id), data: { ...verified } };
    if ((await deps.table.put(item, { version: found.version })) !== null) return verified;
  }
  throw busy();
}

function notGood(): AppError {
  return new AppError("invalid_request", {
    details: [{ path: "token", message: "is not good, or too old. Log in and ask for another mail" }],
  });
}
