import { AppError } from "../errors/app-error.ts";
import type { UserDeps } from "./deps.ts";
import { busy, MAX_TRIES, profileKey, readUser, type User } from "./user.ts";

/** Answers the user as they are now. Throws `unauthenticated` when they are gone. */
export async function changeUsername(
  { table }: Pick<UserDeps, "table">,
  userId: string,
  username: string,
): Promise<User> {
  for (let n = 0; n < MAX_TRIES; n++) {
    const found = await readUser(table, userId);
    if (!found) throw new AppError("unauthenticated");
    const user: User = { ...found.value, username };
    if (await table.put({ ...profileKey(userId), data: { ...user } }, { version: found.version })) return user;
  }
  throw busy();
}
