import { AppError } from "../errors/app-error.ts";
import type { UserDeps } from "./deps.ts";
import { issueToken } from "./issue-token.ts";
import { verifyPassword } from "./passwords.ts";
import type { Token } from "./sign-token.ts";
import { busy, MAX_TRIES, readLogin } from "./user.ts";

export interface LoggedIn {
  userId: string;
  email: string;
  token: Token;
}

/** `email`: normalized. Throws `unauthenticated`, the same and after the same work for an unknown address and a wrong password. */
export async function login(deps: UserDeps, email: string, password: string): Promise<LoggedIn> {
  for (let n = 0; n < MAX_TRIES; n++) {
    const found = await readLogin(deps.table, email);
    const isRight = await verifyPassword(password, found?.value.passwordHash ?? null);
    if (!found || !isRight) {
      throw new AppError("unauthenticated", { message: "The e-mail address or the password is wrong." });
    }
    const token = await issueToken(deps, email, found);
    if (token) return { userId: found.value.userId, email, token };
  }
  throw busy();
}
