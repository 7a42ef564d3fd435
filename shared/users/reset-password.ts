// A new password for whoever reads the mail at an address. Broken off between the two writes, the mail's token is still good, for it holds for the old hash;
// after the second one it never is again.
import { AppError } from "../errors/app-error.ts";
import type { UserDeps } from "./deps.ts";
import { claimedBy, isMailToken } from "./mail-tokens.ts";
import { hashPassword } from "./passwords.ts";
import { busy, type Login, MAX_TRIES, readLogin, readUser, type Stored, type User } from "./user.ts";
import { writePassword } from "./write-password.ts";

/** Answers whose password it is now. Throws `invalid_request` for a token that is not good any more. */
export async function resetPassword(
  deps: UserDeps,
  { token, password }: { token: string; password: string },
): Promise<{ userId: string; email: string }> {
  let passwordHash: string | null = null;
  for (let n = 0; n < MAX_TRIES; n++) {
    const found = await whose(deps, token);
    // Dear: only for a token that is good.
    passwordHash ??= await hashPassword(password);
    if (await writePassword(deps.table, found, passwordHash))
      return { userId: found.profile.value.id, email: found.profile.value.email };
  }
  throw busy();
}

interface Found {
  profile: Stored<User>;
  login: Stored<Login>;
}

/** The profile is read first: whoever loses the race for it then changes nothing. */
async function whose({ table, clock, jwtSecret }: UserDeps, token: string): Promise<Found> {
  const claims = claimedBy(token, clock.now());
  const profile = claims && (await readUser(table, claims.userId));
  const login = profile && (await readLogin(table, profile.value.email));
  const isOwn = login && login.value.userId === profile.value.id;
  if (isOwn && isMailToken(jwtSecret, "reset", token, login.value.passwordHash)) return { profile, login };
  throw new AppError("invalid_request", {
    details: [
      { path: "token", message: "is not good any more: it was used, or is older than an hour. Ask for another mail" },
    ],
  });
}
