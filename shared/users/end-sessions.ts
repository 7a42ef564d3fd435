// Signing out is for all devices: a token is not written down anywhere, so that only all of them can end.
import { AppError } from "../errors/app-error.ts";
import type { UserDeps } from "./deps.ts";
import { busy, MAX_TRIES, profileKey, readUser, type User } from "./user.ts";

/**
 * Ends every token of the user by one conditional write; the login follows when its password is shown next (`issueToken`). Whoever else has ended
 * them meanwhile has done it for this caller too. Throws `unauthenticated` when the user is gone.
 */
export async function endSessions({ table }: Pick<UserDeps, "table">, { id, tokenVersion }: User): Promise<void> {
  for (let n = 0; n < MAX_TRIES; n++) {
    const found = await readUser(table, id);
    if (!found) throw new AppError("unauthenticated");
    if (found.value.tokenVersion > tokenVersion) return;
    const data = { ...found.value, tokenVersion: found.value.tokenVersion + 1 };
    if (await table.put({ ...profileKey(id), data }, { version: found.version })) return;
  }
  throw busy();
}
