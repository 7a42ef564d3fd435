// Registration: profile and account under a fresh id first; the e-mail item, if absent, last. It makes the user exist.
import { newAccountItem } from "../credits/account.ts";
import { AppError } from "../errors/app-error.ts";
import type { NewItem } from "../ports/table.ts";
import type { UserDeps } from "./deps.ts";
import { newToken } from "./issue-token.ts";
import { hashPassword } from "./passwords.ts";
import type { Token } from "./sign-token.ts";
import { type Login, loginKey, profileKey, readLogin, type User } from "./user.ts";

export interface Registration {
  username: string;
  /** Normalized. */
  email: string;
  password: string;
}

/** Throws `conflict` when the address is taken. A crash before the last write leaves items that nobody can reach, and the address free. */
export async function register(deps: UserDeps, wanted: Registration): Promise<{ user: User; token: Token }> {
  if (await readLogin(deps.table, wanted.email)) throw taken();
  const passwordHash = await hashPassword(wanted.password);
  const user = newUser(deps, wanted);
  const own = [profileItem(user), accountItem(deps, user)];
  // The id is fresh: a refusal could only mean that this very write was taken once already and its answer lost.
  for (const item of own) await deps.table.put(item, "absent");
  if (!(await claimEmail(deps, user, { userId: user.id, passwordHash, tokenVersion: user.tokenVersion }))) {
    for (const { partition, sort } of own) await deps.table.delete({ partition, sort }, { version: 1 });
    throw taken();
  }
  return { user, token: newToken(deps, user.id, user.tokenVersion) };
}

/** False when somebody else has the address. A write that was taken although its answer was lost counts: the item names its user. */
async function claimEmail({ table }: UserDeps, user: User, login: Login): Promise<boolean> {
  if (await table.put({ ...loginKey(user.email), data: { ...login } }, "absent")) return true;
  return (await readLogin(table, user.email))?.value.userId === user.id;
}

function newUser({ ids, clock, config }: UserDeps, { username, email }: Registration): User {
  const { requireVerifiedEmail, welcomeCredits } = config;
  const pending = requireVerifiedEmail && welcomeCredits > 0 ? { pendingWelcome: welcomeCredits } : {};
  return { id: ids.uuid(), username, email, role: "user", tokenVersion: 1, createdAt: clock.now(), ...pending };
}

function profileItem(user: User): NewItem {
  return { ...profileKey(user.id), data: { ...user } };
}

function accountItem({ ids, config }: UserDeps, { id, createdAt, pendingWelcome }: User): NewItem {
  const welcomeCredits = pendingWelcome === undefined ? config.welcomeCredits : 0;
  return newAccountItem({ userId: id, lineId: ids.uuid(), welcomeCredits, now: createdAt });
}

function taken(): AppError {
  return new AppError("conflict", {
    message: "This e-mail address is registered already. Log in, or use another one.",
  });
}
