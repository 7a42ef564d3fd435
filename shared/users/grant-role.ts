import type { Table } from "../ports/table.ts";
import { busy, MAX_TRIES, profileKey, type Role, readLogin, readUser, type User } from "./user.ts";

/** Gives a user another role; it counts from their next request on. `email`: normalized. Null when nobody has that address. */
export async function grantRole({ table }: { table: Table }, role: Role, email: string): Promise<User | null> {
  const login = await readLogin(table, email);
  if (!login) return null;
  for (let n = 0; n < MAX_TRIES; n++) {
    const found = await readUser(table, login.value.userId);
    if (!found) return null;
    const user: User = { ...found.value, role };
    if (found.value.role === role) return user;
    if (await table.put({ ...profileKey(user.id), data: { ...user } }, { version: found.version })) return user;
  }
  throw busy();
}
