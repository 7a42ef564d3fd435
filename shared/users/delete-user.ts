// Deleting a user. The first write closes the account and makes it due; from then on a timer finishes whatever dies here (jobs/delete-user).
// Then the login goes, so that nobody gets a token any more, and then the profile, which ends all tokens. In this order: the profile is the
// only place that says which address is to be freed.
//
// The address is free as soon as its login is gone, and whoever registers it is a new user with an id and welcome credits of their own:
// keeping addresses in order to refuse them would be keeping what was to be deleted, and only an operator can delete.
import type { ChangeAccount } from "../credits/changes.ts";
import { closeAccount } from "../credits/close-account.ts";
import type { Clock } from "../ports/clock.ts";
import type { Table } from "../ports/table.ts";
import { busy, loginKey, MAX_TRIES, profileKey, readLogin, readUser } from "./user.ts";

interface Deps {
  table: Table;
  clock: Clock;
  changeAccount: ChangeAccount;
}

/** `email`: normalized. Null when nobody has that address. When it answers, the user can do nothing any more; a timer removes the rest. */
export async function deleteUser(deps: Deps, email: string): Promise<{ userId: string } | null> {
  const login = await readLogin(deps.table, email);
  if (!login) return null;
  const { userId } = login.value;
  await closeAccount(deps, userId);
  await forgetUser(deps, userId);
  return { userId };
}

/** Removes the login and the profile; repeating it is safe. To be called once the account is closed. */
export async function forgetUser({ table }: { table: Table }, userId: string): Promise<void> {
  const found = await readUser(table, userId);
  if (!found) return;
  await removeLogin(table, found.value.email, userId);
  await removeProfile(table, userId);
}

/** An address that somebody else has registered meanwhile is theirs. */
async function removeLogin(table: Table, email: string, userId: string): Promise<void> {
  for (let n = 0; n < MAX_TRIES; n++) {
    const login = await readLogin(table, email);
    if (login?.value.userId !== userId) return;
    if (await table.delete(loginKey(email), { version: login.version })) return;
  }
  throw busy();
}

async function removeProfile(table: Table, userId: string): Promise<void> {
  for (let n = 0; n < MAX_TRIES; n++) {
    const found = await readUser(table, userId);
    if (!found || (await table.delete(profileKey(userId), { version: found.version }))) return;
  }
  throw busy();
}
