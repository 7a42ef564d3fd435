// A new password for whoever knows the current one. It ends all tokens.
import { AppError } from "../errors/app-error.ts";
import type { UserDeps } from "./deps.ts";
import { issueToken } from "./issue-token.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import type { Token } from "./sign-token.ts";
import { busy, type Login, MAX_TRIES, readLogin, readUser, type Stored, type User } from "./user.ts";
import { writePassword } from "./write-password.ts";

/** Answers a token that is good. Throws `forbidden` when the current password is not right, `unavailable` when others change the account without end. */
export async function changePassword(
  deps: UserDeps,
  user: User,
  passwords: { current: string; next: string },
): Promise<Token> {
  const passwordHash = await hashPassword(passwords.next);
  for (let n = 0; n < MAX_TRIES; n++) {
    const changed = await tryChange(deps, user, passwords.current, passwordHash);
    const token = changed && (await issueToken(deps, user.email, changed));
    if (token) return token;
  }
  throw busy();
}

/** Null when somebody else wrote either item meanwhile. The profile is read first: whoever lost the whole race then ends nobody's tokens. */
async function tryChange(
  deps: UserDeps,
  { id, email }: User,
  current: string,
  passwordHash: string,
): Promise<Stored<Login> | null> {
  const profile = await readUser(deps.table, id);
  if (!profile) throw new AppError("unauthenticated");
  const login = await openLogin(deps, email, current);
  // Another change may have been between its two writes: checking the password took long enough for the second one. Its token shall stay good.
  if ((await readLogin(deps.table, email))?.version !== login.version) return null;

  return writePassword(deps.table, { profile, login }, passwordHash);
}

async function openLogin({ table }: UserDeps, email: string, password: string): Promise<Stored<Login>> {
  const login = await readLogin(table, email);
  const isRight = await verifyPassword(password, login?.value.passwordHash ?? null);
  if (login && isRight) return login;
  throw new AppError("forbidden", { message: "The current password is not right." });
}
