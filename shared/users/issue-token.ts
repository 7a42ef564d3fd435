// Tokens for whoever has shown their password.
import { AppError } from "../errors/app-error.ts";
import type { UserDeps } from "./deps.ts";
import { signToken, type Token } from "./sign-token.ts";
import { type Login, loginKey, readUser, type Stored } from "./user.ts";

/**
 * A token for the login whose password was verified, of the version that stands in it: between the two writes of a password change, the old
 * password gets nothing. Where the profile is ahead, a change was broken off or is under way: the login catches up if nobody wrote it meanwhile,
 * and a change that is under way loses its second write and starts again. Null when somebody wrote the login meanwhile: verify again.
 * Throws `unauthenticated` when the user is gone.
 */
export async function issueToken(deps: UserDeps, email: string, login: Stored<Login>): Promise<Token | null> {
  const user = await readUser(deps.table, login.value.userId);
  if (!user) throw new AppError("unauthenticated");
  const { id, tokenVersion } = user.value;
  if (tokenVersion !== login.value.tokenVersion) {
    const data = { ...login.value, tokenVersion };
    if (!(await deps.table.put({ ...loginKey(email), data }, { version: login.version }))) return null;
  }
  return newToken(deps, id, tokenVersion);
}

export function newToken({ clock, config, jwtSecret }: UserDeps, userId: string, tokenVersion: number): Token {
  const options = { secret: jwtSecret, now: clock.now(), lifetimeMs: config.tokenLifetimeMs };
  return signToken({ userId, tokenVersion }, options);
}
