// A new password is two writes, in this order: first the profile's token version rises, which ends every token; then the login gets the new hash
// together with that version. Broken off in between, the old password still opens the account (see issueToken).
import type { Table } from "../ports/table.ts";
import { type Login, loginKey, profileKey, type Stored, type User } from "./user.ts";

/** Null when somebody else wrote either item meanwhile. Whoever reads the profile before the login ends nobody's tokens by losing the whole race. */
export async function writePassword(
  table: Table,
  { profile, login }: { profile: Stored<User>; login: Stored<Login> },
  passwordHash: string,
): Promise<Stored<Login> | null> {
  const { id, email } = profile.value;
  const tokenVersion = profile.value.tokenVersion + 1;
  const ended = { ...profileKey(id), data: { ...profile.value, tokenVersion } };
  if ((await table.put(ended, { version: profile.version })) === null) return null;

  const value: Login = { ...login.value, passwordHash, tokenVersion };
  const version = await table.put({ ...loginKey(email), data: { ...value } }, { version: login.version });
  return version === null ? null : { value, version };
}
