import type { UserDeps } from "./deps.ts";
import { verifyToken } from "./tokens.ts";
import { readUser, type User } from "./user.ts";

/** The user whom a token names, as the table has them now. Null when the token is not valid, its user is gone, or their tokens were ended. */
export async function authenticate(
  { table, clock, jwtSecret }: Pick<UserDeps, "table" | "clock" | "jwtSecret">,
  token: string,
): Promise<User | null> {
  const claims = verifyToken(token, { secret: jwtSecret, now: clock.now() });
  const user = claims && (await readUser(table, claims.userId))?.value;
  return user && user.tokenVersion === claims.tokenVersion ? user : null;
}
