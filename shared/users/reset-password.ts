// A new password for whoever reads the mail at an address. As with a change of it: the profile's token version rises first, which ends every token; then the
// login gets the new hash. Broken off in between, the mail's token is still good, for it holds for the old hash; after the second write it never is again.
import { AppError } from "../errors/app-error.ts";
import type { UserDeps } from "./deps.ts";
import { claimedBy, isMailToken } from "./mail-tokens.ts";
import { hashPassword } from "./passwords.ts";
import {
  busy,
  type Login,
  loginKey,
  MAX_TRIES,
  profileKey,
  readLogin,
  readUser,
  type Stored,
  type User,
} from "./user.ts";

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
    if (await write(deps, found, passwordHash))
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

/** False when somebody else wrote either item meanwhile. */
async function write({ table }: UserDeps, { profile, login }: Found, passwordHash: string): Promise<boolean> {
  const { id, email } = profile.value;
  const tokenVersion = profile.value.tokenVersion + 1;
  const ended = { ...profileKey(id), data: { ...profile.value, tokenVersion } };
  if ((await table.put(ended, { version: profile.version })) === null) return false;
  const data: Login = { ...login.value, passwordHash, tokenVersion };
  return (await table.put({ ...loginKey(email), data: { ...data } }, { version: login.version })) !== null;
}
