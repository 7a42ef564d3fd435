// Whose connection it is: the token is looked at when it begins, and again while it lasts.
import { AppError } from "../errors/app-error.ts";
import type { HttpDeps } from "../http/deps.ts";
import { takeRequest } from "../http/limits.ts";
import { authenticate } from "../users/authenticate.ts";
import type { User } from "../users/user.ts";

/** Throws `unauthenticated`; whoever guesses tokens is counted by their address. */
export async function signedIn(deps: HttpDeps, token: string, address: string): Promise<User> {
  const user = await authenticate(deps, token);
  if (user) return user;
  await takeRequest({ deps }, { address });
  throw new AppError("unauthenticated", { message: "This token is not valid, or no longer: log in again." });
}

/** False when the token's time is over, its user is gone, or a changed password has ended it. */
export async function stillSignedIn(deps: HttpDeps, token: string): Promise<boolean> {
  return (await authenticate(deps, token)) !== null;
}
